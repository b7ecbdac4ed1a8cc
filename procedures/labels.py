"""Name the cases of facts where the citizen has not said which case is theirs, without saying anything twice."""

from __future__ import annotations

import re
from collections.abc import Sequence

from procedures.model import Entry, Procedure

SHOWN, LEAD_CHARACTERS, SAME = 2, 60, 0.6
JOIN = " / "


def labels(entries: Sequence[Entry], case: str | None, procedure: Procedure) -> tuple[str, list[str]]:
    """What the heading says about cases, and the label of each entry ("" for none).

    When all facts about particular cases are about the same ones, the heading names them once.
    """
    if case:
        known = procedure.case(case)
        return (known.label if known else ""), [""] * len(entries)
    names = [cases_of(entry, procedure) for entry in entries]
    told = {name for name in names if name}
    if len(told) == 1 and len([name for name in names if name]) > 1:
        return told.pop(), [""] * len(entries)
    return "", ["" if echoes(name, entry.text) else name for name, entry in zip(names, entries, strict=True)]


def cases_of(entry: Entry, procedure: Procedure) -> str:
    """The cases of an entry in a few words: the usual ones first, or all but a few; "" when the text has to say it."""
    inside = [case for case in procedure.cases if case.id in entry.cases]
    outside = [case for case in procedure.cases if case.id not in entry.cases]
    if not inside or not outside:
        return ""
    if len(inside) > SHOWN and len(outside) < SHOWN:
        return "Trừ trường hợp " + JOIN.join(case.label for case in outside)
    if len(inside) > SHOWN:
        return ""
    inside.sort(key=lambda case: not case.usual)
    return JOIN.join(case.label for case in inside)


def echoes(label: str, text: str) -> bool:
    """Whether the first words of a text already say what the label says."""
    wanted, said = words(label), words(text[:LEAD_CHARACTERS])
    return bool(wanted) and len(wanted & said) >= SAME * len(wanted)


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))
