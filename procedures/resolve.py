"""Which entries are in force on a day. Never guesses: before the first day there is nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from procedures.model import Entry


def in_force(entries: Iterable[Entry], on: date) -> tuple[Entry, ...]:
    """The newest entry of each item that has begun by `on`, in the order of the file.

    A `repealed` entry ends its item: it is in force as nothing, so it is left out.
    """
    newest: dict[str, Entry] = {}
    order: list[str] = []
    for entry in entries:
        if entry.item not in order:
            order.append(entry.item)
        if entry.since <= on and (entry.item not in newest or entry.since > newest[entry.item].since):
            newest[entry.item] = entry
    return tuple(newest[item] for item in order if item in newest and newest[item].kind != "repealed")


def for_case(entries: Iterable[Entry], cases: frozenset[str]) -> tuple[Entry, ...]:
    """The entries that hold for all cases or for one of `cases`."""
    return tuple(entry for entry in entries if not entry.cases or entry.cases & cases)
