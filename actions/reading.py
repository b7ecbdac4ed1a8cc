"""What a message asks for, given what was said before. Pure: Rasa's dicts in, a `Wanted` out.

A message that names a procedure switches to it; one that names none keeps the one in memory; two close readings
become one clarifying question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from procedures import Question
from procedures.cases import Said, case_for, procedure_for
from procedures.model import QUESTIONS, Catalog

ASK_PREFIX = "ask_"
CLOSE_READINGS = 3
CHANNELS = ("online", "direct")


@dataclass(frozen=True)
class Heard:
    """One message as understood."""

    intent: str
    confidence: float
    entities: Mapping[str, str]
    understanding: Mapping[str, Any]

    @property
    def pressed(self) -> bool:
        """Whether it came from a button, whose entities say everything."""
        return not self.understanding

    def detail(self, name: str) -> str:
        """A choice, field or situation: from the button pressed, else as the classifier read it."""
        return str(self.entities.get(name) or self.understanding.get(name) or "")

    @property
    def procedure(self) -> str | None:
        return self.entities.get("procedure")

    @property
    def questions(self) -> list[str]:
        if self.intent.startswith(ASK_PREFIX) and self.intent[len(ASK_PREFIX) :] in QUESTIONS:
            return list(self.understanding.get("questions") or [self.intent[len(ASK_PREFIX) :]])
        return []


@dataclass(frozen=True)
class Memory:
    """What the conversation holds: the last procedure, case, channel, question, and age said."""

    procedure: str | None = None
    case: str | None = None
    question: str | None = None
    channel: str | None = None
    age: int | None = None


@dataclass(frozen=True)
class Wanted:
    """Questions to answer, or candidates to choose from when it is not clear which procedure is meant."""

    questions: tuple[Question, ...] = ()
    candidates: tuple[str, ...] = ()
    question: str | None = None


def heard_from(message: Mapping[str, Any]) -> Heard:
    """Read the latest message of a Rasa tracker; of two entities of one kind the first counts."""
    entities: dict[str, str] = {}
    for entity in message.get("entities") or []:
        entities.setdefault(entity["entity"], str(entity["value"]))
    intent = message.get("intent") or {}
    confidence = float(intent.get("confidence") or 0.0)
    return Heard(str(intent.get("name") or ""), confidence, entities, message.get("understanding") or {})


def said_in(heard: Heard) -> Said:
    """What the matched entities tell about the citizen's case."""

    def whole(name: str) -> int | None:
        value = heard.entities.get(name, "")
        return int(value) if value.isdigit() else None

    get = heard.entities.get
    return Said(whole("age"), whole("stay"), get("dwelling"), get("loss"), get("channel"))


def wanted(heard: Heard, memory: Memory, catalog: Catalog) -> Wanted:
    """Decide what to answer."""
    said = said_in(heard)
    names = heard.questions or [memory.question or "overview"]
    procedure = _procedure(heard, memory, catalog)
    if procedure is None:
        return Wanted(candidates=_candidates(heard, catalog), question=names[0] if heard.questions else None)
    if not heard.pressed:
        procedure = procedure_for(procedure, said)
    kept = memory.case if procedure == memory.procedure else None
    case = _case(heard, said, procedure, catalog) or kept
    channel = _channel(heard.entities.get("channel"))
    base = Question(procedure, names[0], case=case, channel=channel)  # type: ignore[arg-type]
    if heard.pressed:
        skip = heard.entities.get("skip", "0")
        situation = heard.entities.get("situation")
        return Wanted((replace(base, situation=situation, skip=int(skip) if skip.isdigit() else 0),))
    situation = _situation(heard, procedure, catalog)
    questions = [replace(base, question=name) for name in names]
    questions[0] = replace(questions[0], situation=situation)
    return Wanted(tuple(questions))


def _channel(value: str | None) -> str | None:
    return value if value in CHANNELS else None


def _procedure(heard: Heard, memory: Memory, catalog: Catalog) -> str | None:
    """The named procedure; else the one in memory, unless the message is between two others."""
    if heard.procedure in catalog.procedures:
        return heard.procedure
    likely = [name for name, _ in heard.understanding.get("procedures") or [] if name in catalog.procedures]
    names_one = bool(likely) and (heard.understanding.get("procedures") or [["none", 1]])[0][0] != "none"
    if memory.procedure in catalog.procedures and (not names_one or memory.procedure in likely):
        return memory.procedure
    return None


def _candidates(heard: Heard, catalog: Catalog) -> tuple[str, ...]:
    likely = [name for name, _ in heard.understanding.get("procedures") or [] if name in catalog.procedures]
    return tuple(likely[:CLOSE_READINGS])


def _case(heard: Heard, said: Said, procedure: str, catalog: Catalog) -> str | None:
    """A case the rules are sure of; else the one the classifier read."""
    known = catalog.procedures[procedure]
    if heard.pressed:
        return heard.entities.get("case")
    read = heard.understanding.get("case") if heard.procedure == procedure else None
    for case in (case_for(procedure, said), read):
        if case and known.case(case):
            return str(case)
    return None


def _situation(heard: Heard, procedure: str, catalog: Catalog) -> str | None:
    if heard.procedure != procedure:
        return None
    situation = catalog.procedures[procedure].situation(heard.understanding.get("situation"))
    return situation.id if situation else None
