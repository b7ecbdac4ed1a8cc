from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from procedures.crosscheck import STALE_AFTER, check
from procedures.model import Check, Choice, Form, Law, Option
from tests.procedures.samples import TODAY, catalog_of, codes, entry, procedure, small_catalog


def test_the_small_tree_has_no_problem() -> None:
    assert check(small_catalog(), TODAY) == []


def test_a_check_grows_old_after_180_days() -> None:
    fact = entry(checked=Check(TODAY - STALE_AFTER, "", "high"))
    catalog = catalog_of(procedure(fee=(fact,)))
    assert check(catalog, TODAY) == []
    assert codes(check(catalog, TODAY + timedelta(1))) == ["KB022"]


def test_a_law_may_be_cited_until_the_day_before_it_is_replaced() -> None:
    catalog = catalog_of(procedure(fee=(entry(),)))
    laws = {
        "luat_mau": replace(catalog.laws["luat_mau"], replaced_by=("luat_moi",)),
        "luat_moi": Law("luat_moi", "9", "Luật mới", "Luật mới", date(2027, 7, 1)),
    }
    catalog = replace(catalog, laws=laws)
    assert check(catalog, date(2026, 12, 31)) == []
    assert codes(check(replace(catalog), date(2027, 7, 1))) == ["KB022", "KB025"]


def test_a_replaced_law_may_stay_under_an_entry_that_is_over() -> None:
    old, new = entry(since=date(2024, 1, 1), sources=()), entry(since=date(2026, 1, 1))
    assert check(catalog_of(procedure(fee=(old, new))), TODAY) == []


def test_a_question_that_answers_nothing_today_is_a_warning() -> None:
    ended = entry(since=date(2026, 1, 1), kind="repealed", line=7, file="a.yml")
    (problem,) = check(catalog_of(procedure(fee=(ended,))), TODAY)
    assert (problem.code, problem.severity, problem.line) == ("KB030", "warning", 7)


def test_references_of_forms_laws_and_choices_are_followed_with_their_places() -> None:
    option = Option("Nút", procedure="khong_co", file="choices.yml", line=5)
    catalog = replace(
        catalog_of(),
        forms={"a": Form("a", "CT01", "Tờ khai", "luat_la", "", ("khong_co",), "forms.yml", 3)},
        laws={"b": Law("b", "1", "Luật", "Luật", None, ("luat_la",), (), "laws.yml", 4)},
        choices={"c": Choice("c", "Việc nào ạ?", (option,))},
    )
    found = [(problem.file, problem.line, problem.code) for problem in check(catalog, TODAY)]
    assert found == [
        ("choices.yml", 5, "KB020"),
        ("forms.yml", 3, "KB007"),
        ("forms.yml", 3, "KB020"),
        ("laws.yml", 4, "KB007"),
    ]


def test_an_option_needs_a_case_and_a_field_that_exist() -> None:
    catalog = catalog_of(procedure(fee=(entry(),)))
    options = (Option("A", procedure="thu_tuc", case="khong_co"), Option("B", field="khong_co"))
    found = check(replace(catalog, choices={"c": Choice("c", "Việc nào ạ?", options)}), TODAY)
    assert codes(found) == ["KB009", "KB032"]
