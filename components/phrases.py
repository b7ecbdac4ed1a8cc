"""The phrase lists of `phrases.yml`, read once. Imports no Rasa."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

PHRASES = Path(__file__).parent / "phrases.yml"


@dataclass(frozen=True)
class Phrases:
    """`entities`: entity → value → phrases; `cues`: question → a pattern of the phrases that ask for it."""

    entities: Mapping[str, Mapping[str, Sequence[str]]]
    cues: Mapping[str, re.Pattern[str]]


@lru_cache(maxsize=1)
def phrases() -> Phrases:
    """Read `phrases.yml`."""
    raw = YAML(typ="safe").load(PHRASES.read_text(encoding="utf-8"))
    return Phrases(raw["entities"], {question: _any_of(texts) for question, texts in raw["questions"].items()})


def _any_of(texts: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, texts))})\b")
