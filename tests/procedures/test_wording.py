from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.model import QUESTIONS
from procedures.wording import BUTTONS, HEADINGS, day, fill, money


@given(st.integers(0, 10**12))
def test_money_can_be_read_back(amount: int) -> None:
    written = money(amount)
    number = int(re.sub(r"\D", "", written))
    assert number * (1_000_000 if "triệu" in written else 1) == amount
    assert re.fullmatch(r"\d{1,3}(\.\d{3})* đồng|\d+ triệu đồng", written)


@pytest.mark.parametrize(
    ("amount", "written"),
    [(0, "0 đồng"), (7000, "7.000 đồng"), (500_000, "500.000 đồng"), (4_000_000, "4 triệu đồng")],
)
def test_money_as_people_write_it(amount: int, written: str) -> None:
    assert money(amount) == written


def test_millions_that_are_not_whole_are_written_out() -> None:
    assert money(1_500_000) == "1.500.000 đồng"


@given(st.dates(date(1000, 1, 1)))
def test_a_day_can_be_read_back(value: date) -> None:
    assert re.fullmatch(r"\d\d/\d\d/\d{4}", day(value))
    parts = [int(part) for part in day(value).split("/")]
    assert date(parts[2], parts[1], parts[0]) == value


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.integers(0, 10**8)))
def test_every_sum_finds_its_place(amounts: dict[str, int]) -> None:
    text = fill(" ".join("{" + name + "}" for name in amounts), amounts)
    assert "{" not in text
    assert all(money(amount) in text for amount in amounts.values())


def test_every_question_has_a_heading_and_a_button() -> None:
    assert set(HEADINGS) == set(BUTTONS) == set(QUESTIONS)
    assert all(0 < len(label) <= 24 for label in BUTTONS.values())
