"""Run labelled questions or conversations through the real turn pipeline and score what came out.

Reads a TSV (columns by name) or a YAML list of conversations; writes one JSON object a turn. Nothing here knows how
answers are made.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from dialogue.session import Session
from dialogue.turn import Turn

EMPTY = ("", "NONE")
NORMAL_95 = 1.96
PROCEDURE = "procedure"
BETWEEN_MESSAGES = timedelta(minutes=1)


@dataclass(frozen=True)
class Expected:
    """What a turn should come out as; None where nothing was labelled. `alt`: accepted `procedure/question` pairs."""

    kind: str | None = None
    procedure: str | None = None
    question: str | None = None
    alt: frozenset[str] = frozenset()
    style: str = ""

    @property
    def pairs(self) -> frozenset[str]:
        return self.alt | {f"{self.procedure}/{self.question}"}


@dataclass(frozen=True)
class Item:
    """One turn to run: a conversation id, its place in it, the text, and the label."""

    id: str
    turn: int
    text: str
    expected: Expected


def read_items(path: Path) -> list[Item]:
    """Read a TSV of single questions or a YAML of conversations.

    Raises:
        ValueError: the file has no `text` column, or is neither `.tsv` nor `.yml`.
    """
    if path.suffix == ".tsv":
        return _read_tsv(path)
    if path.suffix in (".yml", ".yaml"):
        return _read_yaml(path)
    raise ValueError(f"{path}: evaluation files are .tsv or .yml")


def _read_tsv(path: Path) -> list[Item]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    if rows and "text" not in rows[0]:
        raise ValueError(f"{path}: no column named text in {sorted(rows[0])}")
    return [Item(row.get("id") or str(number), 1, row["text"], _expected(row)) for number, row in enumerate(rows, 1)]


def _read_yaml(path: Path) -> list[Item]:
    conversations = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return [
        Item(str(conversation["id"]), number, str(turn["user"]), _expected(turn))
        for conversation in conversations
        for number, turn in enumerate(conversation["turns"], 1)
    ]


def _expected(row: Mapping[str, Any]) -> Expected:
    def value(name: str) -> str | None:
        text = str(row.get(name) or "").strip()
        return None if text in EMPTY else text

    alt = row.get("alt") or []
    pairs = alt.split(";") if isinstance(alt, str) else alt
    accepted = frozenset(str(pair).strip() for pair in pairs if str(pair).strip() not in EMPTY)
    return Expected(value("kind"), value("procedure"), value("question"), accepted, value("style") or "")


class Pace:
    """A clock for evaluation: a citizen takes a minute between two messages."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def step(self) -> None:
        self.now += BETWEEN_MESSAGES


async def run(items: Iterable[Item], session: Session, *, prefix: str, pace: Pace) -> list[dict[str, Any]]:
    """Run every item; items of one id are one conversation. `prefix` keeps citizens of two runs apart."""
    results = []
    for item in items:
        pace.step()
        turn = await session.take(f"{prefix}-{item.id}", item.text)
        results.append(result_of(item, turn))
    return results


def result_of(item: Item, turn: Turn) -> dict[str, Any]:
    """What one turn came out as, in the shape of DESIGN §7."""
    outcome = turn.outcome
    return {
        "id": item.id,
        "turn": item.turn,
        "text": item.text,
        "kind": outcome.get("kind"),
        "procedure": outcome.get("procedure"),
        "question": outcome.get("question"),
        "case": outcome.get("case"),
        "confidence": outcome.get("confidence", 0.0),
        "status": outcome.get("status"),
        "replies": [text for text, _ in turn.replies],
        "buttons": [button["title"] for _, buttons in turn.replies for button in buttons],
        "sources": list(outcome.get("sources") or ()),
    }


def is_right(expected: Expected, result: Mapping[str, Any]) -> bool:
    """The right kind and, for a procedure, an accepted procedure and question."""
    if expected.kind == PROCEDURE or (expected.kind is None and expected.procedure):
        return result["kind"] == PROCEDURE and _pair(result) in expected.pairs
    return bool(result["kind"] == expected.kind)


def is_wrong_answer(expected: Expected, result: Mapping[str, Any]) -> bool:
    """A procedure was answered that nobody asked about. A wrong question of the right procedure is not meant here."""
    if result["kind"] != PROCEDURE:
        return False
    accepted = {pair.split("/")[0] for pair in expected.pairs}
    return result["procedure"] not in accepted


def _pair(result: Mapping[str, Any]) -> str:
    return f"{result['procedure']}/{result['question']}"


def interval(hits: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if total == 0:
        return 0.0, 1.0
    share, z = hits / total, NORMAL_95
    middle = share + z * z / (2 * total)
    spread = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return (middle - spread) / scale, (middle + spread) / scale


@dataclass(frozen=True)
class Scored:
    """Labels and results side by side, and the shares made of them."""

    pairs: Sequence[tuple[Expected, Mapping[str, Any]]]

    def rate(self, hits: int, total: int | None = None) -> str:
        total = len(self.pairs) if total is None else total
        low, high = interval(hits, total)
        share = hits / total if total else 0.0
        return f"{share:6.1%}  ({low:.1%}–{high:.1%}, {hits}/{total})"

    def lines(self) -> list[str]:
        """The report that `make evaluate` prints."""
        asked = [(e, r) for e, r in self.pairs if e.kind == PROCEDURE]
        found = sum(r["kind"] == PROCEDURE and r["procedure"] in {p.split("/")[0] for p in e.pairs} for e, r in asked)
        lines = [
            f"right kind, procedure and question  {self.rate(sum(is_right(e, r) for e, r in self.pairs))}",
            f"right kind                          {self.rate(sum(e.kind == r['kind'] for e, r in self.pairs))}",
            f"right procedure, where one is asked {self.rate(found, len(asked))}",
            f"wrong procedure answers             {self.rate(sum(is_wrong_answer(e, r) for e, r in self.pairs))}",
            f"answered                            {self.rate(sum(r['status'] == 'answered' for _, r in self.pairs))}",
        ]
        for name in ("style", "kind", "procedure", "question"):
            lines += self._by(name)
        return lines + self._confusions()

    def _by(self, name: str) -> list[str]:
        groups: dict[str, list[tuple[Expected, Mapping[str, Any]]]] = defaultdict(list)
        for expected, result in self.pairs:
            if value := getattr(expected, name):
                groups[value].append((expected, result))
        lines = [f"\nby {name}:"] if groups else []
        for value, pairs in sorted(groups.items()):
            right = sum(is_right(e, r) for e, r in pairs)
            wrong = sum(is_wrong_answer(e, r) for e, r in pairs)
            lines.append(f"  {value:36} {self.rate(right, len(pairs))}  wrong {wrong}")
        return lines

    def _confusions(self) -> list[str]:
        counts: Counter[tuple[str, str]] = Counter()
        for expected, result in self.pairs:
            if not is_right(expected, result):
                counts[(label_of(expected.kind, expected.procedure, expected.question),
                        label_of(result["kind"], result["procedure"], result["question"]))] += 1  # fmt: skip
        lines = ["\nconfusions:"] if counts else []
        return lines + [f"  {count:3} {wanted} → {got}" for (wanted, got), count in counts.most_common(25)]


def label_of(kind: str | None, procedure: str | None, question: str | None) -> str:
    """A kind, or the procedure and question of a procedure, in one word."""
    return f"{procedure}/{question}" if kind == PROCEDURE else str(kind)


def write_results(results: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write one JSON object a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as out:
        for result in results:
            out.write(json.dumps(result, ensure_ascii=False) + "\n")
