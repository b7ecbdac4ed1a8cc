from __future__ import annotations

from dataclasses import replace

from procedures.buttons import Question, case_buttons, more, next_buttons, other_cases
from procedures.model import Case
from tests.procedures.samples import TODAY, catalog_of, entry, procedure

CASES = (Case("a", "Nhãn a", usual=True), Case("b", "Nhãn b"), Case("c", "Nhãn c"))
ASK = Question("thu_tuc", "fee")


def test_a_case_is_offered_when_it_has_something_else_to_say() -> None:
    own, both = entry("riêng", cases=frozenset("b")), entry("chung hai", cases=frozenset("ac"))
    found = other_cases(ASK, procedure(CASES), [own, both], [both])
    assert [case.id for case in found] == ["b"]


def test_no_case_is_offered_when_one_was_said_or_more_is_read() -> None:
    facts = [entry(cases=frozenset("b"))]
    assert other_cases(replace(ASK, case="b"), procedure(CASES), facts, []) == ()
    assert other_cases(replace(ASK, skip=3), procedure(CASES), facts, []) == ()


def test_when_everything_is_shown_cases_are_offered_only_to_see_less() -> None:
    few = [entry(cases=frozenset("a")), entry(cases=frozenset("b"))]
    many = few + [entry(text, cases=frozenset("c")) for text in "xy"]
    assert other_cases(ASK, procedure(CASES), few, few) == ()
    assert [case.id for case in other_cases(ASK, procedure(CASES), many, many)] == ["a", "b", "c"]


def test_a_case_button_asks_the_same_question_for_that_case() -> None:
    (button,) = case_buttons(ASK, CASES[1:2])
    assert (button.label, button.ask) == ("Nhãn b", replace(ASK, case="b"))


def test_more_goes_on_where_the_screen_ended() -> None:
    button = more(replace(ASK, skip=4), 3)
    assert button.ask and button.ask.skip == 7


def test_only_questions_with_an_answer_are_offered_and_keep_the_case_and_channel() -> None:
    one = procedure(CASES, online=(entry(),), documents=(entry(kind="unknown"),), processing_time=())
    buttons = next_buttons(replace(ASK, case="b", channel="online"), one, catalog_of(one), TODAY)
    assert [button.ask for button in buttons] == [Question("thu_tuc", "online", case="b", channel="online")]


def test_the_first_related_procedure_comes_last() -> None:
    other = replace(procedure(), id="khac", name="Thủ tục khác")
    one = replace(procedure(online=(entry(),)), related=("khong_co", "khac"))
    buttons = next_buttons(ASK, one, catalog_of(one, other), TODAY)
    assert [button.label for button in buttons] == ["Cách nộp online", "Thủ tục khác"]
    assert buttons[-1].ask == Question("khac", "overview")
