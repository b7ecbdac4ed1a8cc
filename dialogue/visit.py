"""Say when the desk is open to who asks for it, and to who is about to come when it is closed. Reads folded text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from handoff.hours import WEEKDAYS, opens_later, reopening_text, week_text
from procedures.model import Reply, Unit
from procedures.moments import asks_opening_hours
from procedures.wording import filled

GOES = re.compile(
    r"\b(?:ra|len|den|toi|qua|ghe|chay) (?:\w+ ){0,2}?(?:phuong|xa|cong an|ca|do|day|lam|nop|lay|luon|can bo)\b"
)
IN_DAYS = (
    re.compile(r"\b(?:(?:sang|trua|chieu|toi|hom) nay|bay gio|lat nua|ti nua)\b"),
    re.compile(
        r"\b(?:ngay mai|(?:sang|trua|chieu|toi) mai|mai (?:em|e|toi|minh|chi|anh|chau|con|tui|ra|len|den|qua))\b"
    ),
)
"""Today and tomorrow."""
ON_WEEKDAY = {5: re.compile(r"\b(?:thu bay|thu 7|t7)\b"), 6: re.compile(r"\b(?:chu nhat|cn)\b")}
"""The days of the week on which desks may be closed; 0 is Monday."""
OPENING_HOURS, CLOSED_THEN = "opening_hours", "closed_then"


def note(unit: Unit | None, replies: Mapping[str, Reply], folded: str, now: datetime) -> str | None:
    """What to add to an answer, or None.

    Args:
        replies: wordings by id; those of this module have the placeholders {unit}, {week}; {day}, {when}.
        folded: the message in lower case without accents, abbreviations written out.
    """
    if unit is None:
        return None
    asks, parts = asks_opening_hours(folded), []
    if asks:
        parts.append(filled(replies[OPENING_HOURS].text, {"unit": unit.name, "week": week_text(unit.hours)}))
    day = day_of_visit(folded, now.date()) if asks or GOES.search(folded) else None
    if day is not None and not opens_later(unit.hours, day, now):
        named = {0: "Hôm nay, ", 1: "Ngày mai, "}.get((day - now.date()).days, "") + WEEKDAYS[day.weekday()]
        when = reopening_text(unit.hours, day, now)
        parts.append(filled(replies[CLOSED_THEN].text, {"day": named, "when": when}))
    return "\n".join(parts) or None


def day_of_visit(folded: str, today: date) -> date | None:
    """The day on which a text says that somebody comes, when it is one of the next seven."""
    for offset, words in enumerate(IN_DAYS):
        if words.search(folded):
            return today + timedelta(days=offset)
    ahead = ((weekday - today.weekday()) % 7 for weekday, words in ON_WEEKDAY.items() if words.search(folded))
    return next((today + timedelta(days=days) for days in ahead), None)
