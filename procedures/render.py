"""Put facts into words for a phone: heading, points, assumptions, doubts, and the source in one line.

The text uses `**bold**` and `_small_`; each channel turns them into what it can show.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from procedures import wording
from procedures.buttons import Question
from procedures.model import Catalog, Entry, Procedure

SOURCE_CHARACTERS, ARTICLE_CHARACTERS = 190, 24
STEP = re.compile(r"(\d[.)]|Bước \d+:) ")
ARTICLE = re.compile(r"Điều (\d+(?:, \d+)*)")


@dataclass(frozen=True)
class Point:
    """One fact as shown, with the case it is about where that is not understood."""

    entry: Entry
    label: str = ""

    @property
    def body(self) -> str:
        return _steps(wording.fill(self.entry.text, self.entry.amounts))

    @property
    def text(self) -> str:
        if not self.label:
            return self.body
        return f"**{self.label}:**\n{self.body}" if _numbered(self.body) else f"**{self.label}:** {self.body}"

    @property
    def medium(self) -> bool:
        return self.entry.checked is not None and self.entry.checked.confidence == "medium"


@dataclass(frozen=True)
class Page:
    """One screen: what is shown, the cases it assumes, what nobody has confirmed, the cases without a button."""

    question: Question
    procedure: Procedure
    points: tuple[Point, ...]
    assumed: str = ""
    unknown: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def doubtful(self) -> bool:
        """Whether an officer should be offered."""
        medium = any(point.medium for point in self.points)
        return medium or bool(self.unknown) or any(p.entry.unconfirmed for p in self.points)


def text_of(page: Page, catalog: Catalog) -> str:
    """The whole answer. A situation speaks for itself and has no heading."""
    lines = [] if page.question.situation else [_heading(page)]
    lines += _body(page)
    lines += _notes(page)
    sources, checked = source_line(page.points, catalog, brief=True)
    if sources:
        lines.append(f"_Căn cứ: {_shortened(sources)}{_checked(page.points, checked)}_")
    return "\n".join(lines)


def _heading(page: Page) -> str:
    heading = wording.HEADINGS[page.question.question]
    title = f"**{heading} – {page.procedure.name}**" if heading else f"**{page.procedure.name}**"
    return f"{title} ({page.assumed})" if page.assumed else title


def _body(page: Page) -> list[str]:
    if len(page.points) == 1 or page.question.situation:
        return [point.text for point in page.points]
    lines = []
    for point in page.points:
        doubt = f" {wording.MEDIUM_MARK}" if _marked(point, page) else ""
        lines.append((point.text if _numbered(point.body) else f"• {point.text}") + doubt)
    return lines


def _marked(point: Point, page: Page) -> bool:
    """Whether a point alone says that it is in doubt, among others that are not."""
    some = any(not other.medium for other in page.points) and not page.procedure.urgent
    return some and point.medium and not point.entry.unconfirmed


def _numbered(text: str) -> bool:
    return STEP.match(text) is not None


def _steps(text: str) -> str:
    """Put numbered steps that were written on one line each on a line of its own."""
    if not text.startswith(("1. ", "1) ")):
        return text
    mark = re.escape(text[1])
    for number in range(2, 10):
        text = re.sub(rf"(?<=[.;:!?*)]) (?={number}{mark} )", "\n", text, count=1)
    return text


def _notes(page: Page) -> list[str]:
    entries = [point.entry for point in page.points]
    notes = list(page.unknown)
    notes += dict.fromkeys(wording.fill(e.unconfirmed, e.amounts) for e in entries if e.unconfirmed)
    said = any(wording.FINE_CAUTION in entry.text for entry in entries)
    if page.question.question == "penalty" and not said and any(entry.amounts for entry in entries):
        notes.insert(0, wording.FINE_CAUTION)
    # Where only some points are in doubt, each of them says so itself.
    alone = len(page.points) == 1 or bool(page.question.situation)
    doubts = [point.medium for point in page.points]
    quiet = page.procedure.urgent or any(entry.unconfirmed for entry in entries)
    if not quiet and (all(doubts) or (alone and any(doubts))) and doubts:
        notes.append(wording.MEDIUM_NOTE)
    elif not alone and any(_marked(point, page) for point in page.points):
        notes.append(wording.MARKED_NOTE)
    if page.others and page.question.question != "overview":
        notes.append(wording.OTHER_CASES.format(cases="; ".join(page.others)))
    return notes


def _checked(points: Sequence[Point], checked: date | None) -> str:
    if checked is None:
        return ""
    doubt = ", chưa xác nhận cho thời gian này" if any(p.entry.unconfirmed for p in points) else ""
    return f" Kiểm tra {wording.day(checked)}{doubt}."


def source_line(
    points: Sequence[Point], catalog: Catalog, *, brief: bool = False
) -> tuple[tuple[str, ...], date | None]:
    """The documents and articles the points rest on, each document once, and the oldest day of check."""
    articles: dict[str, list[str]] = {}
    for point in points:
        for source in point.entry.sources:
            law = catalog.laws.get(source.document)
            known = articles.setdefault(law.short if law else source.document, [])
            if source.article and source.article not in known:
                known.append(source.article)
    checked = min((p.entry.checked.on for p in points if p.entry.checked), default=None)
    joined = {short: ", ".join(_whole(parts)) for short, parts in articles.items()}
    if brief:
        joined = {short: _brief(text) for short, text in joined.items()}
    return tuple(f"{short} {text}".strip() for short, text in joined.items()), checked


def _whole(parts: Sequence[str]) -> list[str]:
    """The articles without clauses of one that is cited as a whole: "Điều 21, Điều 21 khoản 2" is Điều 21."""
    return [part for part in parts if not any(part.startswith(f"{other} ") for other in parts)]


def _brief(text: str) -> str:
    """Long lists of clauses as the numbers of their articles: `Điều 27, 28`."""
    if len(text) <= ARTICLE_CHARACTERS:
        return text
    plain = re.sub(r"\([^()]*\)", "", text)
    numbers = {int(n) for found in ARTICLE.findall(plain) for n in found.split(", ")}
    return "Điều " + ", ".join(str(number) for number in sorted(numbers)) if numbers else text


def _shortened(sources: tuple[str, ...]) -> str:
    """As many sources as fit one line of a phone; the button `legal_basis` has them all."""
    kept: list[str] = []
    for source in sources:
        if kept and len("; ".join([*kept, source])) > SOURCE_CHARACTERS:
            return "; ".join(kept) + "…"
        kept.append(source)
    return "; ".join(kept) + "."
