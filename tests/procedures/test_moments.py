"""A question about a later day is answered for that day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.text import fold
from procedures.moments import age_of_birth, asked_day, birthday, made_on, still_to_run_out

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


@pytest.mark.parametrize(
    ("text", "to_come"),
    [
        ("tam tru cua em het han 15/12 nay", True),
        ("het han 15/11 roi", False),
        ("het han hoi thang 5", False),
        ("the het han 3/2/2027", True),
        ("het han ngay 20/11/2026", False),
        ("thang sau het han", True),
        ("het han tuan sau", True),
        ("het thang nay la het han roi", True),
        ("cuoi nam nay het han", True),
        ("toi thang nay het han duoc 2 thang roi", None),
        ("het han cuoi thang nay", True),
        ("tu dau thang nay het han", None),
        ("con 10 ngay nua het han", True),
        ("het han thang 11", None),
        ("het han thang 1 nam 2027", True),
        ("het han roi", None),
        ("nop ngay 15/12 duoc khong", None),
        ("het han 31/02", None),
    ],
)
def test_whether_it_is_still_to_run_out(text: str, to_come: bool | None) -> None:
    assert still_to_run_out(text, TODAY) is to_come


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2090, 1, 1)), st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_a_full_day_is_compared_with_today(day: date, today: date) -> None:
    assert still_to_run_out(f"het han {day.day}/{day.month}/{day.year}", today) is (day > today)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("con gái mình sinh 3/12/2012", "2012-12-03"),
        ("sn 15/08/1990", "1990-08-15"),
        ("e sn 2001 thi can cuoc het han chua", "2001"),
        ("anh e sinh 86", "1986"),
        ("sinh nhật e 20/12 lận", "-12-20"),
        ("sinh 31/2/2012", None),
        ("em sinh đôi 2 bé", None),
        ("sinh viên năm 2", None),
        ("đăng ký khai sinh 3 ngày", None),
    ],
)
def test_the_day_of_birth(text: str, day: str | None) -> None:
    assert birthday(fold(text)) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("mà e mới làm lại thẻ 5/2025", "2025-05"),
        ("thẻ này e làm hồi 2022 á", "2022"),
        ("thẻ cấp ngày 5/6/2020", "2020-06-05"),
        ("cô làm lúc 58 tuổi mà", "@58"),
        ("e định làm lại thẻ năm 2027", None),
        ("làm thẻ mất mấy ngày", None),
    ],
)
def test_the_day_a_card_was_made(text: str, day: str | None) -> None:
    assert made_on(fold(text)) == day


@pytest.mark.parametrize(
    ("text", "age"), [("be sinh 3/12/2012", 13), ("be sinh 20/11/2012", 14), ("sn 2012", 14), ("sinh nhat 20/12", None)]
)
def test_the_age_of_who_was_born_on_a_day(text: str, age: int | None) -> None:
    assert age_of_birth(text, date(2026, 11, 29)) == age


@pytest.mark.parametrize(
    ("folded", "told"),
    [
        ("vo em sinh 3/2001", "2001-03"),
        ("vo em sinh thang 3 nam 2001", "2001-03"),
        ("em la sinh vien tu 9/2025 em thue tro", None),
        ("be moi sinh 45 ngay", None),
        ("khai sinh 2024", None),
    ],
)
def test_a_birth_may_be_told_by_its_month_and_students_are_not_born(folded: str, told: str | None) -> None:
    assert birthday(folded) == told
    assert told or age_of_birth(folded, date(2026, 11, 29)) is None
