"""What every way in shares: storable texts, and bodies of a limited size."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.intake import clean, media_type, read_body, storable


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@given(st.text())
def test_a_clean_text_can_be_stored_and_is_clean(text) -> None:
    once = clean(text)
    assert clean(once) == once == storable(once)
    assert "\x00" not in once and "\r" not in once
    once.encode()


def test_line_breaks_and_tabs_stay_and_nothing_else_that_is_invisible() -> None:
    assert clean(" a\r\nb\rc\td\x00\x07\ud800 ") == "a\nb\nc\td"


@pytest.mark.parametrize(
    ("header", "wanted"),
    [("application/json; charset=utf-8", "application/json"), (" Text/HTML ", "text/html"), ("", "")],
)
def test_the_type_of_a_body_is_read_without_its_parameters(header, wanted) -> None:
    assert media_type(header) == wanted


async def test_a_body_is_read_up_to_its_limit() -> None:
    assert await read_body(chunks(b"ab", b"c"), 3) == b"abc"
    assert await read_body(chunks(), 3) == b""
    assert await read_body(chunks(b"ab", b"cd"), 3) is None
