"""Never send a citizen an answer that was already sent: another fact, or a narrower question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice, takewhile
from typing import Any

from rasa_sdk.events import SlotSet

from actions import payload
from actions.giving import outcome_of
from actions.leading import buttons_of
from actions.payload import OFFICER_BUTTON
from actions.reading import BROAD, TELLS, situations
from actions.told import about_a_child
from actions.turn import Conversation, distinct
from procedures import Answer, Question, answer
from procedures.nearest import nearest

SURE_OF_QUESTION = 0.8
"""Probability from which a question that is not a broad one is asked once more on purpose."""
IN_A_ROW = 3
"""How many answers back one counts as already sent."""
LIKELY, MAYBE, WORDED, COVERED, SITUATIONS = 0.25, 0.12, 3.0, 0.4, 3
"""Least probabilities of a situation told instead, before all else and after; least score and coverage of a fact; how
many situations are offered."""
SECOND = 0.15
"""Least probability of another question of a talk that is answered instead."""


def without_last_lead(turn: Conversation, question: Question) -> Question:
    """The question without a quick answer to lead with that the last answer gave."""
    last = turn.earlier[-1] if turn.earlier else None
    given = last is not None and last.procedure == question.procedure and question.lead in (last.situation, last.lead)
    return replace(question, lead=None) if question.lead and given and not turn.heard.button else question


def already_said(turn: Conversation, question: Question) -> bool:
    """Whether the answer was sent before, and the message does not plainly ask for it again."""
    # Another question than before may not be answered with the quick answer given before.
    again = not question.situation and question.question not in BROAD and question.question in turn.heard.questions
    again = again and turn.heard.question_sure >= SURE_OF_QUESTION
    if turn.heard.button or again:
        return False
    # After a word about another matter, or some answers later, the same answer may be wanted again.
    same = list(
        islice(takewhile(lambda other: other.procedure == question.procedure, reversed(turn.earlier)), IN_A_ROW)
    )
    if not same:
        return False
    catalog, on = turn.knowledge.catalog, turn.knowledge.on
    lines = _lines(answer(question, catalog, on))
    return any(lines <= _lines(answer(other, catalog, on)) for other in same)


def _lines(said: Answer) -> frozenset[str]:
    """What an answer tells, without heading and sources: the same facts in another order are the same answer."""
    facts = [line for line in said.text.splitlines() if not line.startswith(("**", "_"))]
    return frozenset(facts or [said.text])


def instead(turn: Conversation, question: Question, age: int | None = None) -> Question | None:
    """What to answer in place of what was already said: another fact that the message may be after, if there is one.

    Args:
        age: of the person in question, in years, where it was told.
    """
    procedure = turn.knowledge.catalog.procedures[question.procedure]
    plain = replace(question, situation=None, lead=None, first=None, skip=0)
    child = about_a_child(age, question.case, turn.folded)
    likely = situations(turn.heard, procedure, child)
    others = {one.id for one in procedure.situations if one.children and not child}
    found = nearest(turn.folded, procedure, turn.knowledge.on, question.case)
    found = [one for one in found if not (one.situation and one.id in others)]
    near = [one for one in found if one.score >= WORDED and one.coverage >= COVERED]
    options = [] if plain.question in BROAD or not question.situation else [plain]
    options += [replace(plain, situation=name) for name, sure in likely if sure >= LIKELY]
    options += [
        replace(plain, situation=one.id) if one.situation else replace(plain, question=one.question, first=one.id)
        for one in near
    ]
    if turn.heard.intent != TELLS:
        asked = [replace(plain, question=name) for name, sure in turn.heard.other_questions if sure >= SECOND]
        catalog, on = turn.knowledge.catalog, turn.knowledge.on
        options += [one for one in asked if answer(one, catalog, on).status == "answered"]
    options += [replace(plain, situation=name) for name, sure in likely if MAYBE <= sure < LIKELY]
    return next((option for option in options if not already_said(turn, option)), None)


def not_sure(turn: Conversation, question: Question, told: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Nothing new to tell: say so instead of repeating it, and offer what the message may be after.

    Args:
        told: what to keep of the person in question; None leaves what was known.
    """
    catalog = turn.knowledge.catalog
    said, procedure = answer(question, catalog, turn.knowledge.on), catalog.procedures[question.procedure]
    child = about_a_child((told or {}).get("age"), question.case, turn.folded)
    narrower = buttons_of(situations(turn.heard, procedure, child)[:SITUATIONS], procedure)
    reply = "told_read" if turn.heard.intent == TELLS else "not_sure"
    turn.say(turn.reply(reply), distinct([OFFICER_BUTTON, *payload.of_buttons([*narrower, *said.buttons])]))
    outcome = replace(outcome_of([said], turn.heard.confidence), status="clarified")
    kept = [] if told is None else [SlotSet("told", dict(told))]
    return turn.done(outcome, SlotSet("case", question.case), *kept)
