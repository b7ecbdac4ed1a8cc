"""What is said and filed when somebody reports something, without a model."""

import pytest

from actions.officer import ActionOfficer
from actions.report import FILED, ActionReport


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


def test_noise_leaves_no_traces_to_keep(run) -> None:
    noise = run(ActionReport, "report_crime", told={"folded": "phong ben mo nhac am i suot dem"})
    assert "hiện trường" not in noise.texts[0]
    assert noise.outcome["report"] == "report_crime"
    assert "hiện trường" in run(ActionReport, "report_crime", told={"folded": "nha bi trom"}).texts[0]


def test_a_question_inside_a_report_is_for_the_duty_desk_unless_the_law_answers_it(run) -> None:
    asked = {"slots": {"topic": "report_crime"}, "follows": "asks", "procedure": "to_giac_toi_pham"}
    whether = run(ActionReport, "report_crime", told={"folded": "co ai xuong nhac khong"}, **asked)
    assert "trực ban xem và trả lời" in whether.texts[0] and whether.outcome["report"] == "report_crime"
    what = run(ActionReport, "report_crime", told={"folded": "gio em phai lam gi"}, **asked)
    assert "Tố giác, báo tin về tội phạm" in what.texts[0] and what.outcome["report"] is None


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


IN_SCAM = {"topic": "report_scam", "procedure": "lua_dao", "question": "overview"}


@pytest.mark.parametrize(("text", "safe"), [("chua toi chua cai gi het", True), ("cai roi", False)])
def test_who_did_nothing_of_what_a_swindler_wanted_hears_that_nothing_is_lost(run, text: str, safe: bool) -> None:
    follows = "not_done" if safe else "tells"
    said = run(ActionReport, "report_scam", text=text, told={"folded": text}, slots=IN_SCAM, follows=follows).texts[0]
    assert ("chưa mất gì" in said) is safe


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
