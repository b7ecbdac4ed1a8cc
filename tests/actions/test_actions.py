"""What each action says and sets, without a model: slots and a parsed message in, replies and events out."""

import pytest

from actions.answer import ActionAnswer
from actions.clarify import ActionClarify, question_in
from actions.compare import ActionCompare
from actions.giving import outcome_of
from actions.out_of_scope import ActionOutOfScope
from actions.payload import of_question, to_question
from actions.reading import Heard
from actions.recall import ActionRecall, before
from actions.small_talk import ActionSmallTalk
from actions.status import ActionStatus
from actions.turn import distinct
from procedures import Answer, Question
from procedures.buttons import MAX_BUTTONS


def test_an_answer_sets_memory_outcome_and_what_was_shown(run) -> None:
    result = run(ActionAnswer, "ask_fee", procedure="dang_ky_tam_tru")
    assert (result.outcome["status"], result.outcome["kind"], result.outcome["confidence"]) == (
        "answered",
        "procedure",
        0.8765,
    )
    assert (result.slots["procedure"], result.slots["question"], result.slots["asked_back"]) == (
        "dang_ky_tam_tru",
        "fee",
        0,
    )
    assert result.slots["shown"] == [of_question(Question("dang_ky_tam_tru", "fee"))]
    assert result.outcome["sources"]


def test_no_more_than_the_last_answers_are_remembered(run) -> None:
    shown = [of_question(Question("tach_ho", "steps", skip=number)) for number in range(9)]
    assert len(run(ActionAnswer, "ask_fee", {"shown": shown}, procedure="dang_ky_tam_tru").slots["shown"]) == 6


def test_what_cannot_be_answered_asks_back_once_and_then_offers_an_officer(run) -> None:
    first = run(ActionAnswer, "ask_fee")
    assert (first.outcome["status"], first.slots["asked_back"], first.slots["pending"]) == ("clarified", 1, "fee")
    second = run(ActionAnswer, "ask_fee", {"asked_back": 1})
    assert second.slots["asked_back"] == 2
    assert second.buttons[-1] == "Gặp cán bộ"


def test_two_candidates_are_buttons_for_the_question_asked(run) -> None:
    likely = [["tach_ho", 0.4], ["dang_ky_tam_tru", 0.38]]
    result = run(ActionAnswer, "ask_fee", procedures=likely)
    assert result.payloads == [of_question(Question(name, "fee")) for name, _ in likely]


def test_a_clarification_keeps_a_question_it_is_sure_of(run) -> None:
    result = run(ActionClarify, "unclear", choice="lam_lai_can_cuoc", questions=["fee"], question_confidence=0.8)
    assert result.slots["pending"] == "fee"
    assert all(payload.startswith("/ask_fee") for payload in result.payloads)


@pytest.mark.parametrize(
    ("asked", "sure", "expected"), [("fee", 0.6, "fee"), ("fee", 0.59, None), ("overview", 0.9, None)]
)
def test_which_question_an_unclear_message_holds(asked, sure, expected) -> None:
    assert question_in(Heard("unclear", 1, {}, {"questions": [asked], "question_confidence": sure})) == expected


@pytest.mark.parametrize(
    "intent",
    [
        "greet",
        "thanks",
        "goodbye",
        "ask_help",
        "bot_challenge",
        "insult",
        "chitchat",
        "deny",
        "affirm",
        "gibberish",
        "start_over",
    ],
)
def test_small_talk_has_a_reply_and_ends_what_was_open(run, intent) -> None:
    result = run(ActionSmallTalk, intent, {"asked_back": 2})
    assert result.outcome["status"] == "small_talk" and result.texts[0]
    assert result.slots["asked_back"] == 0
    assert len(result.buttons) == len(set(result.buttons))


def test_starting_over_forgets_everything(run) -> None:
    result = run(ActionSmallTalk, "start_over", {"procedure": "tach_ho", "shown": ["/x"]})
    assert [result.slots[name] for name in ("procedure", "case", "question", "shown", "pending")] == [None] * 5


def test_a_matter_outside_names_the_office_and_an_unknown_one_still_has_a_reply(run) -> None:
    known = run(ActionOutOfScope, "out_of_scope", field="thue")
    assert "thuế" in known.texts[0] and known.buttons[0] == "Gặp cán bộ"
    assert run(ActionOutOfScope, "out_of_scope", field="gone").texts[0]


def test_a_citizens_own_file_is_not_shown(run) -> None:
    for named in (None, "tra_cuu_tien_do_can_cuoc"):
        result = run(ActionStatus, "ask_status", procedure=named)
        assert result.outcome["status"] == "status_shown" and "Gặp cán bộ" in result.buttons


def test_a_comparison_takes_the_two_that_are_named_else_memory_and_one(run) -> None:
    both = run(
        ActionCompare,
        "compare",
        {"procedure": "tach_ho"},
        procedure="dang_ky_tam_tru",
        procedures=[["dang_ky_tam_tru", 0.6], ["thong_bao_luu_tru", 0.35]],
    )
    assert [text.splitlines()[0] for text in both.texts] == ["**Đăng ký tạm trú**", "**Thông báo lưu trú**"]
    one = run(ActionCompare, "compare", {"procedure": "tach_ho"}, procedure="dang_ky_tam_tru")
    assert [text.splitlines()[0] for text in one.texts] == ["**Tách hộ**", "**Đăng ký tạm trú**"]
    assert run(ActionCompare, "compare").outcome["status"] == "clarified"


@pytest.mark.parametrize("intent", ["repeat", "more", "go_back", "not_understood"])
def test_with_nothing_said_before_there_is_nothing_to_recall(run, intent) -> None:
    assert run(ActionRecall, intent).outcome["status"] == "small_talk"


def test_whoever_does_not_understand_gets_the_main_point_then_an_officer(run) -> None:
    asked = Question("dang_ky_tam_tru", "documents")
    slots = {"shown": [of_question(asked)]}
    first = run(ActionRecall, "not_understood", slots)
    assert first.texts[0].splitlines()[1].startswith("Tờ khai")
    assert (first.outcome["status"], first.outcome["question"]) == ("answered", "documents")
    second = run(ActionRecall, "not_understood", {**slots, "explained": of_question(asked)})
    assert second.texts[0] != first.texts[0]
    assert second.payloads[0] == first.payloads[0] == "/request_officer"


def test_what_went_before_is_about_another_procedure_if_there_is_one() -> None:
    first, second, third = Question("a", "fee", skip=3), Question("b", "fee"), Question("b", "steps")
    assert before([first, second, third]) == Question("a", "fee")
    assert before([second, third]) == second
    assert before([third]) == third


def test_who_begins_a_story_is_listened_to(run) -> None:
    slots, told = {"asked_back": 1}, {"folded": "cai nay hoi dai dong, nha em co chuyen"}
    result = run(ActionClarify, "unclear", slots, told)
    assert "cứ kể" in result.texts[0] and result.buttons == ["Gặp cán bộ"] and not result.slots["asked_back"]
    assert "cứ kể" not in run(ActionClarify, "unclear", slots, {"folded": "cai nay hoi kho"}).texts[0]


@pytest.mark.parametrize(
    ("folded", "overdue"),
    [
        ("tre hen 10 ngay roi", True),
        ("hon 3 tuan chua thay gi", True),
        ("moi lam hom qua", False),
        ("2 ngay roi", False),
        ("em lam ngay 12 thang 11", False),
        ("giay hen ghi 2 tuan nua lay", False),
        ("be 2 thang tuoi", False),
    ],
)
def test_who_waits_too_long_for_a_card_hears_so(run, folded: str, overdue: bool) -> None:
    result = run(ActionStatus, "ask_status", {"procedure": "cap_doi_the_can_cuoc"}, {"folded": folded})
    assert ("07 ngày làm việc" in result.texts[0]) is overdue
    other = run(ActionStatus, "ask_status", {"procedure": "dang_ky_tam_tru"}, {"folded": folded})
    assert "07 ngày làm việc" not in other.texts[0]


def test_labels_are_shown_once_and_sources_counted_once() -> None:
    one = {"title": "A", "payload": "/a"}
    assert distinct([one, {"title": "B", "payload": "/a"}, {"title": "A", "payload": "/c"}]) == [
        one,
        {"title": "B", "payload": "/a"},
    ]
    said = Answer("answered", Question("a", "fee"), "", (), ("x", "y"), None)
    assert outcome_of([said, said], 0.5).sources == ("x", "y")


@pytest.mark.parametrize(
    ("folded", "warned"),
    [("chong em danh em roi giu giay to", True), ("bi chong bao hanh muon tach ho", True), ("em danh mat the", False)],
)
def test_violence_told_beside_a_question_is_met_first(run, folded, warned) -> None:
    result = run(ActionAnswer, "ask_overview", told={"folded": folded}, procedure="tach_ho")
    assert result.texts[0].startswith("Đang bị đánh") is warned
    assert "Tách hộ" in result.texts[0]


def test_what_led_the_last_answer_does_not_lead_again(run) -> None:
    likely = {"situation/tach_ho": [["o_chung_nha", 0.4], ["none", 0.3]]}
    first = run(ActionAnswer, "ask_eligibility", procedure="tach_ho", details=likely)
    again = run(ActionAnswer, "ask_documents", slots=first.slots, procedure="tach_ho", details=likely)
    shown = to_question(first.slots["shown"][-1])
    assert shown is not None and "o_chung_nha" in (shown.lead, shown.situation)
    later = to_question(again.slots["shown"][-1])
    assert later is not None and later.lead is None


@pytest.mark.parametrize(
    ("sure", "slots", "first"),
    [
        (0.9, {}, "Gia hạn tạm trú"),
        (0.2, {"procedure": "tach_ho"}, "Tách hộ"),
        (0.2, {}, "Gặp cán bộ"),
    ],
)
def test_another_offices_matter_leaves_a_way_to_ours(run, sure, slots, first) -> None:
    result = run(
        ActionOutOfScope, "out_of_scope", slots=slots, field="giao_thong", procedures=[["gia_han_tam_tru", sure]]
    )
    assert result.buttons[0] == first


AMID = {"procedure": "dang_ky_tam_tru", "question": "where"}


@pytest.mark.parametrize(("moved", "offered"), [(0.45, True), (0.1, False)])
def test_another_procedure_that_may_be_meant_is_the_first_button(run, moved, offered) -> None:
    talk = {"other": "cap_the_can_cuoc", "moved": moved}
    usual = run(ActionAnswer, "ask_fee", slots=AMID, questions=["fee"])
    result = run(ActionAnswer, "ask_fee", slots=AMID, questions=["fee"], talk=talk)
    assert (result.buttons[0] == "Cấp thẻ căn cước lần đầu") is offered
    assert (result.payloads[0] == of_question(Question("cap_the_can_cuoc", "fee"))) is offered
    assert len(result.buttons) <= MAX_BUTTONS
    assert ("Gặp cán bộ" in result.buttons) is ("Gặp cán bộ" in usual.buttons)
    assert result.texts == usual.texts and result.outcome["procedure"] == "dang_ky_tam_tru"


def test_whoever_named_the_procedure_is_offered_no_other(run) -> None:
    talk = {"other": "cap_the_can_cuoc", "moved": 0.9}
    named = run(ActionAnswer, "ask_fee", slots=AMID, questions=["fee"], talk=talk, procedure="cap_the_can_cuoc")
    assert named.outcome["procedure"] == "cap_the_can_cuoc" and "Cấp thẻ căn cước lần đầu" not in named.buttons


CARD = {"procedure": "cap_doi_the_can_cuoc", "question": "overview"}


def test_a_day_of_birth_is_worked_out_before_the_answer(run) -> None:
    days = {"born": "2001-12-20", "made": "2025-05"}
    result = run(ActionAnswer, "ask_eligibility", slots=CARD, said=days.items(), questions=["eligibility"])
    assert result.texts[0].startswith("Sinh 20/12/2001, thẻ làm 05/2025: thẻ **dùng đến khi tròn 40 tuổi**")
    known, until = {**CARD, "told": days}, {"folded": "vay dung toi bao gio"}
    later = run(ActionAnswer, "ask_result", slots=known, told=until, questions=["result"])
    assert later.texts[0].startswith("Sinh 20/12/2001")
    for slots, folded in ((known, "cong ty giu the khong tra"), ({**known, "case": "cccd_het_han"}, until["folded"])):
        other = run(ActionAnswer, "ask_result", slots=slots, told={"folded": folded}, questions=["result"])
        assert "Sinh" not in other.texts[0]
    assert "Sinh" not in run(ActionAnswer, "ask_fee", slots={**CARD, "told": days}, questions=["fee"]).texts[0]


def test_two_children_of_different_ages_get_two_answers(run) -> None:
    asked = {"procedure": "cap_the_can_cuoc_duoi_14", "questions": ["documents"]}
    both = run(ActionAnswer, "ask_documents", said=(("age", "4"), ("age", "12")), **asked)
    assert len(both.texts) == 2 and "Dưới 6 tuổi" in both.texts[0] and "6 đến dưới 14" in both.texts[1]
    assert len(run(ActionAnswer, "ask_documents", said=(("age", "4"),), **asked).texts) == 1
