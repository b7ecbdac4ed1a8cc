"""What a message asks for, given what was said before: pure, with invented parses."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.payload import of_question, to_parse
from actions.reading import Heard, Memory, heard_from, said_in, wanted
from procedures import Question
from procedures.model import QUESTIONS, Case, Catalog, Procedure, Situation

TEMPORARY, ABSENCE, CARD, CHILD_CARD = (
    "dang_ky_tam_tru", "khai_bao_tam_vang", "cap_the_can_cuoc", "cap_the_can_cuoc_duoi_14",
)  # fmt: skip
EXCHANGE = "cap_doi_the_can_cuoc"
NAMES = (TEMPORARY, ABSENCE, CARD, CHILD_CARD, "hotlines")


def procedure(name: str, *cases: str, situations: tuple[str, ...] = ()) -> Procedure:
    known = tuple(Situation(one, one, "fee", ()) for one in situations)
    return Procedure(name, name, "cu_tru", "", (), tuple(Case(case, case) for case in cases), {}, known)


CATALOG = Catalog(
    {
        TEMPORARY: procedure(TEMPORARY, "nha_thue", "tre_em", "ky_tuc_xa", situations=("chu_nha_khong_ky",)),
        ABSENCE: procedure(ABSENCE, "hoc_tap"),
        CARD: procedure(CARD),
        CHILD_CARD: procedure(CHILD_CARD, "duoi_6", "tu_6_den_14"),
        "hotlines": procedure("hotlines"),
        EXCHANGE: procedure(EXCHANGE, "chi_co_cmnd", "sai_thong_tin", "cccd_het_han"),
        "cap_lai_the_can_cuoc": procedure("cap_lai_the_can_cuoc", "mat_the"),
    },
    {}, {}, {}, {}, {}, {},
)  # fmt: skip


def heard(intent: str, named: str | None = None, likely: Any = (), entities: Any = (), **read: Any) -> Heard:
    """A message of `intent` that names a procedure, or is likely about some."""
    found = {**({"procedure": named} if named else {}), **dict(entities)}
    details = {key: [[value, 0.9], ["none", 0.1]] for key, value in read.pop("details", {}).items()}
    understanding = {"procedures": likely or ([[named, 0.9]] if named else [["none", 0.9]]), "details": details, **read}
    return Heard(intent, 0.9, found, understanding)


def only(want: Any) -> Question:
    assert len(want.questions) == 1 and not want.candidates
    return want.questions[0]


READ = f"case/{TEMPORARY}"
IN_TEMPORARY = Memory(TEMPORARY, "nha_thue", "documents")


def test_a_named_procedure_is_answered() -> None:
    assert only(wanted(heard("ask_fee", TEMPORARY), Memory(), CATALOG)) == Question(TEMPORARY, "fee")


def test_a_follow_up_keeps_procedure_and_case() -> None:
    assert only(wanted(heard("ask_fee"), IN_TEMPORARY, CATALOG)) == Question(TEMPORARY, "fee", case="nha_thue")


def test_another_procedure_forgets_the_case() -> None:
    assert only(wanted(heard("ask_fee", ABSENCE), IN_TEMPORARY, CATALOG)) == Question(ABSENCE, "fee")


def test_the_same_procedure_named_again_keeps_the_case() -> None:
    assert only(wanted(heard("ask_fee", TEMPORARY), IN_TEMPORARY, CATALOG)).case == "nha_thue"


def test_a_new_case_replaces_the_old_one() -> None:
    said = heard("inform_case", entities={"dwelling": "ky_tuc_xa"})
    assert only(wanted(said, IN_TEMPORARY, CATALOG)) == Question(TEMPORARY, "documents", case="ky_tuc_xa")


def test_an_old_paper_is_a_case_unless_the_message_is_read_as_another() -> None:
    named = heard("ask_eligibility", EXCHANGE, entities={"paper": "cmnd"})
    assert only(wanted(named, Memory(), CATALOG)).case == "chi_co_cmnd"
    misprint = heard(
        "ask_eligibility", EXCHANGE, entities={"paper": "cmnd"}, details={f"case/{EXCHANGE}": "sai_thong_tin"}
    )
    assert only(wanted(misprint, Memory(), CATALOG)).case == "sai_thong_tin"


def test_a_card_that_is_said_to_be_good_has_not_run_out() -> None:
    known = Memory(EXCHANGE, "cccd_het_han", "documents")
    assert only(wanted(heard("ask_fee"), known, CATALOG)).case == "cccd_het_han"
    denies = heard("inform_case", entities={"validity": "con_han"})
    assert only(wanted(denies, known, CATALOG)) == Question(EXCHANGE, "documents")


def test_a_case_said_as_an_overview_keeps_the_question() -> None:
    said = heard("ask_overview", entities={"dwelling": "ky_tuc_xa"})
    known, kept = IN_TEMPORARY, Question(TEMPORARY, "documents", case="ky_tuc_xa")
    assert only(wanted(said, known, CATALOG, "o ktx thi sao a")) == kept
    assert only(wanted(said, known, CATALOG, "em o ktx co phai dang ky khong")) == replace(kept, question="overview")


def test_rules_about_what_was_said_win_over_the_case_that_was_read() -> None:
    said = heard("ask_fee", TEMPORARY, entities={"age": "10"}, details={READ: "nha_thue"})
    assert only(wanted(said, Memory(), CATALOG)).case == "tre_em"


def test_a_case_that_was_read_counts_for_its_procedure_only_named_or_not() -> None:
    assert only(wanted(heard("ask_fee", TEMPORARY, details={READ: "nha_thue"}), Memory(), CATALOG)).case == "nha_thue"
    assert only(wanted(heard("ask_fee", details={READ: "tre_em"}), Memory(TEMPORARY), CATALOG)).case == "tre_em"
    assert only(wanted(heard("ask_fee", details={READ: "tre_em"}), Memory(ABSENCE), CATALOG)).case is None


@pytest.mark.parametrize(
    ("ranking", "kept", "case"),
    [
        ([["tre_em", 0.44], ["none", 0.4]], None, None),
        ([["tre_em", 0.45], ["none", 0.4]], None, "tre_em"),
        ([["tre_em", 0.35], ["nha_thue", 0.2]], None, "tre_em"),
        ([["tre_em", 0.29], ["nha_thue", 0.1]], None, None),
        ([["tre_em", 0.59], ["none", 0.1]], "nha_thue", "nha_thue"),
        ([["tre_em", 0.6], ["none", 0.1]], "nha_thue", "tre_em"),
    ],
)
def test_a_case_told_before_gives_way_to_a_surer_one_only(ranking, kept, case) -> None:
    read = replace(heard("ask_fee"), understanding={"procedures": [["none", 0.9]], "details": {READ: ranking}})
    assert only(wanted(read, Memory(TEMPORARY, kept), CATALOG)).case == case


def test_a_case_unknown_to_the_procedure_is_ignored() -> None:
    assert (
        only(wanted(heard("ask_fee", ABSENCE, details={f"case/{ABSENCE}": "nha_thue"}), Memory(), CATALOG)).case is None
    )


@pytest.mark.parametrize(
    ("age", "expected"), [("5", (CHILD_CARD, "duoi_6")), ("13", (CHILD_CARD, "tu_6_den_14")), ("14", (CARD, None))]
)
def test_the_age_decides_between_the_card_for_children_and_for_adults(age, expected) -> None:
    want = only(wanted(heard("inform_case", entities={"age": age}), Memory(CARD, None, "documents"), CATALOG))
    assert (want.procedure, want.case, want.question) == (*expected, "documents")


@pytest.mark.parametrize("asked", ["ask_processing_time", "ask_overview"])
def test_a_loss_leads_to_the_card_made_again_whatever_is_asked(asked) -> None:
    said = heard(asked, entities={"loss": "mat"}, questions=[asked.removeprefix("ask_")])
    assert only(wanted(said, Memory(CARD, None, "fee"), CATALOG)).procedure == "cap_lai_the_can_cuoc"
    named = heard(asked, CARD, entities={"loss": "mat"}, questions=[asked.removeprefix("ask_")])
    assert only(wanted(named, Memory(CARD, None, "fee"), CATALOG)).procedure == CARD


def test_a_correction_keeps_the_question() -> None:
    assert only(wanted(heard("correct", ABSENCE), IN_TEMPORARY, CATALOG)) == Question(ABSENCE, "documents")


def test_a_correction_without_the_right_matter_asks_back_and_leaves_the_wrong_one_out() -> None:
    said = heard("correct", likely=[[TEMPORARY, 0.4], [ABSENCE, 0.3]])
    want = wanted(said, IN_TEMPORARY, CATALOG)
    assert (want.questions, want.candidates, want.question) == ((), (ABSENCE,), "documents")


def test_telephone_numbers_are_an_overview_whatever_was_asked_before() -> None:
    assert only(wanted(heard("ask_hotline", "hotlines"), IN_TEMPORARY, CATALOG)).question == "overview"


def test_nothing_named_and_nothing_in_memory_asks_back_with_the_question() -> None:
    want = wanted(heard("ask_fee"), Memory(), CATALOG)
    assert (want.questions, want.candidates, want.question) == ((), (), "fee")


def test_two_close_readings_are_candidates() -> None:
    want = wanted(heard("ask_fee", likely=[[TEMPORARY, 0.45], [ABSENCE, 0.4], ["gone", 0.1]]), Memory(), CATALOG)
    assert (want.questions, want.candidates, want.question) == ((), (TEMPORARY, ABSENCE), "fee")


def test_the_procedure_in_memory_decides_between_close_readings_it_is_one_of() -> None:
    likely = [[ABSENCE, 0.45], [TEMPORARY, 0.4]]
    assert only(wanted(heard("ask_fee", likely=likely), IN_TEMPORARY, CATALOG)).procedure == TEMPORARY
    assert wanted(heard("ask_fee", likely=likely), Memory(CARD), CATALOG).candidates == (ABSENCE, TEMPORARY)


def test_a_procedure_that_left_the_knowledge_base_is_not_answered() -> None:
    assert not wanted(heard("ask_fee", "gone"), Memory(), CATALOG).questions
    assert not wanted(heard("ask_fee"), Memory("gone"), CATALOG).questions


def test_the_interrupted_question_is_taken_up_by_a_bare_name() -> None:
    waiting = Memory(pending="fee")
    assert only(wanted(heard("ask_overview", TEMPORARY), waiting, CATALOG)).question == "fee"
    assert only(wanted(heard("inform_case", TEMPORARY), waiting, CATALOG)).question == "fee"
    assert only(wanted(heard("ask_form", TEMPORARY), waiting, CATALOG)).question == "form"


def test_an_open_offer_is_not_a_question() -> None:
    assert (
        only(wanted(heard("ask_overview", TEMPORARY), Memory(pending="request_officer"), CATALOG)).question
        == "overview"
    )


def test_two_questions_share_procedure_and_case_but_not_the_situation() -> None:
    said = heard(
        "ask_fee",
        TEMPORARY,
        questions=["fee", "documents"],
        details={READ: "nha_thue", f"situation/{TEMPORARY}": "chu_nha_khong_ky"},
    )
    first, second = wanted(said, Memory(), CATALOG).questions
    assert first == Question(TEMPORARY, "fee", case="nha_thue", situation="chu_nha_khong_ky")
    assert second == Question(TEMPORARY, "documents", case="nha_thue")


def test_the_channel_is_what_this_message_says() -> None:
    assert only(wanted(heard("ask_fee", entities={"channel": "online"}), IN_TEMPORARY, CATALOG)).channel == "online"
    assert only(wanted(heard("ask_fee", entities={"channel": "pigeon"}), IN_TEMPORARY, CATALOG)).channel is None


def test_a_button_says_everything_and_nothing_else_counts() -> None:
    asked = Question(ABSENCE, "steps", case="hoc_tap", situation="x", channel="direct", skip=3)
    pressed = heard_from(to_parse(of_question(asked), "Xem thêm"))
    assert only(wanted(pressed, Memory(TEMPORARY, "nha_thue", "fee", "fee"), CATALOG)) == asked
    assert not wanted(replace(pressed, button='/ask_fee{"procedure": "gone"}'), Memory(), CATALOG).questions


def test_of_two_entities_of_one_kind_the_first_counts() -> None:
    entities = [{"entity": "age", "value": 10}, {"entity": "age", "value": 40}]
    assert said_in(heard_from({"entities": entities})).age == 10


def test_an_empty_message_is_heard_as_nothing() -> None:
    assert heard_from({}) == Heard("", 0.0, {}, {})
    assert said_in(heard_from({})).empty


@pytest.mark.parametrize("value", ["", "²", "-1", "1.5", "mười"])
def test_an_age_that_is_no_number_is_no_age(value) -> None:
    assert said_in(Heard("", 0, {"age": value}, {})).age is None


LABELS = st.sampled_from([*NAMES, "none", "gone"])
READINGS = st.lists(st.tuples(LABELS, st.floats(0, 1)), max_size=4)
MEMORIES = st.builds(
    Memory, st.none() | LABELS, st.none() | st.just("nha_thue"), st.none() | st.sampled_from(QUESTIONS),
    st.none() | st.sampled_from([*QUESTIONS, "request_officer"]),
)  # fmt: skip
HEARD = st.builds(
    Heard,
    st.sampled_from([*(f"ask_{name}" for name in QUESTIONS), "ask_hotline", "inform_case", "correct", "", "ask_"]),
    st.floats(0, 1),
    st.dictionaries(st.sampled_from(["age", "stay", "dwelling", "loss", "channel", "procedure"]), LABELS | st.text()),
    st.builds(lambda readings: {"procedures": readings}, READINGS),
)


@given(HEARD, MEMORIES)
def test_whatever_is_heard_there_are_questions_or_something_to_ask_back(said, memory) -> None:
    want = wanted(said, memory, CATALOG)
    assert bool(want.questions) != (not want.questions)
    for question in want.questions:
        assert question.procedure in CATALOG.procedures
        assert question.question in QUESTIONS
        assert (
            question.case is None
            or CATALOG.procedures[question.procedure].case(question.case)
            or question.case == memory.case
        )
    assert all(name in CATALOG.procedures for name in want.candidates)
    assert want.question is None or want.question in QUESTIONS


@given(HEARD)
def test_a_known_named_procedure_is_never_asked_back(said) -> None:
    named = said.entities.get("procedure")
    if named in CATALOG.procedures:
        assert wanted(said, Memory(), CATALOG).questions


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("the o 2 tuan thoi thi sao", "thong_bao_luu_tru"),
        ("moi o co 1 tuan, doi du thang lam duoc khong", TEMPORARY),
        ("moi qua co 3 ngay thoi", TEMPORARY),
        ("2 tuan nua em moi don toi", TEMPORARY),
        ("nghe noi 20 ngay la tre roi", TEMPORARY),
        ("o nha ba noi 2 tuan thi sao", "thong_bao_luu_tru"),
        ("no qua o 2 tuan thi sao", "thong_bao_luu_tru"),
        ("o them 2 tuan nua thi sao", "thong_bao_luu_tru"),
        ("em o trong do 2 tuan", "thong_bao_luu_tru"),
    ],
)
def test_not_every_number_of_days_is_a_stay(text, answered) -> None:
    known = replace(CATALOG, procedures={**CATALOG.procedures, "thong_bao_luu_tru": procedure("thong_bao_luu_tru")})
    said = heard("inform_case", entities=[("stay", "14")])
    assert only(wanted(said, IN_TEMPORARY, known, text)).procedure == answered


def amid_talk(*ranking: tuple[str, float], intent: str = "ask_overview", questions: Any = ()) -> Heard:
    """A message of a talk about a case with quick answers (of the question `fee`), as the talk was read."""
    understanding = {
        "procedures": [["none", 0.9]],
        "questions": [questions[0][0]] if questions and intent.startswith("ask") else [],
        "details": {f"situation/{TEMPORARY}": [list(one) for one in ranking]},
        "talk": {
            "kinds": [["procedure", 0.9]],
            "questions": [list(one) for one in questions],
            "other": "none",
            "moved": 0,
        },
    }
    return Heard(intent, 0.9, {}, understanding)


@pytest.mark.parametrize(
    ("situation", "ranking", "asked"),
    [
        (0.4, [("overview", 0.6), ("fee", 0.4)], "fee"),
        (0.1, [("overview", 0.6), ("fee", 0.4)], "overview"),
        (0.9, [("overview", 0.9), ("fee", 0.05)], "overview"),
        (0.9, [("overview", 0.9)], "overview"),
    ],
)
def test_a_likely_quick_answer_tells_what_is_asked(situation, ranking, asked) -> None:
    said = amid_talk(("chu_nha_khong_ky", situation), ("none", 1 - situation), questions=ranking)
    assert only(wanted(said, IN_TEMPORARY, CATALOG)).question == asked


@pytest.mark.parametrize(
    ("situation", "ranking", "asked"),
    [
        (0.3, [("overview", 0.9)], "fee"),
        (0.1, [("where", 0.7)], "where"),
        (0.1, [("where", 0.5)], "documents"),
    ],
)
def test_who_only_tells_is_after_a_quick_answer_or_what_the_talk_says(situation, ranking, asked) -> None:
    said = amid_talk(("none", 1 - situation), ("chu_nha_khong_ky", situation), intent="inform_case", questions=ranking)
    assert only(wanted(said, IN_TEMPORARY, CATALOG)).question == asked
    assert only(wanted(said, replace(IN_TEMPORARY, pending="form"), CATALOG)).question == "form"


@pytest.mark.parametrize(
    ("ranking", "asked"),
    [([["fee", 0.95]], "fee"), ([["fee", 0.6]], "documents"), ([["overview", 0.95]], "documents")],
)
def test_a_correction_that_asks_plainly_is_answered_so(ranking, asked) -> None:
    said = heard("correct", ABSENCE, question_ranking=ranking)
    assert only(wanted(said, IN_TEMPORARY, CATALOG)) == Question(ABSENCE, asked)
