import json
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.zalo import fields
from connectors.zalo.fields import BadJson, read_json, read_object

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
)


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


def test_whole_numbers_stay_exact() -> None:
    assert read_object(b'{"id": 3234567890123456782, "f": 1.5}') == {"id": "3234567890123456782", "f": 1.5}


def test_a_number_of_any_length_is_read() -> None:
    assert read_object(b'{"n": %s}' % (b"9" * 10_000))["n"] == "9" * 10_000


def test_32_levels_are_read_and_33_are_not() -> None:
    assert read_object(nested(32))
    with pytest.raises(BadJson, match="nested too deep"):
        read_object(nested(33))


@pytest.mark.parametrize("raw", [b"[" * 200_000, b'{"a":[' * 50_000, b"[" * 40 + b"]" * 40])
def test_any_depth_is_refused_and_never_overflows(raw) -> None:
    with pytest.raises(BadJson):
        read_json(raw)


@pytest.mark.parametrize("raw", [b"", b"[]", b'"a"', b"1", b"null", b"{", b"{}{}", b"\xff\xfe{}", b'{"a":1,}', b"\x00"])
def test_what_is_no_object_is_refused(raw) -> None:
    with pytest.raises(BadJson):
        read_object(raw)


def test_the_fault_quotes_nothing() -> None:
    with pytest.raises(BadJson) as raised:
        read_object(b'{"text": "0901234567')
    assert "0901" not in str(raised.value) and raised.value.__suppress_context__


def test_texts_are_composed_and_lose_what_cannot_be_stored() -> None:
    assert fields.text_of(" ke\u0302\u0301t\r\nqua\u0309\u0000 \ud800\u0007x ") == "kết\nquả x"
    assert fields.text_of("\u0000 ") is None and fields.text_of(5) is None
    assert fields.text_of("một hai ba", limit=4) == "một"


@given(JSON)
def test_every_reader_takes_every_value(value) -> None:
    value = read_json(json.dumps(value).encode())
    assert isinstance(fields.object_of(value), dict) and isinstance(fields.list_of(value), list)
    for reader in (fields.text_of, fields.id_of, fields.link_of):
        assert reader(value) is None or isinstance(reader(value), str)
    assert fields.whole_of(value) is None or fields.whole_of(value) >= 0
    assert fields.time_of(value) is None or fields.time_of(value).tzinfo
    assert fields.degrees_of(value, 90) is None or -90 <= fields.degrees_of(value, 90) <= 90


@pytest.mark.parametrize("value", ["10.764612", 10.764612, " 10.764612 "])
def test_a_coordinate_may_be_a_text_or_a_number(value) -> None:
    assert fields.degrees_of(value, 90) == 10.764612


@pytest.mark.parametrize("value", ["91", 90.5, float("nan"), "nan", "1e1", "10,5", True, None, "", "१०"])
def test_what_is_no_latitude_is_nothing(value) -> None:
    assert fields.degrees_of(value, 90) is None


def test_a_time_is_unix_milliseconds() -> None:
    assert fields.time_of("1763800000123") == datetime(2025, 11, 22, 8, 26, 40, 123_000, tzinfo=timezone.utc)
    assert fields.time_of("253402300799999") == datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=timezone.utc)
    assert fields.time_of("253402300800000") is None and fields.time_of("-1") is None


@pytest.mark.parametrize("value", ["javascript:alert(1)", "file:///etc/passwd", "https://", "https://a b", "//a", 1])
def test_only_web_addresses_are_links(value) -> None:
    assert fields.link_of(value) is None


def test_an_id_has_no_spaces_and_is_not_endless() -> None:
    assert fields.id_of("4234567890123456783") == "4234567890123456783"
    assert [fields.id_of(value) for value in ("", "a b", "a\n", "ế", "1" * 129, None, 1.5)] == [None] * 7
