from __future__ import annotations

from datetime import date

import pytest

from tests.procedures.samples import codes, fields


def test_a_text_is_stripped_and_a_missing_one_is_empty() -> None:
    one, problems = fields("a: '  chữ '")
    assert (one.text("a"), one.text("b"), problems) == ("chữ", "", [])


@pytest.mark.parametrize("text", ["b: 1", "a:", "a: ''"])
def test_a_required_text_must_be_filled_in(text: str) -> None:
    one, problems = fields(text)
    assert one.text("a", required=True) == ""
    assert codes(problems) == ["KB004"]


def test_a_text_that_is_not_required_may_stay_empty() -> None:
    one, problems = fields("by:")
    assert (one.text("by"), problems) == ("", [])


def test_an_empty_list_key_is_reported_because_it_would_mean_everybody() -> None:
    one, problems = fields("cases:")
    assert (one.idents("cases"), codes(problems)) == ((), ["KB004"])


def test_a_wrong_type_is_reported_at_the_line_of_the_key() -> None:
    one, problems = fields("x: 1\na: [1]")
    assert one.text("a") == ""
    assert (problems[0].line, problems[0].code) == (2, "KB005")
    assert '"a" phải là chữ' in problems[0].cause


@pytest.mark.parametrize("written", ["2026-02-30", '"2026-07-01"', "hôm nay"])
def test_only_a_real_unquoted_day_is_a_day(written: str) -> None:
    one, problems = fields(f"since: {written}")
    assert (one.day("since"), codes(problems)) == (None, ["KB006"])


def test_a_day_is_a_day() -> None:
    assert fields("since: 2026-07-01")[0].day("since") == date(2026, 7, 1)


def test_ids_are_plain_and_wrong_ones_are_left_out() -> None:
    one, problems = fields("a: [nha_thue, Nhà, _x, tre_duoi_6]")
    assert one.idents("a") == ("nha_thue", "tre_duoi_6")
    assert codes(problems) == ["KB016", "KB016"]


def test_a_choice_is_one_of_the_allowed() -> None:
    one, problems = fields("channel: zalo")
    assert (one.choice("channel", ("online", "direct")), codes(problems)) == ("", ["KB024"])


def test_sums_are_whole_and_not_negative() -> None:
    one, problems = fields("amounts: {a: 7000, b: 7.5, c: -1, d: true, e: 7.000}")
    assert one.amounts("amounts") == {"a": 7000}
    assert codes(problems) == ["KB005"] * 4


def test_a_list_of_mappings_reports_what_is_none() -> None:
    one, problems = fields("facts: [{a: 1}, chữ]")
    assert len(one.groups("facts")) == 1
    assert codes(problems) == ["KB005"]


def test_done_reports_what_was_never_asked_for_and_says_what_is_allowed() -> None:
    one, problems = fields("a: chữ\nsai: 1")
    one.text("a")
    one.done()
    assert (problems[0].code, problems[0].line) == ("KB003", 2)
    assert "Được phép: a." in problems[0].cause


def test_a_text_too_long_for_a_phone_is_reported() -> None:
    one, problems = fields("label: " + "a" * 25)
    one.text("label", limit=24)
    assert "25 ký tự, tối đa 24" in problems[0].cause
