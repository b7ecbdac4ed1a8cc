from __future__ import annotations

from procedures.labels import cases_of, echoes, labels
from procedures.model import Case
from tests.procedures.samples import entry, procedure

CASES = tuple(Case(i, f"Nhãn {i}", usual=i == "c") for i in "abcde")
PROCEDURE = procedure(CASES)


def about(*cases: str, text: str = "Một điều.") -> object:
    return entry(text, cases=frozenset(cases))


def test_the_case_that_was_said_is_named_once_in_the_heading() -> None:
    assert labels([entry(), entry()], "a", PROCEDURE) == ("Nhãn a", ["", ""])


def test_facts_about_the_same_cases_are_named_once_in_the_heading() -> None:
    facts = [entry(), entry(cases=frozenset("c")), entry(cases=frozenset("c"))]
    assert labels(facts, None, PROCEDURE) == ("Nhãn c", ["", "", ""])


def test_facts_about_different_cases_are_named_one_by_one() -> None:
    facts = [entry(cases=frozenset("a")), entry(), entry(cases=frozenset("c"))]
    assert labels(facts, None, PROCEDURE) == ("", ["Nhãn a", "", "Nhãn c"])


def test_a_fact_that_says_its_case_itself_needs_no_label() -> None:
    facts = [entry("Nhãn a: làm thế này.", cases=frozenset("a")), entry(cases=frozenset("b"))]
    assert labels(facts, None, PROCEDURE) == ("", ["", "Nhãn b"])


def test_usual_cases_come_first_and_many_are_told_by_what_is_left_out() -> None:
    assert cases_of(entry(cases=frozenset("ac")), PROCEDURE) == "Nhãn c / Nhãn a"
    assert cases_of(entry(cases=frozenset("abc")), PROCEDURE) == "", "three labels are a line nobody reads"
    assert cases_of(entry(cases=frozenset("abcd")), PROCEDURE) == "Trừ trường hợp Nhãn e"
    assert cases_of(entry(cases=frozenset("abcde")), PROCEDURE) == ""
    assert cases_of(entry(), PROCEDURE) == ""


def test_an_echo_is_heard_in_the_first_words_only() -> None:
    assert echoes("Đổi từ CCCD còn hạn", "CCCD **còn hạn** thì đổi cũng được.")
    assert not echoes("Nhà của mình", "Tờ khai và giấy tờ mà luật có nêu trong phần sau đây; nhà của mình thì thôi.")
    assert not echoes("", "Bất cứ điều gì.")
