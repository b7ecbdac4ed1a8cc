"""Who has a conversation now: a pure rule over what its row says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

Owner: TypeAlias = Literal["bot", "queue", "officer"]
HOLD = timedelta(hours=12)
"""How long after their last message a conversation stays with an officer who answered in the platform's manager."""


def held_until(answered_at: datetime) -> datetime:
    """Until when an officer who answered elsewhere has the conversation."""
    return answered_at + HOLD


def owner_now(owner: str, until: datetime | None, now: datetime) -> Owner:
    """Who has the conversation; an officer whose time is over gave it back to the bot, one without a limit has it.

    Raises:
        ValueError: no such owner.
    """
    if owner == "officer":
        return "officer" if until is None or now < until else "bot"
    if owner == "queue":
        return "queue"
    if owner == "bot":
        return "bot"
    raise ValueError(f"no such owner: {owner!r}")
