"""Every dated change of the knowledge base, and drafts of the expectations that are still missing.

`python -m tests.answers.changes` prints the drafts, to be read, corrected and pasted into a file beside this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

from procedures.answer import Answer, Question, answer
from procedures.load import read_catalog
from procedures.model import Catalog, Entry, Procedure
from procedures.wording import MORE, day, fill

HERE = Path(__file__).parent
SINCE = date(2026, 3, 1)
"""Rules that began earlier are not expected to have their first day tested."""


WORDS, TELLING = 5, 12


@dataclass(frozen=True)
class Expectation:
    """One sentence about one answer on one day, as an officer wrote it."""

    name: str
    on: date
    ask: Question
    says: tuple[str, ...]
    never_says: tuple[str, ...]
    status: str
    file: str


@dataclass(frozen=True)
class Change:
    """An entry that begins to hold: a new value of an item (`follows`), or its first one."""

    question: Question
    entry: Entry
    follows: bool

    @property
    def group(self) -> tuple[object, ...]:
        """What one pair of expectations stands for: each new value; for first values, each file and day."""
        place = (self.entry.file, self.entry.since)
        return (*place, self.entry.line) if self.follows else place


@lru_cache(maxsize=1)
def catalog() -> Catalog:
    return read_catalog(HERE.parents[1] / "data")[0]


def expectations() -> list[Expectation]:
    return [one for path in sorted(HERE.glob("*.yml")) for one in _read(path)]


def _read(path: Path) -> Iterator[Expectation]:
    for raw in YAML(typ="safe").load(path.read_text(encoding="utf-8")):
        extra = set(raw) - {"name", "on", "ask", "says", "never_says", "status"}
        assert not extra, (path.name, extra)
        says, never = tuple(raw.get("says", ())), tuple(raw.get("never_says", ()))
        status = raw.get("status", "answered")
        yield Expectation(raw["name"], raw["on"], Question(**raw["ask"]), says, never, status, path.name)


def blocks(procedure: Procedure) -> Iterator[tuple[Question, tuple[Entry, ...]]]:
    for name, facts in procedure.questions.items():
        yield Question(procedure.id, name), facts
    for situation in procedure.situations:
        yield Question(procedure.id, situation.question, situation=situation.id), situation.facts


def changes() -> list[Change]:
    """New values of any day, and first values since `SINCE`; reasons that hold from the day of a check are none."""
    found = []
    for procedure in catalog().procedures.values():
        for question, facts in blocks(procedure):
            for fact in facts:
                follows = any(other.item == fact.item and other.since < fact.since for other in facts)
                first = fact.kind == "text" and fact.since > SINCE and fact.served
                if follows or first:
                    case = next((c.id for c in procedure.cases if c.id in fact.cases), None)
                    found.append(Change(replace(question, case=case), fact, follows))
    return found


def said(question: Question, on: date) -> Answer:
    """The answer with all its screens in one text."""
    first = answer(question, catalog(), on)
    text, here = first.text, first
    while following := [button.ask for button in here.buttons if button.label == MORE and button.ask]:
        here = answer(following[0], catalog(), on)
        text += "\n" + here.text
    return replace(first, text=text)


def covered(change: Change, pairs: set[tuple[Question, date]]) -> bool:
    """Whether some question was asked on the day before and on the day itself, about the place that changes."""
    asked = change.question
    for question, on in pairs:
        same = (question.procedure, question.question, question.situation) == (
            asked.procedure,
            asked.question,
            asked.situation,
        )
        before = (question, on - timedelta(1)) in pairs
        if same and before and on == change.entry.since and _about(change, question):
            return True
    return False


def _about(change: Change, question: Question) -> bool:
    return not change.entry.cases or question.case is None or question.case in change.entry.cases


def missing() -> list[Change]:
    """One change for each group that has no pair of expectations."""
    pairs = {(one.ask, one.on) for one in expectations()}
    groups: dict[tuple[object, ...], list[Change]] = {}
    for change in changes():
        groups.setdefault(change.group, []).append(change)
    return [group[0] for group in groups.values() if not any(covered(change, pairs) for change in group)]


def words(change: Change) -> str:
    """The first few words of the new text that were not said the day before: few, so that wording may be polished."""
    before = said(change.question, change.entry.since - timedelta(1)).text
    text = fill(change.entry.text, change.entry.amounts)
    for piece in [*re.findall(r"\*\*([^*]+)\*\*", text), *re.split(r"[.;:,*\n]", text)]:
        start = " ".join(piece.split()[:WORDS])
        if '"' not in start and len(start) >= TELLING and start not in before:
            return start
    return text


def draft(change: Change) -> str:
    """Two expectations in YAML: the day before, and the day itself."""
    since, piece, ask = change.entry.since, words(change), change.question
    parts = {"procedure": ask.procedure, "question": ask.question, "case": ask.case, "situation": ask.situation}
    shown = ", ".join(f"{key}: {value}" for key, value in parts.items() if value)
    lines = []
    for on, key in ((since - timedelta(1), "never_says"), (since, "says")):
        told = "chưa nói" if key == "never_says" else "nói"
        name = catalog().procedures[ask.procedure].name
        lines += [f'- name: "{name}: ngày {day(on)} {told}: {piece}"', f"  on: {on}", f"  ask: {{{shown}}}"]
        lines += [f'  {key}: ["{piece}"]', f"  status: {said(ask, on).status}"]
    return "\n".join(lines)


def main() -> None:
    for change in missing():
        print(f"# {change.entry.file}:{change.entry.line}")
        print(draft(change))


if __name__ == "__main__":
    main()
