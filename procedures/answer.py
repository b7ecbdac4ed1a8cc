"""Answer one question about one procedure as of one day. The only place where answers are made.

Decides what is said and with which status; `buttons.py` offers what follows, `render.py` puts it into words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from procedures import wording
from procedures.buttons import (
    MAX_BUTTONS,
    MAX_CASE_BUTTONS,
    Button,
    Question,
    case_buttons,
    more,
    next_buttons,
    officer,
    other_cases,
)
from procedures.formfile import carried
from procedures.labels import cases_of, echoes, labels
from procedures.model import Catalog, Entry, Form, Law, Procedure, Situation
from procedures.nearest import told_in
from procedures.render import Page, Point, source_line, text_of
from procedures.resolve import for_case, in_force

__all__ = ["Answer", "Button", "Question", "Status", "answer"]

Status = Literal["answered", "needs_case", "no_fact_in_force"]
SCREEN_CHARACTERS, SCREEN_POINTS, SCREEN_LAWS, REASONS = 620, 6, 10, 2
LED_POINTS = 4
"""Points on a screen that a situation leads: it is the answer, the others are what else the question is about."""
SUMMARY: tuple[str, ...] = ("documents", "processing_time", "fee")
"""What an overview also says in one line each."""
IN_ORDER = "steps"
"""The question whose facts follow one another: none of them is told before its turn."""
NUMBERED = re.compile(r"\d+[.)] ")


@dataclass(frozen=True)
class Answer:
    """What is said: the text for a phone, the buttons, and what it rests on."""

    status: Status
    question: Question
    text: str
    buttons: tuple[Button, ...]
    sources: tuple[str, ...]
    checked: date | None
    files: tuple[Form, ...] = ()
    """Forms whose files come after the text."""


@dataclass(frozen=True)
class View:
    """One procedure as it stands on one day."""

    procedure: Procedure
    catalog: Catalog
    on: date

    def served(self, name: str) -> tuple[Entry, ...]:
        entries = in_force(self.procedure.questions.get(name, ()), self.on)
        return tuple(entry for entry in entries if entry.served)


def answer(question: Question, catalog: Catalog, on: date) -> Answer:
    """Answer `question` with the facts in force on the day `on`.

    Raises:
        KeyError: the procedure is not in the catalog.
    """
    view = View(catalog.procedures[question.procedure], catalog, on)
    question = _known(question, view.procedure)
    if situation := view.procedure.situation(question.situation):
        return _situation(question, situation, view)
    if question.question == "legal_basis":
        return _legal_basis(question, view)
    chosen = _chosen(view.served(question.question), question, view.procedure)
    leading = _leading(question, chosen, view)
    question = question if leading else replace(question, lead=None)
    facts = [*leading, *(entry for entry in chosen if entry.kind == "text" and not _said_by(leading, entry, question))]
    reasons = [entry for entry in chosen if entry.kind == "not_applicable"]
    if facts:
        unknown = [entry for entry in chosen if entry.kind == "unknown"]
        return _facts(question, facts, unknown, view)
    return _not_applicable(question, chosen, view) if reasons else _no_fact(question, chosen, view)


def _said_by(leading: Sequence[Entry], entry: Entry, question: Question) -> bool:
    """Whether what an answer leads with already says this fact; a step keeps its place among the steps."""
    if entry in leading:
        return True
    amounts = entry.amounts or question.question == IN_ORDER
    return bool(leading) and not amounts and told_in(entry.text, [one.text for one in leading])


def _known(question: Question, procedure: Procedure) -> Question:
    """Forget a case or situation that this procedure does not have."""
    case = question.case if procedure.case(question.case) else None
    situation = question.situation if procedure.situation(question.situation) else None
    lead = question.lead if procedure.situation(question.lead) else None
    return replace(question, case=case, situation=situation, lead=lead)


def _leading(question: Question, chosen: Sequence[Entry], view: View) -> list[Entry]:
    """The facts of the situation to lead with; then the item to lead with, where it stands under another question.

    A step keeps its place among the steps, and one with a number makes no sense outside them. Where the question does
    not arise for the case, no fact about others stands in for the reason.
    """
    situation = view.procedure.situation(question.lead)
    found = [entry for entry in in_force(situation.facts, view.on) if entry.served] if situation else []
    settled = question.case is not None and bool(chosen) and all(entry.kind == "not_applicable" for entry in chosen)
    if question.first and not settled and all(entry.item != question.first for entry in chosen):
        cases = frozenset({question.case} if question.case else ())
        served = [entry for name in view.procedure.questions for entry in view.served(name)]
        fitting = [entry for entry in served if not cases or not entry.cases or entry.cases & cases]
        of_item = [entry for entry in fitting if entry.item == question.first]
        steps = view.served(IN_ORDER)
        found += [one for one in of_item if not (one in steps and NUMBERED.match(one.text))][:1]
    kept = chosen if question.question == IN_ORDER else ()
    return [entry for entry in found if entry.kind == "text" and entry not in kept]


def _chosen(entries: tuple[Entry, ...], question: Question, procedure: Procedure) -> list[Entry]:
    """The entries for the citizen's case, or for the usual cases, what was asked for first unless they are steps.

    Without a case and without a usual one that has an entry, every case is shown: better long than wrong.
    Where a case has nothing but reasons of its own, the general facts do not hold for it.
    """
    if question.case:
        chosen = list(for_case(entries, frozenset({question.case})))
        own = [entry for entry in chosen if entry.cases]
        if own and all(entry.kind != "text" for entry in own):
            return own
        chosen.sort(key=lambda entry: not entry.cases)
    else:
        usual = frozenset(case.id for case in procedure.cases if case.usual)
        chosen = list(for_case(entries, usual))
        if not any(entry.kind != "unknown" for entry in chosen):
            chosen = list(entries)
    if question.channel:
        chosen.sort(key=lambda entry: entry.channel not in (None, question.channel))
    if question.first and question.question != IN_ORDER:
        chosen.sort(key=lambda entry: entry.item != question.first)
    return chosen


def _facts(question: Question, facts: list[Entry], unknown: list[Entry], view: View) -> Answer:
    assumed, names = labels(facts, question.case, view.procedure)
    points = [Point(entry, label) for entry, label in zip(facts, names, strict=True)]
    question = replace(question, skip=question.skip if question.skip < len(points) else 0)
    shown, rest = _screen(points[question.skip :], LED_POINTS if question.lead and not question.skip else SCREEN_POINTS)
    extra = () if question.lead else _summary(question, shown, assumed, view)
    cases = other_cases(question, view.procedure, view.served(question.question), [*facts, *unknown])
    buttons = [more(question, len(shown))] if rest else []
    buttons += case_buttons(question, cases)
    buttons += next_buttons(question, view.procedure, view.catalog, view.on)
    reasons = () if question.skip else tuple(entry.text for entry in unknown[:REASONS])
    others = tuple(case.label for case in cases[MAX_CASE_BUTTONS:])
    return _build(Page(question, view.procedure, (*shown, *extra), assumed, reasons, others), buttons, view)


def _screen(points: list[Point], most: int = SCREEN_POINTS) -> tuple[list[Point], list[Point]]:
    """Split points into what fits one phone screen (at least one) and the rest."""
    used = 0
    for number, point in enumerate(points):
        used += len(point.text)
        if number and (used > SCREEN_CHARACTERS or number >= most):
            return points[:number], points[number:]
    return points, []


def _summary(question: Question, shown: list[Point], assumed: str, view: View) -> list[Point]:
    """One line each on papers, time and money, as far as the screen has room."""
    room = SCREEN_CHARACTERS - sum(len(point.text) for point in shown)
    lines: list[Point] = []
    if question.question != "overview" or question.skip:
        return lines
    for name in SUMMARY:
        chosen = [e for e in _chosen(view.served(name), question, view.procedure) if e.kind == "text"]
        if chosen and len(chosen[0].text) <= room:
            cases = "" if question.case else cases_of(chosen[0], view.procedure)
            named = not cases or cases == assumed or echoes(cases, chosen[0].text)
            about = "" if named else f" ({cases})"
            lines.append(Point(chosen[0], wording.HEADINGS[name] + about))
            room -= len(chosen[0].text)
    return lines


def _situation(question: Question, situation: Situation, view: View) -> Answer:
    """The situation's own facts; an officer where it is known that nobody knows; else the plain question."""
    entries = [entry for entry in in_force(situation.facts, view.on) if entry.served]
    points = [Point(entry) for entry in entries if entry.kind != "unknown"]
    plain = replace(question, situation=None, skip=0)
    if not entries:
        return answer(plain, view.catalog, view.on)
    if not points:
        return _no_fact(question, entries, view)
    shown, rest = _screen(points[question.skip :] or points)
    buttons = [more(question, len(shown))] if rest else []
    buttons += [Button(wording.BUTTONS[question.question], plain)]
    buttons += next_buttons(question, view.procedure, view.catalog, view.on)
    return _build(Page(question, view.procedure, tuple(shown)), buttons, view)


def _not_applicable(question: Question, chosen: list[Entry], view: View) -> Answer:
    """Say why the question does not arise, and for which cases nobody knows."""
    reasons = [entry for entry in chosen if entry.kind == "not_applicable"][:REASONS]
    unknown = tuple(entry.text for entry in chosen if entry.kind == "unknown")[:REASONS]
    assumed, names = labels(reasons, question.case, view.procedure)
    points = tuple(Point(entry, label) for entry, label in zip(reasons, names, strict=True))
    cases = other_cases(question, view.procedure, view.served(question.question), chosen)
    buttons = [
        *case_buttons(question, cases),
        *next_buttons(question, view.procedure, view.catalog, view.on),
    ]
    return _build(Page(question, view.procedure, points, assumed, unknown), buttons, view)


def _no_fact(question: Question, entries: Iterable[Entry], view: View) -> Answer:
    """Say that nobody has confirmed an answer, and offer an officer; never the nearest value."""
    reasons = dict.fromkeys(entry.text for entry in entries if entry.kind == "unknown")
    about = (wording.HEADINGS[question.question] or "nội dung này").lower()
    known = view.procedure.case(question.case)
    case = f" ({known.label})" if known else ""
    lines = [wording.NO_FACT.format(about=about, name=view.procedure.name, case=case, day=wording.day(view.on))]
    lines += list(reasons)[:REASONS]
    lines.append(wording.ASK_OFFICER)
    buttons = [officer(), *next_buttons(question, view.procedure, view.catalog, view.on)]
    return Answer("no_fact_in_force", question, "\n".join(lines), tuple(buttons[:MAX_BUTTONS]), (), None)


def _legal_basis(question: Question, view: View) -> Answer:
    """Every law that the facts of this procedure in force on the day rest on, most cited first."""
    entries = [entry for name in view.procedure.questions for entry in view.served(name)]
    cited: dict[str, int] = {}
    for source in (source for entry in entries for source in entry.sources):
        cited[source.document] = cited.get(source.document, 0) + 1
    laws = [view.catalog.laws[i] for i in sorted(cited, key=lambda i: -cited[i]) if i in view.catalog.laws]
    if not laws:
        return _no_fact(question, (), view)
    start = question.skip if question.skip < len(laws) else 0
    shown = laws[start : start + SCREEN_LAWS]
    lines = [f"**{wording.HEADINGS['legal_basis']} – {view.procedure.name}**", *(_law(law) for law in shown)]
    checked = min((entry.checked.on for entry in entries if entry.checked), default=None)
    lines += [f"_Kiểm tra {wording.day(checked)}._"] if checked else []
    buttons = [more(question, len(shown))] if start + len(shown) < len(laws) else []
    buttons += next_buttons(question, view.procedure, view.catalog, view.on)
    shorts = tuple(law.short for law in laws)
    return Answer("answered", question, "\n".join(lines), tuple(buttons[:MAX_BUTTONS]), shorts, checked)


def _law(law: Law) -> str:
    """One law in one line, its number and its title only where the short name does not say them."""
    plain = law.short.replace("TT ", "").replace("NĐ ", "").replace("Luật ", "")
    number = "" if law.number.startswith(plain) or law.number in (*law.short.split(), law.title) else f" ({law.number})"
    title = "" if law.title == law.short else f": {law.title}"
    return f"• {law.short}{number}{title}"


def _build(page: Page, buttons: list[Button], view: View) -> Answer:
    sources, checked = source_line(page.points, view.catalog)
    kept = buttons[:MAX_BUTTONS]
    if page.doubtful:
        kept = [*buttons[: MAX_BUTTONS - 1], officer()]
    plain_form = page.question.question == "form" and not page.question.situation
    files = carried((point.entry for point in page.points), view.catalog) if plain_form else ()
    return Answer("answered", page.question, text_of(page, view.catalog), tuple(kept), sources, checked, files)
