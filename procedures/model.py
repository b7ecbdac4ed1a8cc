"""The values of the knowledge base: procedures, dated facts, laws, forms, replies.

Holds no logic beyond looking an id up; reading is in `load.py`, dates in `resolve.py`, wording in `render.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

QUESTIONS = (
    "overview",
    "documents",
    "eligibility",
    "where",
    "steps",
    "online",
    "processing_time",
    "fee",
    "form",
    "result",
    "penalty",
    "legal_basis",
)
WRITTEN_QUESTIONS = QUESTIONS[:-1]
"""The questions a file must answer itself; `legal_basis` is computed from the sources of the others."""

Confidence = Literal["high", "medium", "low"]
Channel = Literal["online", "direct"]
EntryKind = Literal["text", "not_applicable", "unknown", "repealed"]


@dataclass(frozen=True)
class Source:
    """Where a fact is written: a document of the registry and the article in it."""

    document: str
    article: str


@dataclass(frozen=True)
class Check:
    """The last time a person compared a fact with its source."""

    on: date
    by: str
    confidence: Confidence


@dataclass(frozen=True)
class Entry:
    """One value of one item from one day on.

    `amounts` are whole đồng. `cases` empty means the entry holds for every case.
    """

    item: str
    since: date
    kind: EntryKind
    text: str
    sources: tuple[Source, ...] = ()
    checked: Check | None = None
    amounts: Mapping[str, int] = field(default_factory=dict)
    cases: frozenset[str] = frozenset()
    channel: Channel | None = None
    forms: tuple[str, ...] = ()
    unconfirmed: str = ""
    origin: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def served(self) -> bool:
        """Whether a citizen may see it: low confidence is kept for officers only."""
        return self.checked is None or self.checked.confidence != "low"


@dataclass(frozen=True)
class Case:
    """A closed variant of a procedure that changes answers."""

    id: str
    label: str
    usual: bool = False


@dataclass(frozen=True)
class Situation:
    """A misconception or real-life question with an answer of its own."""

    id: str
    label: str
    question: str
    facts: tuple[Entry, ...]
    children: bool = False
    """It holds only for who is not yet 18, and does not lead an answer to anybody else."""


@dataclass(frozen=True)
class Procedure:
    """One administrative procedure with everything known about it. `field_name` is its folder."""

    id: str
    name: str
    field_name: str
    national_code: str
    related: tuple[str, ...]
    cases: tuple[Case, ...]
    questions: Mapping[str, tuple[Entry, ...]]
    situations: tuple[Situation, ...]
    urgent: bool = False
    """Advice for danger or fraud: no doubt is put between the citizen and help; an officer is still offered."""
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Key of the file to line, for problems."""

    def case(self, case_id: str | None) -> Case | None:
        return next((case for case in self.cases if case.id == case_id), None)

    def situation(self, situation_id: str | None) -> Situation | None:
        return next((s for s in self.situations if s.id == situation_id), None)


def short_name(name: str) -> str:
    """The name of a procedure without what stands in brackets, which is too long for a button."""
    return name.partition(" (")[0]


@dataclass(frozen=True)
class Law:
    """A legal document. `since` is None where no source confirms the day it took effect."""

    id: str
    number: str
    title: str
    short: str
    since: date | None
    replaced_by: tuple[str, ...] = ()
    amended_by: tuple[str, ...] = ()
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class FormFile:
    """The file of a form as it was when the files were read. `sha256` is in hex digits."""

    name: str
    media_type: str
    sha256: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Form:
    """A form of the registry, issued by a law of the registry."""

    id: str
    code: str
    title: str
    issued_by: str
    article: str
    used_for: tuple[str, ...] = ()
    file: str = ""
    line: int = 0
    attached: FormFile | None = None

    @property
    def caption(self) -> str:
        """What is said with its file."""
        return f"{self.code} – {self.title}"


@dataclass(frozen=True)
class Option:
    """One way out of a clarifying question: a procedure, another choice, an act, or a field outside."""

    label: str
    procedure: str | None = None
    question: str | None = None
    case: str | None = None
    choice: str | None = None
    act: str | None = None
    field: str | None = None
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class Choice:
    """A clarifying question between close readings."""

    id: str
    question: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Reply:
    """A short reply that rests on no law: greeting, thanks, hand-off, danger.

    `other` is a second wording, `ask` the next question, `where` the office outside, `buttons` ids of what to offer.
    """

    id: str
    text: str
    other: str = ""
    ask: str = ""
    where: str = ""
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unit:
    """One police unit: its name, when its desk answers, and the telephone of the officer on duty day and night."""

    id: str
    name: str
    hours: Mapping[int, tuple[tuple[str, str], ...]]
    """Weekday (0 is Monday) to spans of local time, as `("07:30", "11:30")`."""
    phone: str = ""
    """Empty where the unit gave none."""


@dataclass(frozen=True)
class Catalog:
    """Everything the bot knows at one moment."""

    procedures: Mapping[str, Procedure]
    laws: Mapping[str, Law]
    forms: Mapping[str, Form]
    replies: Mapping[str, Reply]
    out_of_scope: Mapping[str, Reply]
    choices: Mapping[str, Choice]
    units: Mapping[str, Unit]
    digest: str = ""
