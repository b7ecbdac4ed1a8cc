import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.zalo.signature import mac, matches

APP, TIME, SECRET = "1234567890123456789", "1763800000000", "OaSecretKeyExample0"
BODY = (
    '{"app_id":"1234567890123456789","user_id_by_app":"2234567890123456781","event_name":"user_send_text",'
    '"timestamp":"1763800000000","sender":{"id":"3234567890123456782"},"recipient":{"id":"4234567890123456783"},'
    '"message":{"msg_id":"96d3cdf3af1504609a09","text":"Xin chào, kết quả của tôi?"}}'
).encode()
GOOD = mac(APP, BODY, TIME, SECRET)


def test_the_vectors_of_the_reference() -> None:
    assert mac("X", b"BODY", "1234567890", "Y") == "2f1ef5aabe67e8396a459ca89562e108ad541f82ba5022c85f645bd6b7220cb9"
    assert len(BODY) == 296
    assert GOOD == "18f755c78f7db4011f6fd459f5c72fd6e9cd06787754950408bd4662a0dd606b"
    escaped = json.dumps(json.loads(BODY), separators=(",", ":")).encode()
    assert len(escaped) == 313
    assert mac(APP, escaped, TIME, SECRET) == "5feaa7caf438be0d8b9c546e4f4bcf3e05510c8a8553ab4bd0d1daa6ebf9b0b9"


@pytest.mark.parametrize("prefix", ["mac=", ""])
def test_a_signature_matches_with_and_without_its_prefix(prefix) -> None:
    assert matches(prefix + GOOD, APP, BODY, TIME, SECRET)


@pytest.mark.parametrize(
    "header",
    [None, "", "mac=", "mac=" + GOOD[:-1], "mac=mac=" + GOOD, GOOD + "0", GOOD + "\n", "mac=" + "ế" * 64, "0" * 64],
)
def test_any_junk_is_no_signature(header) -> None:
    assert not matches(header, APP, BODY, TIME, SECRET)


def test_a_byte_another_app_another_time_and_another_secret_all_count() -> None:
    header = "mac=" + GOOD
    assert not matches(header, APP, BODY.replace(b"ch\xc3\xa0o", b"chao"), TIME, SECRET)
    assert not matches(header, "1234567890123456780", BODY, TIME, SECRET)
    assert not matches(header, APP, BODY, "1763800000001", SECRET)
    assert not matches(header, APP, BODY, TIME, "AppSecret")


def test_an_account_without_a_secret_accepts_nothing() -> None:
    assert not matches("mac=" + mac(APP, BODY, TIME, ""), APP, BODY, TIME, "")


@given(st.text(), st.binary(), st.text(st.characters(min_codepoint=0, max_codepoint=0xFFFF, blacklist_categories=())))
def test_no_header_body_or_timestamp_raises(header, raw, timestamp) -> None:
    assert matches(header, APP, raw, timestamp, SECRET) in (False, header.removeprefix("mac=") == GOOD)
    assert matches("mac=" + mac(APP, raw, timestamp, SECRET), APP, raw, timestamp, SECRET)
