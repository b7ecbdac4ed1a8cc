from __future__ import annotations

from datetime import date

import pytest

from procedures.model import Source
from procedures.parse import Use, parse_entry, parse_procedure, parse_shared
from tests.procedures.samples import VALID, codes, fields

FACT = """
since: 2026-07-01
text: "Nộp **{fee}**."
amounts: {fee: 15000}
cases: [nha_thue]
channel: online
forms: [ct01]
source:
  - {document: luat_a, article: "Điều 1"}
  - {document: luat_b}
checked: {on: 2026-11-22, by: "Đại úy A", confidence: medium}
origin: cu_tru:common.fee.0 can_cuoc:common.fee.1
"""


def test_an_entry_takes_everything_that_is_written() -> None:
    one, problems = fields(FACT)
    entry = parse_entry(one)
    assert entry and not problems
    assert (entry.item, entry.since, entry.kind) == ("chinh", date(2026, 7, 1), "text")
    assert entry.sources == (Source("luat_a", "Điều 1"), Source("luat_b", ""))
    assert entry.checked and (entry.checked.by, entry.checked.confidence) == ("Đại úy A", "medium")
    assert (entry.cases, entry.channel, entry.forms) == (frozenset({"nha_thue"}), "online", ("ct01",))
    assert entry.origin == ("cu_tru:common.fee.0", "can_cuoc:common.fee.1")
    assert (entry.file, entry.line) == ("tệp.yml", 2)


@pytest.mark.parametrize("kind", ["not_applicable", "unknown", "repealed"])
def test_a_reason_needs_no_source(kind: str) -> None:
    one, problems = fields(f"since: 2026-07-01\n{kind}: Lý do.")
    entry = parse_entry(one)
    assert entry and entry.kind == kind and not problems


@pytest.mark.parametrize("text", ["since: 2026-07-01", "since: 2026-07-01\ntext: a\nunknown: b\norigin: cu_tru:a"])
def test_an_entry_has_exactly_one_content(text: str) -> None:
    one, problems = fields(text)
    parse_entry(one)
    assert "KB014" in codes(problems)


def test_an_empty_content_is_reported_once() -> None:
    one, problems = fields("since: 2026-07-01\nunknown:")
    assert parse_entry(one) is None
    assert codes(problems) == ["KB004"]


@pytest.mark.parametrize(
    "typed", ["15.000 đồng", "15.000đ", "15 nghìn", "15k", "4 triệu", "500000 VND", "7.000 ĐỒNG", "15 ngàn"]
)
def test_typed_money_is_found_however_it_is_typed(typed: str) -> None:
    one, problems = fields(f"since: 2026-07-01\nunknown: Nộp {typed} nhé.")
    parse_entry(one)
    assert codes(problems) == ["KB019"]


@pytest.mark.parametrize("fine", ["30 ngày", "Điều 15", "từ 14 đến 25 tuổi", "5 km", "3 đối tượng"])
def test_other_numbers_are_no_money(fine: str) -> None:
    one, problems = fields(f"since: 2026-07-01\nunknown: Có {fine}.")
    parse_entry(one)
    assert not problems


def test_money_in_the_doubt_is_checked_too() -> None:
    one, problems = fields(FACT + 'unconfirmed: "Có thể là {base}, hay 9.000 đồng."')
    parse_entry(one)
    assert codes(problems) == ["KB018", "KB019"]


def test_a_placeholder_in_capitals_does_not_slip_through() -> None:
    one, problems = fields("since: 2026-07-01\nunknown: Nộp {Le Phi}.")
    parse_entry(one)
    assert codes(problems) == ["KB018"]


def test_shared_facts_take_the_shared_id_as_item() -> None:
    one, _ = fields(
        "shared: noi_nop\nfacts: [{since: 2026-07-01, unknown: a}, {item: gio, since: 2026-07-01, unknown: b}]"
    )
    assert [entry.item for entry in parse_shared([one])["noi_nop"]] == ["noi_nop", "gio"]


def test_a_procedure_keeps_references_to_shared_facts_in_their_place() -> None:
    text = (VALID / "procedures/cu_tru/dang_ky_mau.yml").read_text(encoding="utf-8")
    one, problems = fields(text.replace("where: [{use: noi_nop}]", "where: [{use: noi_nop, cases: [nha_minh]}]"))
    parsed = parse_procedure(one, field_name="cu_tru")
    assert not problems
    assert parsed.uses["where"] == [Use("noi_nop", frozenset({"nha_minh"}), "tệp.yml", 10)]
    assert [case.usual for case in parsed.procedure.cases] == [True, False]
    assert parsed.procedure.situations[0].question == "eligibility"


def test_a_question_left_empty_is_as_bad_as_a_missing_one() -> None:
    text = (VALID / "procedures/can_cuoc/the_mau.yml").read_text(encoding="utf-8")
    one, problems = fields(text.replace('fee: [{since: 2024-07-01, unknown: "Chưa xác nhận mức thu."}]', "fee:"))
    parse_procedure(one, field_name="can_cuoc")
    assert [(p.code, p.line) for p in problems] == [("KB013", 11)]
