"""What each action says and sets, without a model: slots and a parsed message in, replies and events out."""

from dataclasses import replace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ActionAnswer
from actions.clarify import ActionClarify, question_in
from actions.compare import ActionCompare
from actions.giving import outcome_of
from actions.knowledge import use
from actions.officer import ActionOfficer, asks_for_desk_number
from actions.out_of_scope import ActionOutOfScope
from actions.payload import of_question, to_parse, to_question
from actions.reading import Heard
from actions.recall import ActionRecall, before
from actions.report import FILED, ActionReport
from actions.small_talk import ActionSmallTalk
from actions.status import ActionStatus
from actions.turn import distinct
from procedures import Answer, Question
from procedures.buttons import MAX_BUTTONS
from tests.pipeline import MONDAY_MORNING

TOLD = {"at": MONDAY_MORNING.isoformat(), "offered": [], "waiting": False}


class Result:
    def __init__(self, events: list[dict[str, Any]], messages: list[dict[str, Any]]) -> None:
        self.slots = {event["name"]: event["value"] for event in events}
        self.outcome = self.slots["outcome"]
        self.texts = [message["text"] for message in messages]
        self.buttons = [button["title"] for message in messages for button in message["buttons"] or []]
        self.payloads = [button["payload"] for message in messages for button in message["buttons"] or []]


@pytest.fixture
def run(knowledge):
    """Run an action on a message of `intent` after slots; `told` is what the pipeline tells."""

    def run(action, intent: str, slots=None, told=None, text="x", button=None, said=(), **understanding) -> Result:
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.87654},
            "metadata": {**TOLD, **(told or {})},
        }
        message["entities"] = (
            [{"entity": "procedure", "value": named}] if (named := understanding.get("procedure")) else []
        )
        message["entities"] += [{"entity": name, "value": value} for name, value in said]
        message["understanding"] = {"procedures": [[named, 0.9]] if named else [["none", 0.9]], **understanding}
        if button:
            message = {**to_parse(button, text), "metadata": message["metadata"]}
        tracker = Tracker("c", dict(slots or {}), message, [], False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        events = action().run(dispatcher, tracker, {})
        return Result(events, dispatcher.messages)

    return run


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


@pytest.mark.parametrize(
    ("intent", "waiting", "reason", "kind"),
    [
        ("request_officer", False, "handoff", "handoff"),
        ("request_officer", True, None, "handoff"),
        ("complaint", False, "complaint", "complaint"),
        ("complaint", True, "complaint", "complaint"),
    ],
)
def test_an_officer_is_asked_for_once_and_every_complaint_recorded(run, intent, waiting, reason, kind) -> None:
    outcome = run(ActionOfficer, intent, told={"waiting": waiting}).outcome
    assert (outcome["status"], outcome["officer"], outcome["kind"]) == ("handed_over", reason, kind)


@pytest.mark.parametrize(
    ("folded", "asks"),
    [
        ("cho tui so dien thoai phuong di", True),
        ("cho xin so truc ban", True),
        ("sdt cong an khu vuc la so nao", True),
        ("so cuu hoa cua phuong la may", False),
        ("goi 113 la gap cong an nao", False),
        ("so cong an la so may", False),
        ("toi muon gap can bo", False),
    ],
)
def test_the_number_of_the_desk_is_told_apart_from_other_numbers(folded: str, asks: bool) -> None:
    assert asks_for_desk_number(folded) is asks


def test_who_asks_for_the_number_of_the_desk_gets_it_or_hears_that_it_is_not_known(run, knowledge) -> None:
    told = {"folded": "cho xin so dien thoai phuong"}
    unknown = run(ActionOfficer, "request_officer", told=told)
    assert "chưa có số điện thoại" in unknown.texts[0] and unknown.outcome["officer"] == "handoff"
    known = knowledge(MONDAY_MORNING)
    use(lambda now: replace(known, unit=replace(known.unit, phone="028 1234 5678")))
    given = run(ActionOfficer, "request_officer", told=told)
    assert "**028 1234 5678**" in given.texts[0] and given.outcome["officer"] is None
    assert (given.outcome["kind"], given.buttons) == ("handoff", ["Gặp cán bộ"])
    assert "028" not in run(ActionOfficer, "request_officer", told={"folded": "gap can bo"}).texts[0]


@pytest.mark.parametrize("intent", FILED)
def test_an_account_of_what_happened_is_filed_with_the_time(run, intent) -> None:
    result = run(ActionReport, intent, text="hôm qua có chuyện")
    assert (result.outcome["status"], result.outcome["report"]) == ("report_filed", intent)
    assert "{time}" not in result.texts[0]
    assert "Gặp cán bộ" in result.buttons


def test_a_question_about_reporting_is_answered_and_one_press_files(run) -> None:
    asked = run(ActionReport, "report_scam", text="bị lừa thì báo ở đâu", procedure="lua_dao")
    assert (asked.outcome["status"], asked.outcome["report"]) == ("answered", None)
    pressed = run(ActionReport, "report_scam", text="Báo tin ngay", button=asked.payloads[0])
    assert pressed.outcome["report"] == "report_scam"
    told = run(ActionReport, "report_scam", text="tôi bị lừa 5 triệu", procedure="lua_dao")
    assert told.outcome["report"] == "report_scam"


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


def test_noise_leaves_no_traces_to_keep(run) -> None:
    noise = run(ActionReport, "report_crime", told={"folded": "phong ben mo nhac am i suot dem"})
    assert "hiện trường" not in noise.texts[0]
    assert noise.outcome["report"] == "report_crime"
    assert "hiện trường" in run(ActionReport, "report_crime", told={"folded": "nha bi trom"}).texts[0]


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


def test_a_complaint_is_added_to_and_may_be_written(run) -> None:
    again = {"last": "complaint"}
    assert "ngày nào" in run(ActionOfficer, "complaint").texts[0]
    added = run(ActionOfficer, "complaint", again, {"folded": "sang thu sau o quay so 2"})
    assert "ghi thêm" in added.texts[0] and added.outcome["officer"] == "complaint"
    where = run(ActionOfficer, "complaint", again, {"folded": "muon gui don khieu nai thi gui ai"})
    assert where.texts[0].startswith("Em đã ghi phản ánh") and "gửi đơn" in where.texts[0]
    nobody = run(ActionOfficer, "complaint", again, {"folded": "nop ho so khong ai nhan"})
    assert "ghi thêm" in nobody.texts[0]


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


def test_a_question_inside_a_report_is_for_the_duty_desk_unless_the_law_answers_it(run) -> None:
    asked = {"slots": {"topic": "report_crime"}, "follows": "asks", "procedure": "to_giac_toi_pham"}
    whether = run(ActionReport, "report_crime", told={"folded": "co ai xuong nhac khong"}, **asked)
    assert "trực ban xem và trả lời" in whether.texts[0] and whether.outcome["report"] == "report_crime"
    what = run(ActionReport, "report_crime", told={"folded": "gio em phai lam gi"}, **asked)
    assert "Tố giác, báo tin về tội phạm" in what.texts[0] and what.outcome["report"] is None


def test_labels_are_shown_once_and_sources_counted_once() -> None:
    one = {"title": "A", "payload": "/a"}
    assert distinct([one, {"title": "B", "payload": "/a"}, {"title": "A", "payload": "/c"}]) == [
        one,
        {"title": "B", "payload": "/a"},
    ]
    said = Answer("answered", Question("a", "fee"), "", (), ("x", "y"), None)
    assert outcome_of([said, said], 0.5).sources == ("x", "y")


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("co nguoi xung cong an bao em bam link cai app", False),
        ("ho keu chuyen 5 trieu phi", False),
        ("ho noi sap nhap roi phai cap nhat vneid, bao tai ung dung gui qua zalo", False),
        ("ho keu chuyen 5 trieu em chuyen", True),
        ("bao cai app, cai luon roi", True),
        ("em lo cai app ho bao tai", True),
        ("em bao cong an vu bi lua chuyen khoan 20 trieu", True),
        ("tui no du chuyen 30 trieu gio chan zalo", True),
        ("keu chuyen tien gio tai khoan trong tron", True),
    ],
)
def test_who_was_only_told_to_do_something_is_warned_not_sent_to_the_bank(run, text, lost) -> None:
    said = run(ActionReport, "report_scam", text=text, told={"folded": text}).texts[0]
    assert ("đừng bấm đường link" in said) is not lost


AMID = {"procedure": "dang_ky_tam_tru", "question": "where"}


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


@pytest.mark.parametrize(("text", "safe"), [("chua toi chua cai gi het", True), ("cai roi", False)])
def test_who_did_nothing_of_what_a_swindler_wanted_hears_that_nothing_is_lost(run, text: str, safe: bool) -> None:
    follows = "not_done" if safe else "tells"
    said = run(ActionReport, "report_scam", text=text, told={"folded": text}, slots=IN_SCAM, follows=follows).texts[0]
    assert ("chưa mất gì" in said) is safe


IN_SCAM = {"topic": "report_scam", "procedure": "lua_dao", "question": "overview"}


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


CARD = {"procedure": "cap_doi_the_can_cuoc", "question": "overview"}


def test_two_children_of_different_ages_get_two_answers(run) -> None:
    asked = {"procedure": "cap_the_can_cuoc_duoi_14", "questions": ["documents"]}
    both = run(ActionAnswer, "ask_documents", said=(("age", "4"), ("age", "12")), **asked)
    assert len(both.texts) == 2 and "Dưới 6 tuổi" in both.texts[0] and "6 đến dưới 14" in both.texts[1]
    assert len(run(ActionAnswer, "ask_documents", said=(("age", "4"),), **asked).texts) == 1


@pytest.mark.parametrize(
    ("action", "intent", "folded", "asks"),
    [
        (ActionReport, "report_crime", "toi qua xe bi trom truoc nha so 12 le loi", False),
        (ActionReport, "report_crime", "xe bi trom", True),
        (ActionReport, "report_scam", "em bi lua chuyen 5tr qua vcb roi", False),
        (ActionReport, "report_scam", "em bi lua chuyen 5tr roi", True),
        (ActionReport, "report_fire", "toi qua chay truoc nha so 12 le loi", True),
        (ActionOfficer, "complaint", "hom qua o tru so can bo noi cuc can", False),
        (ActionOfficer, "complaint", "can bo noi cuc can", True),
    ],
)
def test_what_was_told_is_not_asked_again(run, action, intent, folded, asks) -> None:
    told = run(action, intent, told={"folded": folded}, text=folded).texts[0]
    assert ("?" in told or "ngày nào" in told) is asks
