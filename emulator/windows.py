"""Who may be written to now, and who pays: the reply windows of consultation messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from emulator.clock import DAY, HOUR
from emulator.errors import ApiError

FREE_MS = 48 * HOUR
LONGEST_MS = 7 * DAY
AGENT_MS = 365 * DAY
LEGACY_FREE = 8
"""Messages an interaction, up to 2025-12-31."""


@dataclass(frozen=True)
class Standing:
    """What decides about one message. Times are in ms; `last` is None when they never interacted."""

    last: int | None
    now: int
    free_used: int
    quota: int
    """What is left of the package."""


def judge(standing: Standing, *, mode: str = "2026", legacy_paid: bool = False) -> Literal["free", "paid"]:
    """Whether a consultation message is free or takes quota of the package.

    not documented: which side of a border the border itself is on (here: exactly 48 h is free, exactly 7 d allowed);
    whether somebody who never interacted gives -230 or -232 (here: -232).

    Raises:
        ApiError: -232 never interacted; -230 more than 7 days ago; -211 no quota left; -311 in `legacy8`.
    """
    if standing.last is None:
        raise ApiError(-232)
    age = standing.now - standing.last
    if age > LONGEST_MS:
        raise ApiError(-230)
    if age <= FREE_MS:
        if mode == "2026" or standing.free_used < LEGACY_FREE:
            return "free"
        if not legacy_paid:
            raise ApiError(-311)
    if standing.quota <= 0:
        raise ApiError(-211)
    return "paid"


def agent_may(last: int | None, now: int) -> bool:
    """Whether a person in OA Manager may still write: up to 365 days after the last interaction."""
    return last is not None and now - last <= AGENT_MS
