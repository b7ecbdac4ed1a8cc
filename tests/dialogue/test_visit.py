"""Whoever asks for opening hours, or comes on a day without any, is told."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.text import fold
from dialogue.visit import day_of_visit, note
from procedures.model import Reply, Unit
from storage.settings import TIME_ZONE

WORKING = (("07:30", "11:30"), ("13:30", "17:00"))
UNIT = Unit("don_vi", "Công an phường", dict.fromkeys(range(5), WORKING) | {5: (("07:30", "11:30"),)})
REPLIES = {
    name: Reply(name, text, "", "", ())
    for name, text in {"opening_hours": "{unit}: {week}", "closed_then": "{day} nghỉ, mở {when}"}.items()
}
FRIDAY, SUNDAY = (datetime(2026, 11, day, 15, tzinfo=TIME_ZONE) for day in (27, 29))


def said(text: str, now: datetime = SUNDAY) -> str:
    return note(UNIT, REPLIES, fold(text), now) or ""


@pytest.mark.parametrize(
    "text",
    [
        "mấy giờ phường làm việc vậy",
        "t7 có làm việc không ạ",
        "tối có ai trực làm căn cước ko",
        "giờ hành chính mấy giờ",
        "chủ nhật phường có mở cửa ko",
    ],
)
def test_the_hours_of_the_week_are_told(text: str) -> None:
    week = "thứ Hai đến thứ Sáu 7:30–11:30, 13:30–17:00; thứ Bảy 7:30–11:30; Chủ nhật nghỉ"
    assert said(text, FRIDAY).startswith(f"Công an phường: {week}")


@pytest.mark.parametrize(
    ("text", "now", "told"),
    [
        ("ok vậy chiều nay anh ra phường", SUNDAY, "Hôm nay, Chủ nhật nghỉ, mở từ 7 giờ 30 ngày mai, thứ Hai"),
        ("mai em lên công an làm luôn", FRIDAY, ""),
        ("mai em lên công an làm luôn", SUNDAY, ""),
        ("chủ nhật em ra phường nộp", FRIDAY, "Chủ nhật nghỉ, mở từ 7 giờ 30 thứ Hai, 30/11/2026"),
        (
            "tối nay em ra phường nộp",
            FRIDAY.replace(hour=18),
            "Hôm nay, thứ Sáu nghỉ, mở từ 7 giờ 30 ngày mai, thứ Bảy",
        ),
    ],
)
def test_whoever_comes_when_it_is_closed_is_told(text: str, now: datetime, told: str) -> None:
    assert said(text, now) == told


@pytest.mark.parametrize(
    "text",
    [
        "làm tạm trú cần giấy gì",
        "hôm nay em hỏi chút",
        "khách tới lúc 2 giờ sáng",
        "ra phường cần mang gì",
        "sáng nay mất cccd",
    ],
)
def test_nothing_is_added_to_other_messages(text: str) -> None:
    assert said(text) == ""


def test_an_unknown_unit_has_no_hours() -> None:
    assert note(None, REPLIES, "may gio lam viec", SUNDAY) is None


@given(st.text(max_size=120), st.dates(date(2026, 1, 1), date(2028, 12, 31)))
def test_the_day_of_a_visit_is_within_a_week(text: str, today: date) -> None:
    day = day_of_visit(fold(text), today)
    assert day is None or 0 <= (day - today).days < 7
