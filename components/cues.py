"""Presence flags of a text: what the matchers found, which questions its phrases ask for, how long it is.

They say in one feature what the classifier would have to learn from many spellings ("5t", "năm tuổi", "lớp 1").
"""

from __future__ import annotations

from functools import lru_cache

from components.patterns import Extractor
from components.phrases import phrases

# Ages at which procedures change, in years, and the length of stay that needs registering, in days.
AGES = ((6, "under_6"), (14, "under_14"), (18, "under_18"), (60, "adult"))
REGISTERED_STAY = 30
SHORT_TEXT = 8


@lru_cache(maxsize=1)
def _extractor() -> Extractor:
    return Extractor()


def flags(text: str, folded: str) -> str:
    """The flags of a text and its folded form, separated by spaces."""
    found = [f"{entity}={_band(entity, value)}" for entity, value, _, _ in _extractor().find(text)]
    found += [f"asks={question}" for question, cue in phrases().cues.items() if cue.search(folded)]
    length = len(folded.split())
    found.append(f"words={length}" if length < SHORT_TEXT else "words=many")
    if "?" in text:
        found.append("mark")
    return " ".join(found)


def _band(entity: str, value: str) -> str:
    if entity == "age":
        return next((name for limit, name in AGES if int(value) < limit), "old")
    if entity == "stay":
        return "short" if int(value) < REGISTERED_STAY else "long"
    return value
