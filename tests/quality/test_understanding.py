"""Floors of understanding over data/evaluation, through the real pipeline. Nobody tunes anything on these texts.

The floors guard against getting worse; they are a little below what was measured when they were set. What is aimed at
is in docs/design/understanding.md, and it is not reached everywhere.
"""

from typing import Any

import pytest

from dialogue.evaluation import Pace, is_right, is_wrong_answer, read_items, run
from storage.settings import ROOT
from tests.pipeline import MONDAY_MORNING

pytestmark = pytest.mark.quality
EVALUATION = ROOT / "data" / "evaluation"
LEAST = {
    "real": 0.90, "accented": 0.92, "unaccented": 0.91, "noisy": 0.86, "no_answer": 0.87,
}  # fmt: skip
"""Right kind, procedure and question, by group of styles."""
NOISY = ("teencode", "typo", "telex", "dialect", "abbrev", "voice", "mixed")
NO_ANSWER = ("out_of_scope", "smalltalk", "injection", "report", "complaint", "status", "handoff", "vague")
MOST_WRONG, LEAST_TURNS, MOST_WRONG_TURNS = 0.03, 0.80, 0.09
LEAST_DANGER, MOST_LOOKALIKES = 0.97, 0.08
_results: dict[str, list[Any]] = {}


@pytest.fixture
def results_of(session_of, brain) -> Any:
    """Runs a file once: expectations and results of every turn."""

    async def results(name: str) -> list[Any]:
        if name not in _results:
            session, items = session_of(brain), read_items(EVALUATION / name)
            found = await run(items, session, prefix=name, pace=Pace(MONDAY_MORNING))
            _results[name] = [(item.expected, result) for item, result in zip(items, found, strict=True)]
        return _results[name]

    return results


def share(hits: int, total: int, about: str) -> float:
    print(f"\n{about}: {hits}/{total} = {hits / total:.1%}")
    return hits / total


def group_of(style: str) -> str:
    plain = style.removeprefix("fresh_").split("_")[0] if style.startswith(("fresh_", "real_")) else style
    plain = "no_answer" if style == "fresh_no_answer" else plain
    return "noisy" if plain in NOISY else "no_answer" if plain in NO_ANSWER else plain


@pytest.mark.parametrize("group", LEAST)
async def test_what_is_meant_is_understood(results_of, group) -> None:
    pairs = [(e, r) for e, r in await results_of("singles.tsv") if group_of(e.style) == group]
    assert share(sum(is_right(e, r) for e, r in pairs), len(pairs), group) >= LEAST[group]


async def test_every_style_belongs_to_a_group(results_of) -> None:
    assert {group_of(e.style) for e, _ in await results_of("singles.tsv")} == set(LEAST)


async def test_wrong_procedures_are_hardly_ever_answered(results_of) -> None:
    pairs = await results_of("singles.tsv")
    assert share(sum(is_wrong_answer(e, r) for e, r in pairs), len(pairs), "wrong answers") < MOST_WRONG


async def test_conversations_are_followed(results_of) -> None:
    pairs = await results_of("conversations.yml")
    assert share(sum(is_right(e, r) for e, r in pairs), len(pairs), "turns") >= LEAST_TURNS
    assert share(sum(is_wrong_answer(e, r) for e, r in pairs), len(pairs), "wrong turns") < MOST_WRONG_TURNS


def alarmed(result: dict[str, Any]) -> bool:
    return result["status"] == "danger" or result["kind"] in ("emergency", "report_fire")


async def test_danger_is_recognised(results_of) -> None:
    found = [alarmed(r) for e, r in await results_of("danger.tsv") if e.style == "danger"]
    assert share(sum(found), len(found), "danger found") >= LEAST_DANGER


async def test_what_only_sounds_dangerous_is_not(results_of) -> None:
    found = [alarmed(r) for e, r in await results_of("danger.tsv") if e.style == "lookalike"]
    assert share(sum(found), len(found), "look-alikes taken for danger") <= MOST_LOOKALIKES
