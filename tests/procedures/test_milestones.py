"""How long a card is good for, from the days of birth and of the card (Luật Căn cước, Điều 21)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.milestones import AGES, Span, card_line, extension_line, first_card_line, line_of_age

TODAY = date(2026, 11, 29)
DAYS = st.dates(date(1920, 1, 1), TODAY)


def line(born: str, made: str = "", on: date = TODAY) -> str:
    known = Span.of(born)
    assert known is not None
    return card_line(known, Span.of(made), on) or ""


@pytest.mark.parametrize(
    ("born", "made", "said"),
    [
        ("2001-12-20", "2025-05", "dùng đến khi tròn 40 tuổi**, ngày 20/12/2041. **Chưa phải đổi**"),
        ("2001-12-20", "2024-12-19", "dùng đến khi tròn 25 tuổi**, ngày 20/12/2026. **Chưa phải đổi**"),
        ("2001-12-20", "2024-12-20", "dùng đến khi tròn 40 tuổi**"),
        ("2001-03-01", "2020", "tròn 25 tuổi (ngày 01/03/2026), nên **nay phải đổi**"),
        ("1986", "2021", "dùng đến khi tròn 40 tuổi**, vào sinh nhật năm 2026, tới ngày sinh nhật thì phải đổi"),
        ("1964-01-05", "2022-06", "**dùng trọn đời**"),
        ("2001", "2024", "Thẻ làm từ khi đủ 23 tuổi (vào sinh nhật năm 2024) dùng đến tròn 40 tuổi"),
    ],
)
def test_a_card_is_good_until_an_age(born: str, made: str, said: str) -> None:
    assert said in line(born, made)


@pytest.mark.parametrize(
    ("born", "said"),
    [
        ("2001", "Sinh năm 2001: tròn 25 tuổi vào sinh nhật năm 2026"),
        ("2001-01-20", "đã tròn 25 tuổi ngày 20/01/2026"),
        ("1990-05-05", "Thẻ làm từ khi đủ 23 tuổi (ngày 05/05/2013) dùng đến tròn 40 tuổi (ngày 05/05/2030)"),
        ("1950", "dùng trọn đời"),
        ("2020", ""),
    ],
)
def test_a_person_is_told_the_exchange_that_is_near_or_past(born: str, said: str) -> None:
    assert said in line(born) and bool(said) == bool(line(born))


@given(DAYS, DAYS)
def test_an_exact_line_agrees_with_the_law(born: date, made: date) -> None:
    said = line(str(born), str(made))
    if made <= born:
        assert not said
        return
    ages = [age for age in AGES if made < date(born.year + age - 2, born.month, min(born.day, 28))]
    if born.day <= 28:
        assert (f"tròn {ages[0]} tuổi" if ages else "trọn đời") in said


@given(st.integers(1920, 2026), st.integers(1990, 2030))
def test_years_alone_never_break(born: int, made: int) -> None:
    line(str(born), str(made))


@given(DAYS, st.integers(0, 12_000))
def test_the_first_card_is_told_around_its_day_only(born: date, days: int) -> None:
    on = born + timedelta(days=days)
    said = first_card_line(Span(born, born), on)
    assert bool(said) == (12 <= on.year - born.year <= 15)


def test_who_turns_14_next_week_is_told_the_day() -> None:
    born = Span.of("2012-12-03")
    assert born and first_card_line(born, TODAY) == "Sinh 03/12/2012: **đủ 14 tuổi ngày 03/12/2026**."
    assert born and "(đã đủ)" in (first_card_line(born, date(2026, 12, 3)) or "")


@pytest.mark.parametrize(("age", "said"), [(22, "tròn 25"), (23, "tròn 40"), (58, "trọn đời"), (57, "tròn 60")])
def test_the_age_at_which_a_card_was_made_tells_its_end(age: int, said: str) -> None:
    assert said in line_of_age(age)


@pytest.mark.parametrize("text", ["", "x", "2026-13", "2026-02-30", "1-2-3-4", "-12-20"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert Span.of(text) is None


@pytest.mark.parametrize(
    ("expires", "said"),
    [
        (date(2026, 12, 12), "nộp gia hạn **được ngay**, từ 27/11/2026 đến 12/12/2026"),
        (date(2026, 12, 14), "nộp gia hạn **được ngay**"),
        (date(2026, 12, 15), "nộp gia hạn **từ 30/11/2026 đến 15/12/2026**"),
        (date(2026, 11, 29), "được ngay"),
        (date(2026, 11, 28), "đã quá hạn"),
    ],
)
def test_when_an_extension_may_be_filed(expires: date, said: str) -> None:
    assert said in extension_line(expires, TODAY)
