"""When the desk is open, and what a citizen is told about it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.hours import is_open, next_opening, public_holidays, when_text
from storage.settings import TIME_ZONE

WORKING = (("07:30", "11:30"), ("13:30", "17:00"))
HOURS = dict.fromkeys(range(5), WORKING) | {5: (("07:30", "11:30"),)}
CLOCK = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02d}:{quarter % 4 * 15:02d}")
SPAN = st.tuples(CLOCK, CLOCK).filter(lambda span: span[0] < span[1])
ANY_HOURS = st.dictionaries(st.integers(0, 6), SPAN.map(lambda span: (span,)))
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2029, 12, 31)).map(lambda at: at.replace(tzinfo=TIME_ZONE))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TIME_ZONE)


@given(ANY_HOURS, MOMENTS)
def test_the_next_opening_is_later_and_the_desk_is_open_then(hours, now) -> None:
    opening = next_opening(hours, now)
    if opening is not None:
        assert opening > now
        assert is_open(hours, opening)
        assert not is_open(hours, opening - timedelta(minutes=1))


@given(MOMENTS)
def test_an_ordinary_desk_always_opens_again(now) -> None:
    assert next_opening(HOURS, now) is not None


@given(ANY_HOURS, MOMENTS)
def test_there_is_always_something_to_say(hours, now) -> None:
    assert when_text(hours, now)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23 07:29", False),
        ("2026-11-23 07:30", True),
        ("2026-11-23 11:29", True),
        ("2026-11-23 11:30", False),
        ("2026-11-23 13:30", True),
        ("2026-11-23 17:00", False),
        ("2026-11-28 09:00", True),
        ("2026-11-28 14:00", False),
        ("2026-11-29 09:00", False),
    ],
)
def test_open_from_the_first_minute_to_before_the_last(moment, expected) -> None:
    assert is_open(HOURS, at(moment)) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23 09:00", "trong giờ làm việc hôm nay"),
        ("2026-11-23 11:15", "trong giờ làm việc hôm nay"),
        ("2026-11-23 16:29", "trong giờ làm việc hôm nay"),
        ("2026-11-23 16:30", "trong giờ làm việc hôm nay hoặc từ 7 giờ 30 ngày mai, thứ Ba"),
        ("2026-11-23 06:00", "từ 7 giờ 30 hôm nay"),
        ("2026-11-23 12:00", "từ 13 giờ 30 hôm nay"),
        ("2026-11-23 17:00", "từ 7 giờ 30 ngày mai, thứ Ba"),
        ("2026-11-28 12:00", "từ 7 giờ 30 thứ Hai, 30/11/2026"),
        ("2026-11-29 10:00", "từ 7 giờ 30 ngày mai, thứ Hai"),
        ("2026-12-31 18:00", "từ 7 giờ 30 thứ Bảy, 02/01/2027"),
        ("2027-02-03 17:30", "từ 7 giờ 30 thứ Năm, 11/02/2027"),
    ],
)
def test_what_the_citizen_is_told(moment, expected) -> None:
    assert when_text(HOURS, at(moment)) == expected


def test_a_whole_hour_has_no_minutes() -> None:
    assert when_text({0: (("08:00", "12:00"),)}, at("2026-11-29 10:00")) == "từ 8 giờ ngày mai, thứ Hai"


def test_a_desk_without_hours_promises_nothing() -> None:
    assert next_opening({}, at("2026-11-23 09:00")) is None
    assert when_text({}, at("2026-11-23 09:00")) == "khi đơn vị mở cửa trở lại"


@pytest.mark.parametrize("day", ["2026-02-17", "2027-02-06", "2027-04-30", "2026-09-02", "2027-01-01", "2026-04-27"])
def test_nobody_works_on_public_holidays_and_days_in_lieu(day) -> None:
    assert at(f"{day} 09:00").date() in public_holidays(int(day[:4]))
    assert not is_open(dict.fromkeys(range(7), WORKING), at(f"{day} 09:00"))
