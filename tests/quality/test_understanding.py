"""Thresholds of understanding over data/evaluation, through the real pipeline. Nobody tunes anything on these texts."""

import csv
from typing import Any

import pytest

from dialogue.danger import danger
from dialogue.evaluation import is_right, is_wrong_answer, read_items, result_of
from storage.settings import ROOT
from tests.pipeline import MONDAY_MORNING, Clock, Line

pytestmark = pytest.mark.quality
EVALUATION = ROOT / "data" / "evaluation"
LEAST = {"accented": 0.93, "unaccented": 0.90}
MOST_WRONG, LEAST_DANGER, MOST_LOOKALIKES = 0.04, 0.995, 0.03
_results: list[Any] = []


@pytest.fixture
async def results(session_of, brain) -> list[Any]:
    """Every single question once, each in a conversation of its own."""
    if not _results:
        session = session_of(brain)
        assert isinstance(session.context.now, Clock) and session.context.now() == MONDAY_MORNING
        for item in read_items(EVALUATION / "singles.tsv"):
            _results.append((item.expected, result_of(item, await Line(session).say(item.text))))
    return _results


def share(hits: int, total: int, about: str) -> float:
    print(f"\n{about}: {hits}/{total} = {hits / total:.1%}")
    return hits / total


@pytest.mark.parametrize("style", LEAST)
async def test_procedure_and_question_are_understood(results, style) -> None:
    pairs = [(e, r) for e, r in results if e.kind == "procedure" and e.style == style]
    assert share(sum(is_right(e, r) for e, r in pairs), len(pairs), style) >= LEAST[style]


async def test_wrong_procedures_are_hardly_ever_answered(results) -> None:
    assert share(sum(is_wrong_answer(e, r) for e, r in results), len(results), "wrong answers") < MOST_WRONG


def dangers() -> list[dict[str, str]]:
    with (EVALUATION / "danger.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_danger_is_recognised() -> None:
    rows = [row for row in dangers() if row["danger"] == "yes"]
    found = sum(danger(row["text"]) is not None for row in rows)
    assert share(found, len(rows), "danger found") >= LEAST_DANGER


def test_what_only_sounds_dangerous_is_not() -> None:
    rows = [row for row in dangers() if row["danger"] == "no"]
    found = sum(danger(row["text"]) is not None for row in rows)
    assert share(found, len(rows), "look-alikes taken for danger") <= MOST_LOOKALIKES
