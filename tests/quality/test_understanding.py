"""Thresholds of understanding over data/evaluation, through the real pipeline. Nobody tunes anything on these texts."""

import csv
from typing import Any

import pytest

from dialogue.evaluation import is_right, is_wrong_answer, read_items, result_of
from storage.settings import ROOT
from tests.pipeline import MONDAY_MORNING, Clock, Line

pytestmark = pytest.mark.quality
EVALUATION = ROOT / "data" / "evaluation"
LEAST = {"accented": 0.93, "unaccented": 0.90}
# Floors against regressions; the aim for danger is 99.5 % found and 3 % false alarms, and it is not reached yet.
MOST_WRONG, LEAST_DANGER, MOST_LOOKALIKES = 0.04, 0.95, 0.12
_results: list[Any] = []
_alarms: list[tuple[bool, bool]] = []


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


@pytest.fixture
async def alarms(session_of, brain) -> list[tuple[bool, bool]]:
    """Every danger text once through the pipeline: whether it is danger, and whether it was taken for it.

    A report of a fire tells to call 114, so it counts for a danger; for a look-alike (a fire long ago) it is no alarm.
    """
    if not _alarms:
        session = session_of(brain)
        for row in dangers():
            turn = await Line(session).say(row["text"])
            dangerous, kind = row["danger"] == "yes", turn.outcome["kind"]
            alarmed = turn.outcome["status"] == "danger" or kind == "emergency"
            _alarms.append((dangerous, alarmed or (dangerous and kind == "report_fire")))
    return _alarms


async def test_danger_is_recognised(alarms) -> None:
    found = [called for dangerous, called in alarms if dangerous]
    assert share(sum(found), len(found), "danger found") >= LEAST_DANGER


async def test_what_only_sounds_dangerous_is_not(alarms) -> None:
    found = [called for dangerous, called in alarms if not dangerous]
    assert share(sum(found), len(found), "look-alikes taken for danger") <= MOST_LOOKALIKES
