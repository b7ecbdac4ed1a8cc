"""What was told about a person outlives the matter it was told under, and ends with a word about somebody else."""

import pytest

from actions.told import known, to_keep
from procedures.cases import Said

FIELD = "can_cuoc"
TOLD = {"age": 66, "state": "da_ly_hon", "field": FIELD}


def test_an_age_told_before_is_still_known() -> None:
    assert known(Said(), TOLD, "le phi bao nhieu", FIELD) == Said(age=66, state="da_ly_hon")


def test_an_age_told_now_ends_what_was_told_before() -> None:
    assert known(Said(age=9), TOLD, "chau 9 tuoi", FIELD) == Said(age=9)


@pytest.mark.parametrize(
    "text",
    [
        "con vo toi thi sao",
        "the con em thi sao",
        "vay thang em 2 dua lam luon",
        "lam cho con gai mat bao nhieu",
        "ca nha thi sao",
    ],
)
def test_somebody_else_has_another_age(text: str) -> None:
    assert known(Said(), TOLD, text, FIELD) == Said()


@pytest.mark.parametrize(
    "text",
    [
        "gia roi co mat tien khong",
        "the di dau lam",
        "cho em hoi le phi",
        "the con phai nop tien khong",
        "vay can giay gi",
        "con le phi thi sao",
    ],
)
def test_the_same_person_asks_on(text: str) -> None:
    assert known(Said(), TOLD, text, FIELD).age == 66


def test_only_what_is_of_the_person_is_kept() -> None:
    assert to_keep(Said(age=7, stay=30, channel="online"), FIELD) == {"age": 7, "field": FIELD}
    assert to_keep(Said(state="da_ly_hon"), FIELD) == {"state": "da_ly_hon"}


def test_an_age_told_for_a_card_says_nothing_of_who_moves_in_but_a_divorce_does() -> None:
    assert known(Said(), TOLD, "dang ky tam tru can gi", "cu_tru") == Said(state="da_ly_hon")


@pytest.mark.parametrize(
    ("text", "state"), [("the cua bo co phai nop lai khong", "da_mat"), ("doi the cua toi sao", None)]
)
def test_a_death_is_kept_for_what_was_the_dead_persons(text: str, state: str | None) -> None:
    assert known(Said(), {"state": "da_mat"}, text, FIELD).state == state
