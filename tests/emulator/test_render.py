"""Bytes and signatures."""

import json
import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.render import mac, render, render_varied

APP, SECRET, AT = "1234567890123456789", "OaSecretKeyExample0", "1763800000000"
EVENT = {
    "app_id": APP,
    "user_id_by_app": "2234567890123456781",
    "event_name": "user_send_text",
    "timestamp": AT,
    "sender": {"id": "3234567890123456782"},
    "recipient": {"id": "4234567890123456783"},
    "message": {"msg_id": "96d3cdf3af1504609a09", "text": "Xin chào, kết quả của tôi?"},
}
V1 = "2f1ef5aabe67e8396a459ca89562e108ad541f82ba5022c85f645bd6b7220cb9"
V2 = "18f755c78f7db4011f6fd459f5c72fd6e9cd06787754950408bd4662a0dd606b"
V3 = "5feaa7caf438be0d8b9c546e4f4bcf3e05510c8a8553ab4bd0d1daa6ebf9b0b9"


def test_the_signature_of_vector_1_is_right() -> None:
    assert mac("X", b"BODY", "1234567890", "Y") == f"mac={V1}"


@pytest.mark.parametrize(("escaped", "length", "digest"), [(False, 296, V2), (True, 313, V3)])
def test_the_bytes_and_signatures_of_vectors_2_and_3_are_right(escaped, length, digest) -> None:
    body = render(EVENT, escaped=escaped).encode()
    assert len(body) == length and mac(APP, body, AT, SECRET) == f"mac={digest}"


texts = st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=20)


@given(text=texts, seed=st.integers())
def test_varied_bytes_mean_the_same_event(text: str, seed: int) -> None:
    event = {**EVENT, "message": {"msg_id": "1", "text": text, "attachments": [{"type": "link", "url": "https://a/b"}]}}
    read = json.loads(render_varied(event, random.Random(seed)))
    # The Unicode form is part of what varies.
    assert unicodedata.normalize("NFC", read["message"].pop("text")) == unicodedata.normalize("NFC", text)
    event["message"] = {name: value for name, value in event["message"].items() if name != "text"}
    assert read == event


def test_variation_reaches_order_spacing_escapes_slashes_and_unicode_form() -> None:
    event = {**EVENT, "url": "https://example.vn"}
    made = [render_varied(event, random.Random(seed)) for seed in range(100)]
    assert len(set(made)) > 50
    assert any('{"app_id"' not in each for each in made) and any("\n" in each for each in made)
    assert any("\\u" in each for each in made) and any("\\/" in each for each in made)
    assert any("\u00e0" in each for each in made) and any("a\u0300" in each for each in made)
