"""What a message asks for, given what was said before. Pure: Rasa's dicts in, a `Wanted` out.

A message that names a procedure switches to it; one that names none keeps the one in memory; two close readings
become one clarifying question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from actions.payload import ASK_PREFIX, BUTTON, CHANNELS, to_question
from actions.told import BORN, EXPIRES, MADE, about_a_child, known, not_yet, to_keep
from procedures import Question
from procedures.cases import (
    Said,
    after_a_death,
    card_told,
    case_for,
    denied,
    depends_on_age,
    first_card,
    leading_item,
    neighbour_for,
    procedure_for,
    state_of_the_card,
)
from procedures.model import QUESTIONS, Catalog, Procedure

CLOSE_READINGS, TWO = 3, 2
LEANING, SURE, SURE_OF_OTHER = 0.5, 0.45, 0.6
"""Least probabilities of a procedure that what follows is about; of a case or situation; of a case other than told."""
LEADING, AHEAD = 0.3, 1.25
"""A case less likely than that counts when it is so likely, and so many times likelier than anything else."""
AFTER_NONE = 0.3
"""How much of a question's probability counts although no quick answer of it is likely. Of 1,506 messages of talks
never learned 1,430 get the question they are after, without quick answers 1,413; of 489 stories 408, without 392; of
758 plain first messages 739, without 736."""
SURE_CORRECTED = 0.8
"""Probability from which a correction asks something narrower than the question before."""
LIKELY_TOLD, SURE_TOLD = 0.2, 0.6
"""Least probability of a quick answer, and of a question of the talk, that somebody is after who only tells. Of 257
such messages of talks never learned 237 get the question they are after, with the question asked before 217."""
SO_WHAT = re.compile(r"^(?:\w+ ){1,6}thi (?:sao|the nao)(?: (?:a|ad|em|anh|chi|ban|vay|nhi|ha))*$")
"""A short message that only asks how it is in another case, on folded text."""
SURE_ASKED = 0.7
"""Probability from which "được không" beside a detail is a question of its own, not the one asked before."""
BROAD = ("overview", "eligibility")
"""Questions that a fact of another question may answer."""
HOTLINE, TELLS = "ask_hotline", "inform_case"
NONE = "none"
EXPIRED = "het_han"
MAYBE_MOVED = 0.2
"""Probability from which a talk may have moved to another procedure: a button offers it."""
_DAYS = r"(?:\d+|mot|hai|ba|bon|nam|muoi|may|vai|nua) (?:ngay|hom|tuan|thang|nam)\b"
NO_STAY = re.compile(
    rf"\b(?:qua han|tre han|qua|tre|cham|trong vong|thieu|sau|nghe (?:\w+ ){{0,4}}noi|quy dinh|bao)"
    rf"(?: co| mat| la| chi)? {_DAYS}"
    rf"|\b(?<!o )(?<!them )(?<!lai ){_DAYS} (?:nua|roi moi|moi (?:ve|xong|co|duoc))\b"
    rf"|\bmoi (?:\w+ ){{0,2}}(?:o|den|toi|chuyen|don|len|xuong|vo|vao)(?: \w+)? {_DAYS}"
)
"""A number of days that is no length of a stay: how late somebody is, when something is due or was done, how long
somebody has been there so far. On folded text."""
TELLING: tuple[list[str], ...] = ([], ["overview"], ["eligibility"])
"""Questions beside which a detail tells about the citizen; in "3 ngày có xong không" it does not."""


@dataclass(frozen=True)
class Part:
    """A part of a message that asks something: the situations it may be after, and what it has a word for, if any."""

    situations: list[tuple[str, float]]
    question: str
    sure: float


@dataclass(frozen=True)
class Heard:
    """One message as understood."""

    intent: str
    confidence: float
    entities: Mapping[str, str]
    understanding: Mapping[str, Any]
    button: str | None = None
    """The payload of the button it came from, which says everything."""
    ages: tuple[int, ...] = ()
    """All ages told, in years, in the order of the text."""

    def detail(self, name: str) -> str:
        """A choice or field: from the button pressed, else as the classifier read it."""
        return str(self.entities.get(name) or self.understanding.get(name) or "")

    @property
    def procedure(self) -> str | None:
        return self.entities.get("procedure")

    @property
    def likely(self) -> list[tuple[str, float]]:
        """Procedures the message may be about with their probabilities, most likely first; `none` may be among them."""
        return [(str(name), float(sure)) for name, sure in self.understanding.get("procedures") or []]

    def ranking(self, kind: str, procedure: str) -> list[tuple[str, float]]:
        """Cases or situations of a procedure with their probabilities, most likely first; `none` is among them."""
        return _ranked(self.understanding.get("details") or {}, f"{kind}/{procedure}")

    def parts(self, procedure: str) -> list[Part]:
        """What each asking part of a message may be after, when several ask."""
        found = []
        for part in self.understanding.get("parts") or []:
            question, sure = part.get("question") or ("", 0.0)
            found.append(Part(_ranked(part, f"situation/{procedure}"), str(question), float(sure)))
        return found

    def sure_of(self, kind: str, procedure: str, least: float = SURE) -> str | None:
        """The case or situation of a procedure that the message is about, as the classifier read it."""
        ranked = [*self.ranking(kind, procedure), (NONE, 0.0), (NONE, 0.0)]
        (name, sure), (_, next_one) = ranked[:2]
        ahead = kind == "case" and least == SURE and sure >= max(LEADING, AHEAD * next_one)
        return name if name != NONE and (sure >= least or ahead) else None

    @property
    def question_sure(self) -> float:
        """Probability of the first question."""
        return float(self.understanding.get("question_confidence") or 0.0)

    @property
    def other_questions(self) -> list[tuple[str, float]]:
        """What a message of a talk may ask besides the likeliest, with the probabilities, most likely first."""
        known = self.question_ranking if self.understanding.get("talk") else []
        return [(name, sure) for name, sure in known if name not in self.questions]

    @property
    def question_ranking(self) -> list[tuple[str, float]]:
        """What a message may ask with the probabilities, most likely first: as the next one of a talk, else alone."""
        read = (self.understanding.get("talk") or {}).get("questions") or self.understanding.get("question_ranking")
        return [(str(name), float(sure)) for name, sure in read or [] if name in QUESTIONS]

    @property
    def perhaps_about(self) -> str | None:
        """Another procedure that a message of a talk may be about, though it was read as staying with the matter."""
        talk = self.understanding.get("talk") or {}
        maybe = not self.procedure and float(talk.get("moved") or 0.0) >= MAYBE_MOVED
        return str(talk["other"]) if maybe and talk.get("other") != NONE else None

    @property
    def questions(self) -> list[str]:
        if self.intent.startswith(ASK_PREFIX) and self.intent[len(ASK_PREFIX) :] in QUESTIONS:
            return list(self.understanding.get("questions") or [self.intent[len(ASK_PREFIX) :]])
        return []


def _ranked(details: Mapping[str, Any], name: str) -> list[tuple[str, float]]:
    return [(str(label), float(sure)) for label, sure in details.get(name) or []]


@dataclass(frozen=True)
class Memory:
    """What the conversation holds: the last procedure, case and question answered.

    `pending` is the question that a clarifying question interrupted; `told` what is known of the person in question.
    """

    procedure: str | None = None
    case: str | None = None
    question: str | None = None
    pending: str | None = None
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """Questions to answer, or candidates to choose from when it is not clear which procedure is meant."""

    questions: tuple[Question, ...] = ()
    candidates: tuple[str, ...] = ()
    question: str | None = None
    told: Mapping[str, Any] | None = None
    """What to keep of the person in question; None leaves what was known."""


def heard_from(message: Mapping[str, Any]) -> Heard:
    """Read the latest message of a Rasa tracker; of two entities of one kind the first counts."""
    entities: dict[str, str] = {}
    for entity in message.get("entities") or []:
        entities.setdefault(entity["entity"], str(entity["value"]))
    intent = message.get("intent") or {}
    confidence = float(intent.get("confidence") or 0.0)
    understanding, button = message.get("understanding") or {}, message.get(BUTTON)
    told = [str(entity["value"]) for entity in message.get("entities") or [] if entity["entity"] == "age"]
    ages = tuple(dict.fromkeys(int(age) for age in told if age.isdecimal()))
    return Heard(str(intent.get("name") or ""), confidence, entities, understanding, button, ages)


def said_in(heard: Heard) -> Said:
    """What the matched entities tell about the citizen's case."""

    def whole(name: str) -> int | None:
        value = heard.entities.get(name, "")
        return int(value) if value.isdecimal() else None

    names = ("dwelling", "loss", "channel", "person", "place", "state", "paper", "validity", BORN, MADE, EXPIRES)
    return Said(whole("age"), whole("stay"), **{name: heard.entities.get(name) for name in names})


def wanted(heard: Heard, memory: Memory, catalog: Catalog, folded: str = "") -> Wanted:
    """Decide what to answer.

    Args:
        folded: the message in lower case without accents, which may speak of somebody else than before.
    """
    if heard.button:
        pressed = to_question(heard.button)
        return Wanted((pressed,) if pressed and pressed.procedure in catalog.procedures else ())
    said = not_yet(said_in(heard), memory.told, folded)
    names = _corrected_question(heard) or _names(heard, said, memory, folded)
    procedure = None if _disputed(heard, said) else _procedure(heard, memory, catalog)
    if procedure is None and not _disputed(heard, said):
        procedure = card_told([name for name, _ in heard.likely], said, only_told=heard.intent == TELLS)
    if procedure is None:
        told = bool(heard.questions or memory.pending or heard.intent == "correct")
        return Wanted(candidates=_candidates(heard, memory, catalog), question=names[0] if told else None)
    procedure, person = _for_whom(procedure, heard, said, memory, catalog, folded)
    kept = memory.case if procedure == memory.procedure and not denied(memory.case or "", said) else None
    case = _case(heard, (said, person), procedure, catalog, kept)
    child = about_a_child(person.age, case, folded)
    if len(heard.questions) == 1 and names == heard.questions:
        names = [_asked(heard, catalog.procedures[procedure], child)]
    elif heard.intent == TELLS and memory.pending not in QUESTIONS:
        names = [_asked_by_telling(heard, catalog.procedures[procedure], child) or names[0]]
    channel: Any = said.channel if said.channel in CHANNELS else None
    field_name = catalog.procedures[procedure].field_name
    questions = [
        Question(procedure, name, case=case, channel=channel, first=leading_item(procedure, field_name, name, person))
        for name in names
    ]
    questions[0] = replace(questions[0], situation=_situation(heard, questions[0], catalog, child))
    questions += _of_another_age(heard, questions[0], catalog)
    return Wanted(tuple(questions), told=to_keep(person, field_name))


def _for_whom(
    procedure: str, heard: Heard, said: Said, memory: Memory, catalog: Catalog, folded: str
) -> tuple[str, Said]:
    """The procedure that what was said asks for, and what is known of the person in question."""
    alone = heard.understanding.get("procedure")
    if memory.procedure and first_card(memory.procedure, said) and not alone:
        procedure = memory.procedure
    procedure = procedure_for(procedure, said)
    if heard.procedure is None and heard.questions in TELLING:
        procedure = neighbour_for(procedure, replace(said, stay=None) if NO_STAY.search(folded) else said)
    elif heard.procedure is None:
        # A loss tells whatever is asked beside it.
        procedure = state_of_the_card(procedure, said) or procedure
    person = known(said, memory.told, folded, catalog.procedures[procedure].field_name)
    return after_a_death(procedure, person) or procedure, person


def _of_another_age(heard: Heard, first: Question, catalog: Catalog) -> list[Question]:
    """The same question for a second person of another age, where the card differs ("bé 4 tuổi, bé 12 tuổi")."""
    if len(heard.ages) != TWO or first.situation or not depends_on_age(first.procedure):
        return []
    other = Said(age=heard.ages[1])
    procedure = procedure_for(first.procedure, other)
    second = replace(first, procedure=procedure, case=case_for(procedure, other), first=None)
    answers = second.case is not None or procedure != first.procedure
    return [second] if answers and second != first and procedure in catalog.procedures else []


def _names(heard: Heard, said: Said, memory: Memory, folded: str) -> list[str]:
    """The questions asked; a message that only names a matter or a case ("nhà bố mẹ thì sao") keeps the one before."""
    pending = [memory.pending] if memory.pending in QUESTIONS else []
    if pending and heard.questions in ([], ["overview"]):
        return [str(name) for name in pending]
    vague = heard.questions == ["overview"] or (heard.questions == ["eligibility"] and heard.question_sure < SURE_ASKED)
    only_case = vague and heard.procedure is None and not said.empty and bool(SO_WHAT.search(folded))
    if heard.questions and not (only_case and memory.question):
        return heard.questions
    return [(memory.question if heard.intent != HOTLINE else None) or "overview"]


def situations(heard: Heard, procedure: Procedure, child: bool) -> list[tuple[str, float]]:
    """The situations of a procedure that the message may be about with their probabilities, most likely first.

    Args:
        child: whether those of children may be meant.
    """
    return meant(heard.ranking("situation", procedure.id), procedure, child)


def meant(ranked: Sequence[tuple[str, float]], procedure: Procedure, child: bool) -> list[tuple[str, float]]:
    """The situations of a ranking that are a procedure's own, those of children only when they may be meant."""
    own = {one.id for one in procedure.situations if child or not one.children}
    return [(name, sure) for name, sure in ranked if name in own]


def _asked(heard: Heard, procedure: Procedure, child: bool) -> str:
    """The question of a message, by what it may ask and which quick answers it may be after.

    Args:
        child: whether quick answers of children may be meant.
    """
    (named,) = heard.questions
    ranking = dict(heard.question_ranking)
    if next(iter(ranking), None) != named:
        return named
    after = dict.fromkeys(ranking, 0.0)
    for name, sure in situations(heard, procedure, child):
        situation = procedure.situation(name)
        if situation is not None and situation.question in after:
            after[situation.question] += sure
    return max(ranking, key=lambda question: ranking[question] * (AFTER_NONE + after[question]))


def _asked_by_telling(heard: Heard, procedure: Procedure, child: bool) -> str | None:
    """What somebody is after who only tells something: what a likely quick answer answers, else what the talk says."""
    ranked = [(name, sure) for name, sure in heard.ranking("situation", procedure.id) if name != NONE]
    likely = procedure.situation(ranked[0][0]) if ranked and ranked[0][1] >= LIKELY_TOLD else None
    if likely is not None and (child or not likely.children):
        return likely.question
    return next((name for name, sure in heard.other_questions if sure >= SURE_TOLD), None)


def _corrected_question(heard: Heard) -> list[str]:
    """What a correction asks plainly ("ý em là lệ phí nhập khẩu"), besides the matter it names."""
    (question, sure), *_ = [*heard.question_ranking, ("", 0.0)]
    named = heard.intent == "correct" and heard.procedure is not None
    return [question] if named and question not in BROAD and sure >= SURE_CORRECTED else []


def leaning(heard: Heard, catalog: Catalog) -> str | None:
    """The procedure a message is likely about although nothing was answered: what follows may be about it."""
    likely = [(name, sure) for name, sure in heard.likely if name in catalog.procedures]
    return likely[0][0] if likely and likely[0][1] >= LEANING else None


def _disputed(heard: Heard, said: Said) -> bool:
    """The citizen says that the last answer was about the wrong matter, but not which is the right one."""
    return heard.intent == "correct" and heard.procedure is None and said.empty


def _procedure(heard: Heard, memory: Memory, catalog: Catalog) -> str | None:
    """The named procedure; else the one in memory, unless the message is between two others."""
    if heard.procedure in catalog.procedures:
        return heard.procedure
    likely = [name for name, _ in heard.likely if name in catalog.procedures]
    names_one = bool(likely) and heard.likely[0][0] != NONE
    if memory.procedure in catalog.procedures and (not names_one or memory.procedure in likely):
        return memory.procedure
    return None


def _candidates(heard: Heard, memory: Memory, catalog: Catalog) -> tuple[str, ...]:
    likely = [name for name, _ in heard.likely if name in catalog.procedures]
    if heard.intent == "correct":
        likely = [name for name in likely if name != memory.procedure]
    return tuple(likely[:CLOSE_READINGS])


def _case(heard: Heard, said: tuple[Said, Said], procedure: str, catalog: Catalog, kept: str | None) -> str | None:
    """A case the rules are sure of; else the one the classifier read; else what follows from what was told before.

    Args:
        said: what this message tells, and what is known of the person.
    """
    now, person = said
    file = catalog.procedures[procedure]
    read = heard.sure_of("case", procedure, SURE_OF_OTHER if kept else SURE)
    ruled = case_for(procedure, now)
    # "hết hạn" alone does not tell whether the day is past or still to come, and an old paper may be named beside
    # the card that is meant; the whole message may tell.
    first = (read, ruled) if now.loss == EXPIRED or now.paper else (ruled, read)
    # Whatever was told of the dwelling, the age of a child decides.
    of_age = case_for(procedure, Said(person.age)) if person.age is not None else None
    for case in (*first, of_age, kept, case_for(procedure, person)):
        if case and file.case(case) and not denied(case, now):
            return case
    return None


def _situation(heard: Heard, asked: Question, catalog: Catalog, child: bool) -> str | None:
    """The situation that a message is surely about; one of another question has to be surer."""
    procedure = catalog.procedures[asked.procedure]
    situation = procedure.situation(heard.sure_of("situation", procedure.id))
    if situation is None or (situation.children and not child):
        return None
    fits = asked.question in (situation.question, *BROAD)
    return situation.id if fits or heard.sure_of("situation", procedure.id, SURE_OF_OTHER) else None
