"""A long message that comes in several bubbles within seconds is one message; so is a story told bit by bit.

What the bot could not place is kept with its time; what comes soon after it, and cannot be placed either, is read
together with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

BUBBLE = "bubble"
"""The slot: `{"text", "at"}` of what was not placed yet, or nothing."""
SAME_MESSAGE, SAME_STORY = timedelta(seconds=20), timedelta(minutes=10)
SURE_OF_STORY = 0.6
"""Least probability of the procedure that a story is about; bubbles of one message need no more than one alone."""
LONGEST = 1_000
"""Most characters kept of earlier bubbles."""
CLARIFIED = "clarified"


def with_earlier(slots: Mapping[str, Any] | None, text: str, at: datetime) -> str | None:
    """The text with the bubbles before it, when those came shortly before and were not placed; else None."""
    kept = (slots or {}).get(BUBBLE)
    if not kept or not timedelta(0) <= at - datetime.fromisoformat(kept["at"]) <= SAME_STORY:
        return None
    return f"{kept['text']}\n{text}"


def is_bubble(slots: Mapping[str, Any] | None, at: datetime) -> bool:
    """Whether a message came within seconds of the one before."""
    kept = (slots or {}).get(BUBBLE)
    return kept is not None and at - datetime.fromisoformat(kept["at"]) <= SAME_MESSAGE


def keep(slots: Mapping[str, Any], status: str, text: str, at: datetime) -> dict[str, Any]:
    """The slots after a turn: what was only asked back about is kept for what may follow, with what was before it."""
    others = {name: value for name, value in slots.items() if name != BUBBLE}
    if status != CLARIFIED:
        return others
    whole = with_earlier(slots, text, at) or text
    return {**others, BUBBLE: {"text": whole[-LONGEST:], "at": at.isoformat()}}


def is_vague(parsed: Mapping[str, Any]) -> bool:
    """Whether parse data may be part of a longer message: no button, and not one of several known readings."""
    return not parsed.get("button") and not (parsed.get("understanding") or {}).get("choice")


def places(parsed: Mapping[str, Any], least: float = 0.0) -> bool:
    """Whether parse data names a procedure, with such a probability at least, and asks about it."""
    named = any(entity["entity"] == "procedure" for entity in parsed.get("entities") or [])
    likely = (parsed.get("understanding") or {}).get("procedures") or [("", 0.0)]
    return named and likely[0][1] >= least and str(parsed["intent"]["name"]).startswith("ask_")
