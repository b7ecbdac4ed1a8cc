"""What an answer leads with: the situation or the fact that a broad question ("được không", "thì sao") is after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from actions.reading import BROAD, NONE, TELLS, Heard, Part, meant, situations
from actions.told import about_a_child
from procedures import Button, Question
from procedures.model import QUESTIONS, Procedure
from procedures.nearest import Near, nearest

Thresholds = tuple[tuple[float, float, float], ...]
LEADS: Thresholds = ((0.35, 1.5, 0.0), (0.15, 2.0, 2.0), (0.03, 2.0, 3.0))
"""A situation leads from a probability on, when it is so many times likelier than the next, with such a score by words.

Measured on writers held out (docs/design/understanding.md): of what 0.25 and 1.5 led with, 76 % was labelled so, 13 %
was after no quick answer and 11 % after another one.
"""
FITTING: Thresholds = ((0.25, 1.5, 0.0), (0.12, 2.0, 1.2), *LEADS)
"""The same for a situation that answers the question asked, or any for a broad question."""
AMID: Thresholds = ((0.12, 1.2, 0.0), *FITTING)
"""The same amid a talk, where a general section seldom answers and reviewers saw the right quick answer as a button. Of
195 messages of live talks on which it was chosen 78 are led right, 27 by another quick answer and 9 needlessly, with
0.25 and 1.5 it was 73, 22 and 9; the section follows."""
TOLD: Thresholds = ((0.25, 1.5, 0.0),)
"""The same for who only tells something."""
OFFERED, MOST_OFFERED, BEYOND_DOUBT = 0.04, 2, 0.8
"""Least probability of a quick answer that gets a button, how many do, and from which one nothing else is offered. Of
287 messages of live talks the right one was the likeliest in 67 %, among three in 87 %."""
SURE_OF_PART, AHEAD_IN_PART, TRACE = 0.45, 2.0, 0.01
"""Least probability of a quick answer that a part of a message is after besides what leads, how many times likelier
than the next one, and least probability in the whole message. Of 66 messages with two things asked that have a quick
answer each, 33 get both; of 532 with one thing, 29 get another besides, for 11 of them the right one."""
MOST_QUESTIONS, SURE_OF_QUESTION = 3, 0.8
"""How many answers a message gets at most; and least probability of what a part of it asks in so many words."""
WORDED, COVERED, CLEARLY = 3.7, 0.4, 1.2
"""Least score and coverage of a fact to lead with; one of another question has to be so far before the next fact."""


def led(
    question: Question, heard: Heard, text: str, procedure: Procedure, on: date, age: int | None = None
) -> Question:
    """The question with what its answer should lead with, if anything.

    Args:
        text: the message in lower case without accents, abbreviations written out.
        age: of the person in question, in years, where it was told.
    """
    if heard.button or question.situation:
        return question
    near = nearest(text, procedure, on, question.case)
    # Who only tells asked nothing: words in common ("2 tháng nữa mới về") are no reason to lead with a fact.
    tells = heard.intent == TELLS
    child = about_a_child(age, question.case, text)
    lead = _situation(heard, procedure, near, question.question, child)
    first = question.first or (None if lead or tells else _fact(question, near))
    return replace(question, lead=lead, first=first)


def with_parts(
    first: Question, others: Sequence[Question], heard: Heard, procedure: Procedure, child: bool
) -> list[Question]:
    """The questions with what single parts of the message are after ("…, với lại …"), at most three.

    Args:
        child: whether situations of children may be meant.
    """
    questions = [first, *others]
    for part in heard.parts(procedure.id):
        if name := _surely_after(part, heard, procedure, child):
            questions = _with_situation(questions, name, procedure)
        elif part.question in QUESTIONS and part.sure >= SURE_OF_QUESTION:
            asked = {one.question for one in questions} | {_answers(one, procedure) for one in questions}
            questions += [Question(procedure.id, part.question, case=first.case)] if part.question not in asked else []
    return questions[:MOST_QUESTIONS]


def _answers(question: Question, procedure: Procedure) -> str | None:
    """The question that the quick answer of a question is about."""
    situation = procedure.situation(question.situation or question.lead)
    return situation.question if situation else None


def _with_situation(questions: list[Question], name: str, procedure: Procedure) -> list[Question]:
    """The questions with a quick answer: the lead of the first, in place of the section it belongs to, or added."""
    first, *others = questions
    situation = procedure.situation(name)
    if situation is None or any(name in (one.situation, one.lead) for one in questions):
        return questions
    if not (first.situation or first.lead):
        return [replace(first, lead=name), *others]
    for place, one in enumerate(others):
        if one.question == situation.question and not one.situation and one.procedure == procedure.id:
            return [first, *others[:place], replace(one, situation=name), *others[place + 1 :]]
    return [*questions, Question(procedure.id, situation.question, case=first.case, situation=name)]


def _surely_after(part: Part, heard: Heard, procedure: Procedure, child: bool) -> str | None:
    """The quick answer that a part is surely after and the whole message has a trace of."""
    ranked = [*meant(part.situations, procedure, child), ("", 0.0), ("", 0.0)]
    (best, sure), (_, other) = ranked[:2]
    next_one = max(other, dict(part.situations).get(NONE, 0.0))
    whole = dict(heard.ranking("situation", procedure.id)).get(best, 0.0)
    sure_of_it = sure >= SURE_OF_PART and sure >= AHEAD_IN_PART * next_one
    return best if sure_of_it and whole >= TRACE else None


def offered(answered: Sequence[Question], heard: Heard, procedure: Procedure, child: bool) -> list[Button]:
    """Buttons of the quick answers that a message may be after besides what it is answered with."""
    ranked = situations(heard, procedure, child)
    if heard.button or (answered[0].situation and ranked and ranked[0][1] >= BEYOND_DOUBT):
        return []
    shown = {name for one in answered for name in (one.situation, one.lead)}
    likely = [(name, sure) for name, sure in ranked if sure >= OFFERED and name not in shown]
    return buttons_of(likely[:MOST_OFFERED], procedure)


def buttons_of(ranked: Sequence[tuple[str, float]], procedure: Procedure) -> list[Button]:
    """A button for each of these quick answers of a procedure, in their order."""
    found = [procedure.situation(name) for name, _ in ranked]
    return [Button(one.label, Question(procedure.id, one.question, situation=one.id)) for one in found if one]


def _situation(heard: Heard, procedure: Procedure, near: list[Near], asked: str, child: bool) -> str | None:
    ranked = [*situations(heard, procedure, child), ("", 0.0), ("", 0.0)]
    (best, sure), (_, other) = ranked[:2]
    score = next((one.score for one in near if one.situation and one.id == best), 0.0)
    situation = procedure.situation(best)
    fits = situation is not None and asked in (situation.question, *BROAD)
    fitting = AMID if heard.understanding.get("talk") else FITTING
    thresholds = TOLD if heard.intent == TELLS else fitting if fits else LEADS
    leads = any(sure >= least and sure >= ahead * other and score >= words for least, ahead, words in thresholds)
    return best if leads else None


def _fact(question: Question, near: list[Near]) -> str | None:
    """The item that the words are about: of the question itself, else, for a broad question, of another."""
    if question.question not in BROAD:
        return None
    facts = [one for one in near if not one.situation]
    own = next((one for one in facts if one.question == question.question), None)
    best, other = facts[0] if facts else None, facts[1].score if len(facts) > 1 else 0.0
    if best and best.score >= max(WORDED, CLEARLY * other) and best.coverage >= COVERED:
        return best.id
    return own.id if own and own.score >= WORDED and own.coverage >= COVERED else None
