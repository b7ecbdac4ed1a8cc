"""What was told about a person outlives the matter it was told under, and ends with a word about somebody else."""

from datetime import date

import pytest

from actions.told import known, not_yet, to_keep, worked_out
from procedures import Question
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


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("vay be lon lam bay gio thi 14 tuoi lai phai di doi a", None),
        ("den khi du 14 tuoi co phai doi khong", None),
        ("con be kia 14 tuoi", 14),
        ("chau 14 tuoi roi", 14),
    ],
)
def test_an_age_to_come_is_not_the_age_of_the_child(text: str, age: int | None) -> None:
    assert not_yet(Said(age=14), {"age": 12}, text).age == age
    assert not_yet(Said(age=14), {}, text).age == 14


def test_days_are_kept_and_a_birthday_completes_a_year() -> None:
    first = known(Said(born="2001", age=25), {}, "em sinh nam 2001", FIELD)
    told = to_keep(first, FIELD)
    then = known(Said(born="-12-20", made="2025-05"), told, "sinh nhat em 20/12 lan", FIELD)
    assert (then.born, then.made) == ("2001-12-20", "2025-05")
    assert known(Said(), to_keep(then, FIELD), "vay xai toi bao gio", FIELD).born == "2001-12-20"


@pytest.mark.parametrize(
    ("procedure", "question", "told", "said"),
    [
        ("cap_doi_the_can_cuoc", "eligibility", {"born": "2001-12-20", "made": "2025-05"}, "tròn 40"),
        ("cap_doi_the_can_cuoc", "result", {"made": "@58"}, "trọn đời"),
        ("cap_doi_the_can_cuoc", "fee", {"born": "2001"}, ""),
        ("cap_the_can_cuoc", "eligibility", {"born": "2012-12-03"}, "đủ 14 tuổi ngày 03/12/2026"),
        ("dang_ky_tam_tru", "eligibility", {"born": "2012-12-03"}, ""),
        ("cap_doi_the_can_cuoc", "eligibility", {}, ""),
    ],
)
def test_days_are_worked_out_for_cards_only(procedure: str, question: str, told: dict, said: str) -> None:
    found = worked_out(Question(procedure, question), told, date(2026, 11, 29)) or ""
    assert said in found and bool(found) == bool(said)
