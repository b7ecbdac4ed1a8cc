"""A question about a later day is answered for that day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.moments import asked_day

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("le phi doi can cuoc nam 2027 bao nhieu", date(2027, 1, 1)),
        ("sang nam lam lai the mat bao nhieu", date(2027, 1, 1)),
        ("thang 3/2027 dang ky tam tru co mien phi khong", date(2027, 3, 1)),
        ("thang 3 nam 2027 thi sao", date(2027, 3, 1)),
        ("ngay 2/1/2027 le phi bao nhieu", date(2027, 1, 2)),
        ("thang sau con giam khong", date(2026, 12, 1)),
        ("le phi bao nhieu", None),
        ("nam 2026 le phi bao nhieu", None),
        ("the het han nam 2027 co phai doi khong", None),
        ("con sinh nam 2028 thi sao", None),
        ("ngay 40/1/2027", None),
        ("nam 2099 le phi bao nhieu", None),
    ],
)
def test_the_day_asked_about(text: str, day: date | None) -> None:
    assert asked_day(text, TODAY) == day


def test_next_month_in_december_is_january() -> None:
    assert asked_day("thang sau le phi bao nhieu", date(2026, 12, 5)) == date(2027, 1, 1)


@given(st.text(max_size=80), st.dates(min_value=date(2020, 1, 1), max_value=date(2090, 1, 1)))
def test_a_day_is_always_in_the_future(text: str, today: date) -> None:
    day = asked_day(text, today)
    assert day is None or day > today
