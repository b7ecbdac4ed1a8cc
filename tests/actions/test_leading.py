"""What an answer leads with, from the classifier's rankings and the words, on the knowledge base of the tree."""

from dataclasses import replace
from datetime import date

import pytest

from actions.leading import led, offered, situations, with_parts
from actions.reading import Heard
from procedures import Question, answer
from procedures.nearest import plain

TODAY = date(2026, 11, 28)
TEMPORARY = "dang_ky_tam_tru"
WORDS = "<words>"
"""Stands for the words of the situation's own facts."""


def heard(*ranking: tuple[str, float], button: str | None = None) -> Heard:
    details = {f"situation/{TEMPORARY}": [list(one) for one in ranking]}
    return Heard("ask_eligibility", 0.9, {}, {"details": details}, button)


def lead(catalog, said: Heard, text: str = "", question: str = "eligibility", **known) -> Question:
    return led(Question(TEMPORARY, question, **known), said, text, catalog.procedures[TEMPORARY], TODAY)


LIKELY, CLOSE, FAINT = (
    (("none", 0.6), ("chu_nha_khong_chiu", 0.3), ("kt3", 0.1)),
    (("none", 0.5), ("chu_nha_khong_chiu", 0.3), ("kt3", 0.25)),
    (("none", 0.7), ("chu_nha_khong_chiu", 0.12), ("kt3", 0.02)),
)
SOME = (("none", 0.6), ("chu_nha_khong_chiu", 0.26), ("kt3", 0.05))
FAINTER = (("none", 0.8), ("chu_nha_khong_chiu", 0.06), ("kt3", 0.01))


@pytest.mark.parametrize(
    ("ranking", "question", "text", "expected"),
    [
        (LIKELY, "eligibility", "", "chu_nha_khong_chiu"),
        (LIKELY, "fee", "", None),
        (CLOSE, "eligibility", "", None),
        (SOME, "eligibility", "tu dang ky duoc", "chu_nha_khong_chiu"),
        (SOME, "fee", "tu dang ky duoc", None),
        (FAINT, "eligibility", "", None),
        (FAINT, "eligibility", WORDS, "chu_nha_khong_chiu"),
        (FAINT, "overview", WORDS, "chu_nha_khong_chiu"),
        (FAINTER, "eligibility", WORDS, "chu_nha_khong_chiu"),
        (FAINTER, "eligibility", "chu tro khong", None),
        ((("none", 0.9), ("chu_nha_khong_chiu", 0.02)), "eligibility", WORDS, None),
        ((("none", 1.0),), "eligibility", WORDS, None),
    ],
)
def test_a_situation_leads_when_it_is_likely_and_fits_or_its_words_say_so(
    catalog, ranking, question, text, expected
) -> None:
    (fact, *_) = catalog.procedures[TEMPORARY].situation("chu_nha_khong_chiu").facts
    assert lead(catalog, heard(*ranking), text.replace(WORDS, plain(fact.text)), question).lead == expected


def test_a_fact_of_another_question_leads_a_broad_one_only(catalog) -> None:
    text = "nop le phi truc tiep tai tru so thi khong duoc mien theo dien cong dan so"
    assert lead(catalog, heard(), text).first == "cong_dan_so_luu_y"
    assert lead(catalog, heard(), text, "where").first is None


def test_what_was_pressed_or_already_certain_is_left_alone(catalog) -> None:
    sure = heard(("chu_nha_khong_chiu", 0.4), ("none", 0.3))
    assert lead(catalog, sure, situation="kt3").lead is None
    assert lead(catalog, heard(("chu_nha_khong_chiu", 0.4), button="/ask_fee")).lead is None


def test_none_is_no_situation(catalog) -> None:
    read = heard(("none", 0.6), ("kt3", 0.3))
    assert situations(read, catalog.procedures[TEMPORARY], child=True) == [("kt3", 0.3)]


@pytest.mark.parametrize(
    ("text", "age", "expected"),
    [
        ("toi 66 tuoi", 66, None),
        ("be 4 tuoi thi sao", 4, "be_theo_cha_me"),
        ("be nha em thi sao", None, "be_theo_cha_me"),
        ("ca nha o tro thi sao", None, None),
    ],
)
def test_what_holds_for_children_only_leads_for_nobody_else(catalog, text, age, expected) -> None:
    said, procedure = heard(("be_theo_cha_me", 0.6), ("none", 0.1)), catalog.procedures[TEMPORARY]
    assert led(Question(TEMPORARY, "eligibility"), said, text, procedure, TODAY, age).lead == expected


def test_the_situation_stands_before_the_facts_and_the_screen_stays_short(catalog) -> None:
    plain = answer(Question(TEMPORARY, "eligibility"), catalog, TODAY)
    leading = answer(Question(TEMPORARY, "eligibility", lead="chu_nha_khong_chiu"), catalog, TODAY)
    own = answer(Question(TEMPORARY, "eligibility", situation="chu_nha_khong_chiu"), catalog, TODAY)
    assert own.text.splitlines()[0] in leading.text.splitlines()[1]
    assert leading.text.splitlines()[0] == plain.text.splitlines()[0]
    assert sum(line.startswith("•") for line in leading.text.splitlines()) <= 4


def test_a_lead_that_the_procedure_does_not_have_is_forgotten(catalog) -> None:
    asked = Question(TEMPORARY, "eligibility", lead="khong_co", first="khong_co")
    assert answer(asked, catalog, TODAY).text == answer(Question(TEMPORARY, "eligibility"), catalog, TODAY).text


def test_who_only_tells_is_not_led_by_words_in_common(catalog) -> None:
    text = "nop le phi truc tiep tai tru so thi khong duoc mien theo dien cong dan so"
    assert lead(catalog, replace(heard(), intent="inform_case"), text).first is None
    likely = replace(heard(("none", 0.6), ("chu_nha_khong_chiu", 0.3), ("kt3", 0.1)), intent="inform_case")
    assert lead(catalog, likely).lead == "chu_nha_khong_chiu"
    assert lead(catalog, replace(heard(*SOME), intent="inform_case")).lead == "chu_nha_khong_chiu"
    assert lead(catalog, replace(heard(*FAINT), intent="inform_case")).lead is None


def test_what_a_message_may_rather_be_after_gets_a_button(catalog) -> None:
    procedure = catalog.procedures[TEMPORARY]
    read = heard(("none", 0.4), ("chu_nha_khong_chiu", 0.3), ("kt3", 0.2), ("lam_muon", 0.03))
    asked = Question(TEMPORARY, "eligibility", lead="chu_nha_khong_chiu")
    assert [button.ask.situation for button in offered([asked], read, procedure, child=True)] == ["kt3"]
    plain = Question(TEMPORARY, "eligibility")
    both = ["chu_nha_khong_chiu", "kt3"]
    assert [button.ask.situation for button in offered([plain], read, procedure, child=True)] == both
    sure = heard(("chu_nha_khong_chiu", 0.85), ("kt3", 0.1))
    assert not offered(
        [Question(TEMPORARY, "eligibility", situation="chu_nha_khong_chiu")], sure, procedure, child=True
    )
    assert not offered([plain], heard(("kt3", 0.3), button="/ask_fee"), procedure, child=True)


IN_PARTS = "chu_nha_khong_chiu", "hop_dong_cong_chung"


def parted(catalog, first: Question, *others: Question, whole=0.1, sure=(0.8, 0.7)) -> list[Question]:
    one, two = (
        (f"situation/{TEMPORARY}", [[IN_PARTS[0], sure[0]]]),
        (f"situation/{TEMPORARY}", [[IN_PARTS[1], sure[1]]]),
    )
    details = {f"situation/{TEMPORARY}": [[name, whole] for name in IN_PARTS]}
    said = Heard("ask_eligibility", 0.9, {}, {"details": details, "parts": [dict([one]), dict([two])]})
    return with_parts(first, others, said, catalog.procedures[TEMPORARY], child=False)


def test_a_second_quick_answer_comes_from_the_part_that_asks_for_it(catalog) -> None:
    first = Question(TEMPORARY, "eligibility", lead=IN_PARTS[0])
    assert [one.situation for one in parted(catalog, first)] == [None, IN_PARTS[1]]
    assert parted(catalog, first, sure=(0.8, 0.4)) == [first]
    assert parted(catalog, first, whole=0.0) == [first]


def test_without_a_lead_the_first_part_leads(catalog) -> None:
    lead, second = parted(catalog, Question(TEMPORARY, "overview", first="x"))
    assert (lead.lead, lead.first, second.situation) == (IN_PARTS[0], "x", IN_PARTS[1])


def test_a_quick_answer_takes_the_place_of_the_section_it_belongs_to(catalog) -> None:
    first, second = Question(TEMPORARY, "eligibility", lead=IN_PARTS[0]), Question(TEMPORARY, "documents")
    assert parted(catalog, first, second) == [first, replace(second, situation=IN_PARTS[1])]


def test_three_questions_are_the_most(catalog) -> None:
    three = [Question(TEMPORARY, name, situation="x") for name in ("fee", "where", "online")]
    assert parted(catalog, *three) == three
