"""A long message that comes in several bubbles within seconds is one message.

What the bot could not place is kept with its time; a bubble soon after it is read together with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

BUBBLE = "bubble"
"""The slot: `{"text", "at"}` of what was not placed yet, or nothing."""
SAME_MESSAGE = timedelta(seconds=20)
LONGEST = 1_000
"""Most characters kept of earlier bubbles."""
CLARIFIED = "clarified"


def with_earlier(slots: Mapping[str, Any] | None, text: str, at: datetime) -> str | None:
    """The text with the bubbles before it, when those came just before and were not placed; else None."""
    kept = (slots or {}).get(BUBBLE)
    if not kept or not timedelta(0) <= at - datetime.fromisoformat(kept["at"]) <= SAME_MESSAGE:
        return None
    return f"{kept['text']}\n{text}"


def keep(slots: Mapping[str, Any], status: str, text: str, at: datetime) -> dict[str, Any]:
    """The slots after a turn: what was only asked back about is kept for the bubbles that may follow."""
    others = {name: value for name, value in slots.items() if name != BUBBLE}
    return {**others, BUBBLE: {"text": text[-LONGEST:], "at": at.isoformat()}} if status == CLARIFIED else others


def is_vague(parsed: Mapping[str, Any]) -> bool:
    """Whether parse data may be part of a longer message: no button, and not one of several known readings."""
    return not parsed.get("button") and not (parsed.get("understanding") or {}).get("choice")


def places(parsed: Mapping[str, Any]) -> bool:
    """Whether parse data names a procedure and asks about it."""
    named = any(entity["entity"] == "procedure" for entity in parsed.get("entities") or [])
    return named and str(parsed["intent"]["name"]).startswith("ask_")
