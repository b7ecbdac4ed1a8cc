"""Answer one question about one procedure as of one day. The only place where answers are made.

Decides what is said and with which status; `render.py` turns it into words for a phone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from procedures import wording
from procedures.model import Catalog, Channel, Entry, Procedure, Situation
from procedures.render import Point, source_line, text_of
from procedures.resolve import for_case, in_force

Status = Literal["answered", "needs_case", "no_fact_in_force"]
SCREEN_CHARACTERS, SCREEN_POINTS = 620, 6
MAX_BUTTONS, MAX_CASE_BUTTONS = 6, 4
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
SUMMARY: tuple[str, ...] = ("documents", "processing_time", "fee")
"""What an overview also says in one line each."""


@dataclass(frozen=True)
class Question:
    """What a citizen wants to know. `skip` points were already shown ("Xem thêm")."""

    procedure: str
    question: str
    case: str | None = None
    situation: str | None = None
    channel: Channel | None = None
    skip: int = 0


@dataclass(frozen=True)
class Button:
    """A next step: another question, or a named act such as `request_officer`."""

    label: str
    ask: Question | None = None
    act: str | None = None


@dataclass(frozen=True)
class Answer:
    """What is said: the text for a phone, the buttons, and what it rests on."""

    status: Status
    question: Question
    text: str
    buttons: tuple[Button, ...]
    sources: tuple[str, ...]
    checked: date | None


def answer(question: Question, catalog: Catalog, on: date) -> Answer:
    """Answer `question` with the facts in force on the day `on`.

    Raises:
        KeyError: the procedure is not in the catalog.
    """
    procedure = catalog.procedures[question.procedure]
    question = _known(question, procedure)
    if situation := procedure.situation(question.situation):
        return _situation(question, procedure, situation, catalog, on)
    if question.question == "legal_basis":
        return _legal_basis(question, procedure, catalog, on)
    entries = in_force(procedure.questions.get(question.question, ()), on)
    served = tuple(entry for entry in entries if entry.served)
    chosen = _chosen(served, question, procedure)
    reasons = [entry for entry in chosen if entry.kind == "not_applicable"]
    facts = [entry for entry in chosen if entry.kind == "text"]
    if not facts and reasons:
        return _not_applicable(question, procedure, reasons, catalog, on)
    if not facts:
        return _no_fact(question, procedure, entries, catalog, on)
    return _facts(question, procedure, facts, served, catalog, on)


def _known(question: Question, procedure: Procedure) -> Question:
    """Forget a case or situation that this procedure does not have."""
    case = question.case if procedure.case(question.case) else None
    situation = question.situation if procedure.situation(question.situation) else None
    return replace(question, case=case, situation=situation)


def _chosen(entries: tuple[Entry, ...], question: Question, procedure: Procedure) -> list[Entry]:
    """The entries for the citizen's case, or for the usual cases, what was asked for first.

    Without a case and without a usual one that has an entry, every case is shown: better long than wrong.
    """
    if question.case:
        chosen = list(for_case(entries, frozenset({question.case})))
        chosen.sort(key=lambda entry: not entry.cases)
    else:
        usual = frozenset(case.id for case in procedure.cases if case.usual)
        chosen = list(for_case(entries, usual))
        if not any(entry.kind != "unknown" for entry in chosen):
            chosen = list(entries)
    if question.channel:
        chosen.sort(key=lambda entry: entry.channel not in (None, question.channel))
    return chosen


def _facts(
    question: Question,
    procedure: Procedure,
    facts: list[Entry],
    served: tuple[Entry, ...],
    catalog: Catalog,
    on: date,
) -> Answer:
    points = [_point(entry, question, procedure) for entry in facts]
    shown, rest = _screen(points[question.skip :])
    extra = _summary(procedure, question, catalog, on, shown) if question.question == "overview" else []
    buttons = [_more(question, len(shown))] if rest else []
    buttons += _case_buttons(question, procedure, served)
    buttons += _next_buttons(question, procedure, on)
    return _build("answered", question, procedure, [*shown, *extra], buttons, catalog, on)


def _point(entry: Entry, question: Question, procedure: Procedure) -> Point:
    """Name the cases of an entry where the citizen has not said which one is theirs."""
    label = ""
    if entry.cases and question.case is None:
        label = ", ".join(case.label for case in procedure.cases if case.id in entry.cases)
    return Point(entry, label)


def _screen(points: list[Point]) -> tuple[list[Point], list[Point]]:
    """Split points into what fits one phone screen (at least one) and the rest."""
    used = 0
    for number, point in enumerate(points):
        used += len(point.text)
        if number and (used > SCREEN_CHARACTERS or number >= SCREEN_POINTS):
            return points[:number], points[number:]
    return points, []


def _summary(procedure: Procedure, question: Question, catalog: Catalog, on: date, shown: list[Point]) -> list[Point]:
    """One line each on papers, time and money, as far as the screen has room."""
    room = SCREEN_CHARACTERS - sum(len(point.text) for point in shown)
    lines: list[Point] = []
    if question.skip:
        return lines
    for name in SUMMARY:
        entries = [e for e in in_force(procedure.questions.get(name, ()), on) if e.served and e.kind == "text"]
        chosen = _chosen(tuple(entries), question, procedure)
        if chosen and len(chosen[0].text) <= room:
            lines.append(Point(chosen[0], wording.BUTTONS[name]))
            room -= len(chosen[0].text)
    return lines


def _more(question: Question, shown: int) -> Button:
    return Button(wording.MORE, replace(question, skip=question.skip + shown))


def _case_buttons(question: Question, procedure: Procedure, entries: Iterable[Entry]) -> list[Button]:
    """The cases that would change this answer, when the citizen has not said one."""
    if question.case or question.skip:
        return []
    matter = {case for entry in entries for case in entry.cases}
    usual_shown = {case.id for case in procedure.cases if case.usual}
    cases = [case for case in procedure.cases if case.id in matter and case.id not in usual_shown]
    return [Button(case.label, replace(question, case=case.id)) for case in cases[:MAX_CASE_BUTTONS]]


def _next_buttons(question: Question, procedure: Procedure, on: date) -> list[Button]:
    buttons = []
    for name in NEXT[question.question]:
        entries = in_force(procedure.questions.get(name, ()), on)
        if any(entry.served and entry.kind == "text" for entry in entries):
            ask = Question(procedure.id, name, case=question.case, channel=question.channel)
            buttons.append(Button(wording.BUTTONS[name], ask))
    return buttons


def _situation(question: Question, procedure: Procedure, situation: Situation, catalog: Catalog, on: date) -> Answer:
    facts = [entry for entry in in_force(situation.facts, on) if entry.served and entry.kind == "text"]
    if not facts:
        return answer(replace(question, situation=None), catalog, on)
    shown, rest = _screen([Point(entry, "") for entry in facts][question.skip :])
    buttons = [_more(question, len(shown))] if rest else []
    same = replace(question, situation=None, skip=0)
    buttons += [Button(wording.BUTTONS[question.question], same)]
    buttons += _next_buttons(question, procedure, on)
    return _build("answered", question, procedure, shown, buttons, catalog, on)


def _not_applicable(
    question: Question, procedure: Procedure, reasons: list[Entry], catalog: Catalog, on: date
) -> Answer:
    points = [Point(entry, "") for entry in reasons[:2]]
    buttons = _next_buttons(question, procedure, on)
    return _build("answered", question, procedure, points, buttons, catalog, on)


def _no_fact(question: Question, procedure: Procedure, entries: Iterable[Entry], catalog: Catalog, on: date) -> Answer:
    """Say that nobody has confirmed an answer, and offer an officer; never the nearest value."""
    matching = for_case(entries, frozenset({question.case} if question.case else ()))
    reason = next((entry.text for entry in matching if entry.kind == "unknown"), "")
    about = (wording.HEADINGS[question.question] or "nội dung này").lower()
    lines = [
        f"Em chưa có thông tin được xác nhận về {about} của thủ tục **{procedure.name}** vào ngày {wording.day(on)}."
    ]
    if reason:
        lines.append(reason)
    lines.append("Cán bộ sẽ trả lời giúp anh/chị nếu anh/chị bấm nút bên dưới.")
    buttons = [Button(wording.OFFICER, act="request_officer"), *_next_buttons(question, procedure, on)]
    return Answer("no_fact_in_force", question, "\n".join(lines), tuple(buttons[:MAX_BUTTONS]), (), None)


def _legal_basis(question: Question, procedure: Procedure, catalog: Catalog, on: date) -> Answer:
    """Every law that the facts of this procedure in force on the day rest on, most cited first."""
    entries = [e for block in procedure.questions.values() for e in in_force(block, on) if e.served]
    cited: dict[str, int] = {}
    for entry in entries:
        for source in entry.sources:
            cited[source.document] = cited.get(source.document, 0) + 1
    laws = [catalog.laws[i] for i in sorted(cited, key=lambda i: -cited[i]) if i in catalog.laws]
    if not laws:
        return _no_fact(question, procedure, (), catalog, on)
    lines = [f"**Căn cứ pháp luật – {procedure.name}**"]
    lines += [
        f"• {law.short} ({law.number}): {law.title}" if law.number not in law.short else f"• {law.short}: {law.title}"
        for law in laws
    ]
    checked = min((entry.checked.on for entry in entries if entry.checked), default=None)
    if checked:
        lines.append(f"_Kiểm tra {wording.day(checked)}._")
    shorts = tuple(law.short for law in laws)
    buttons = tuple(_next_buttons(question, procedure, on)[:MAX_BUTTONS])
    return Answer("answered", question, "\n".join(lines), buttons, shorts, checked)


def _build(
    status: Status,
    question: Question,
    procedure: Procedure,
    points: list[Point],
    buttons: list[Button],
    catalog: Catalog,
    on: date,
) -> Answer:
    text = text_of(question.question, question.case, procedure, points, catalog, situation=bool(question.situation))
    sources, checked = source_line(points, catalog)
    medium = any(p.entry.checked and p.entry.checked.confidence == "medium" for p in points)
    doubtful = medium or any(point.entry.unconfirmed for point in points)
    kept = buttons[: MAX_BUTTONS - 1] if doubtful else buttons[:MAX_BUTTONS]
    if doubtful:
        kept.append(Button(wording.OFFICER, act="request_officer"))
    return Answer(status, question, text, tuple(kept), sources, checked)
