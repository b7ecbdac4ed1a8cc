from __future__ import annotations

import pytest

from procedures.model import QUESTIONS, WRITTEN_QUESTIONS, Case, Check, Situation
from tests.procedures.samples import TODAY, entry, procedure


@pytest.mark.parametrize(("confidence", "served"), [("high", True), ("medium", True), ("low", False)])
def test_low_confidence_is_for_officers_only(confidence: str, served: bool) -> None:
    assert entry(checked=Check(TODAY, "", confidence)).served is served  # type: ignore[arg-type]


def test_a_reason_without_a_check_is_served() -> None:
    assert entry(kind="unknown", checked=None).served


def test_cases_and_situations_are_found_by_id_and_nothing_by_none() -> None:
    case, situation = Case("a", "Nhãn a"), Situation("s", "Nhãn s", "fee", ())
    one = procedure((case,), (situation,))
    assert (one.case("a"), one.case("b"), one.case(None)) == (case, None, None)
    assert (one.situation("s"), one.situation(None)) == (situation, None)


def test_only_the_legal_basis_is_not_written() -> None:
    assert set(QUESTIONS) - set(WRITTEN_QUESTIONS) == {"legal_basis"}
