"""The phrase lists of `phrases.yml`, read once. Imports no Rasa."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

PHRASES = Path(__file__).parent / "phrases.yml"
LACKING = 0.1
"""How much likelier a procedure is for a text without any of the words it needs (`requires` in phrases.yml)."""


@dataclass(frozen=True)
class Phrases:
    """`entities`: entity → value → phrases; the others: a name → a pattern of the phrases that speak of it.

    `cues` are questions, `fields` matters of other offices, `matters` what our procedures are about; `requires` is a
    procedure and the words of which a text needs one to be about it; `elsewhere` is always another office's.
    """

    entities: Mapping[str, Mapping[str, Sequence[str]]]
    cues: Mapping[str, re.Pattern[str]]
    fields: Mapping[str, re.Pattern[str]]
    matters: Mapping[str, re.Pattern[str]]
    requires: Mapping[str, re.Pattern[str]]
    elsewhere: Mapping[str, re.Pattern[str]]


@lru_cache(maxsize=1)
def phrases() -> Phrases:
    """Read `phrases.yml`."""
    raw = YAML(typ="safe").load(PHRASES.read_text(encoding="utf-8"))
    kinds = ("questions", "fields", "matters", "requires", "elsewhere")
    return Phrases(raw["entities"], *({name: _any_of(texts) for name, texts in raw[kind].items()} for kind in kinds))


def names_any(patterns: Mapping[str, re.Pattern[str]], folded: str) -> bool:
    """Whether a folded text has a word of any of them."""
    return any(pattern.search(folded) for pattern in patterns.values())


def _any_of(texts: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, texts))})\b")


def possible(procedures: Sequence[tuple[str, float]], folded: str) -> list[tuple[str, float]]:
    """The procedures with their probabilities, those that the text lacks the words for less likely; likeliest first."""
    required = phrases().requires
    weighed = [
        (name, p * LACKING if name in required and not required[name].search(folded) else p) for name, p in procedures
    ]
    total = sum(p for _, p in weighed) or 1.0
    return sorted(((name, p / total) for name, p in weighed), key=lambda one: -one[1])
