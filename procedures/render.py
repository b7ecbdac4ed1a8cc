"""Put facts into words for a phone: heading, points, assumptions, doubts, and the source in one line.

The text uses `**bold**` and `_small_`; each channel turns them into what it can show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from procedures import wording
from procedures.model import Catalog, Entry, Procedure

SOURCE_CHARACTERS = 190


@dataclass(frozen=True)
class Point:
    """One fact as shown, with the case it is about where that is not understood."""

    entry: Entry
    label: str

    @property
    def text(self) -> str:
        body = wording.fill(self.entry.text, self.entry.amounts)
        return f"**{self.label}:** {body}" if self.label else body


def text_of(
    question: str,
    case: str | None,
    procedure: Procedure,
    points: Sequence[Point],
    catalog: Catalog,
    *,
    situation: bool,
) -> str:
    """The whole answer. A situation speaks for itself and has no heading."""
    lines: list[str] = []
    known = procedure.case(case)
    if not situation:
        heading = wording.HEADINGS[question]
        lines.append(f"**{heading} – {procedure.name}**" if heading else f"**{procedure.name}**")
        if known:
            lines.append(f"Trường hợp: {known.label}.")
    if len(points) == 1:
        lines.append(points[0].text)
    else:
        lines += [f"• {point.text}" for point in points]
    lines += _notes(question, points)
    sources, checked = source_line(points, catalog)
    if sources:
        lines.append(f"_Căn cứ: {_shortened(sources)}.{_checked(points, checked)}_")
    return "\n".join(lines)


def _notes(question: str, points: Sequence[Point]) -> list[str]:
    notes = list(dict.fromkeys(point.entry.unconfirmed for point in points if point.entry.unconfirmed))
    if question == "penalty" and any(point.entry.amounts for point in points):
        notes.insert(0, wording.FINE_CAUTION)
    if not any(point.entry.unconfirmed for point in points) and any(
        point.entry.checked and point.entry.checked.confidence == "medium" for point in points
    ):
        notes.append(wording.MEDIUM_NOTE)
    return notes


def _checked(points: Sequence[Point], checked: date | None) -> str:
    if checked is None:
        return ""
    doubt = ", chưa xác nhận cho thời gian này" if any(p.entry.unconfirmed for p in points) else ""
    return f" Kiểm tra {wording.day(checked)}{doubt}."


def source_line(points: Sequence[Point], catalog: Catalog) -> tuple[tuple[str, ...], date | None]:
    """The documents and articles the points rest on, each document once, and the oldest day of check."""
    articles: dict[str, list[str]] = {}
    for point in points:
        for source in point.entry.sources:
            law = catalog.laws.get(source.document)
            known = articles.setdefault(law.short if law else source.document, [])
            if source.article and source.article not in known:
                known.append(source.article)
    checked = min((p.entry.checked.on for p in points if p.entry.checked), default=None)
    return tuple(f"{short} {', '.join(parts)}".strip() for short, parts in articles.items()), checked


def _shortened(sources: tuple[str, ...]) -> str:
    """As many sources as fit one line of a phone; the button `legal_basis` has them all."""
    kept: list[str] = []
    for source in sources:
        if kept and len("; ".join([*kept, source])) > SOURCE_CHARACTERS:
            return "; ".join(kept) + "…"
        kept.append(source)
    return "; ".join(kept)
