"""Presence flags of a text."""

import pytest
from hypothesis import given

from components.cues import flags
from components.text import fold
from tests.components.samples import anything


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("bé 5t", "age=under_6"), ("con 6 tuổi", "age=under_14"), ("cháu 13 tuổi", "age=under_14"),
        ("em 14 tuổi", "age=under_18"), ("em 18 tuổi", "age=adult"), ("bà 60 tuổi", "age=old"),
        ("ở 29 ngày", "stay=short"), ("ở 1 tháng", "stay=long"),
        ("bị mất thẻ", "loss=mat"), ("nộp online", "channel=online"), ("thuê trọ", "dwelling=nha_thue"),
        ("lệ phí bao nhiêu", "asks=fee"), ("cần giấy tờ gì", "asks=documents"), ("ở đâu?", "asks=where"),
        ("ở đâu?", "mark"), ("chào em", "words=2"), ("", "words=0"),
        ("một hai ba bốn năm sáu bảy tám", "words=many"),
    ],
)  # fmt: skip
def test_has_flag(text, flag) -> None:
    assert flag in flags(text, fold(text)).split()


@pytest.mark.parametrize(
    ("text", "flag"),
    [("chào em", "mark"), ("năm 2026", "stay=long"), ("phim hay", "asks=fee"), ("q12", "age=under_14")],
)
def test_has_not(text, flag) -> None:
    assert flag not in flags(text, fold(text)).split()


@given(anything)
def test_any_text_has_exactly_one_length(text) -> None:
    assert sum(flag.startswith("words=") for flag in flags(text, fold(text)).split()) == 1
