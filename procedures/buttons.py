"""What is offered under an answer: more of it, the cases that would change it, the questions that follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from procedures import wording
from procedures.model import Case, Catalog, Channel, Entry, Procedure
from procedures.resolve import in_force

MAX_BUTTONS, MAX_CASE_BUTTONS, MAX_RELATED, LABEL_CHARACTERS = 6, 3, 1, 40
NARROWED_FROM = 3
"""More facts than this are worth a button for each case."""
NEXT: dict[str, tuple[str, ...]] = {
    "overview": ("documents", "online", "fee", "where", "processing_time"),
    "documents": ("fee", "online", "where", "processing_time"),
    "eligibility": ("documents", "online", "penalty", "fee"),
    "where": ("documents", "online", "fee"),
    "steps": ("documents", "fee", "online", "processing_time"),
    "online": ("documents", "fee", "processing_time"),
    "processing_time": ("result", "fee", "online"),
    "fee": ("online", "documents", "processing_time"),
    "form": ("documents", "online", "where"),
    "result": ("processing_time", "documents", "fee"),
    "penalty": ("documents", "online", "where"),
    "legal_basis": ("documents", "overview", "fee"),
}


@dataclass(frozen=True)
class Question:
    """What a citizen wants to know. `skip` points were already shown ("Xem thêm").

    `first` is an item to lead with, of this question or another; `lead` a situation to lead with.
    """

    procedure: str
    question: str
    case: str | None = None
    situation: str | None = None
    channel: Channel | None = None
    skip: int = 0
    first: str | None = None
    lead: str | None = None


@dataclass(frozen=True)
class Button:
    """A next step: another question, or a named act such as `request_officer`."""

    label: str
    ask: Question | None = None
    act: str | None = None


def officer() -> Button:
    return Button(wording.OFFICER, act="request_officer")


def more(question: Question, shown: int) -> Button:
    return Button(wording.MORE, replace(question, skip=question.skip + shown))


def other_cases(
    question: Question, procedure: Procedure, entries: Sequence[Entry], chosen: Sequence[Entry]
) -> tuple[Case, ...]:
    """The cases that have entries which are not `chosen`, when the citizen has not said one.

    When everything is chosen and it is much, each case is a way to see less of it.
    """
    if question.case or question.skip:
        return ()
    hidden = [entry for entry in entries if entry not in chosen]
    matter = {case for entry in hidden or entries for case in entry.cases}
    if not hidden and len(entries) <= NARROWED_FROM:
        return ()
    return tuple(case for case in procedure.cases if case.id in matter and not (hidden and case.usual))


def case_buttons(question: Question, cases: Iterable[Case]) -> list[Button]:
    return [Button(case.label, replace(question, case=case.id)) for case in tuple(cases)[:MAX_CASE_BUTTONS]]


def next_buttons(question: Question, procedure: Procedure, catalog: Catalog, on: date) -> list[Button]:
    """The questions that usually follow and have an answer on the day, then the related procedures."""
    buttons = []
    for name in NEXT[question.question]:
        entries = in_force(procedure.questions.get(name, ()), on)
        if any(entry.served and entry.kind == "text" for entry in entries):
            ask = Question(procedure.id, name, case=question.case, channel=question.channel)
            buttons.append(Button(wording.BUTTONS[name], ask))
    related = [catalog.procedures[other] for other in procedure.related if other in catalog.procedures]
    offers = [Button(one.name, Question(one.id, "overview")) for one in related if len(one.name) <= LABEL_CHARACTERS]
    return buttons + offers[:MAX_RELATED]
