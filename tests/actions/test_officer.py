"""An officer is asked for once, every complaint recorded, the number of the desk told where it is known."""

from dataclasses import replace

import pytest

from actions.knowledge import use
from actions.officer import ActionOfficer, asks_for_desk_number
from tests.pipeline import MONDAY_MORNING


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


def test_a_complaint_is_added_to_and_may_be_written(run) -> None:
    again = {"last": "complaint"}
    assert "ngày nào" in run(ActionOfficer, "complaint").texts[0]
    added = run(ActionOfficer, "complaint", again, {"folded": "sang thu sau o quay so 2"})
    assert "ghi thêm" in added.texts[0] and added.outcome["officer"] == "complaint"
    where = run(ActionOfficer, "complaint", again, {"folded": "muon gui don khieu nai thi gui ai"})
    assert where.texts[0].startswith("Em đã ghi phản ánh") and "gửi đơn" in where.texts[0]
    nobody = run(ActionOfficer, "complaint", again, {"folded": "nop ho so khong ai nhan"})
    assert "ghi thêm" in nobody.texts[0]
