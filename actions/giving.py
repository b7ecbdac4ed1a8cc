"""Say answers of the knowledge base, and record what the turn was about. Shared by the actions; itself no action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actions import payload
from actions.reading import Wanted
from actions.turn import Conversation, Outcome, distinct
from procedures import Answer, Button, Question, answer
from procedures.buttons import MAX_BUTTONS, officer
from procedures.model import short_name
from procedures.wording import FOR_DAY, day


def give(
    turn: Conversation,
    want: Wanted,
    *,
    extra: Sequence[dict[str, str]] = (),
    perhaps: str | None = None,
    before: str | None = None,
    likely: Sequence[Button] = (),
) -> list[dict[str, Any]]:
    """Say the answers and send their files; buttons, and `extra` ones after them, go under the last answer only.

    Args:
        perhaps: another procedure that may be meant; a first button asks the same about it.
        before: a line to begin the first answer with.
        likely: buttons of what the message may rather be after, most likely first; they come before the others.
    """
    later = turn.asked_day if want.questions[0].question == "fee" else None
    on = later or turn.knowledge.on
    answers = [answer(question, turn.knowledge.catalog, on) for question in want.questions]
    if before:
        answers[0] = replace(answers[0], text=f"{before}\n{answers[0].text}")
    if later:
        turn.say(FOR_DAY.format(day=day(on)))
    for said in answers[:-1]:
        turn.say(said.text)
    buttons = answers[-1].buttons
    if any(officer() in said.buttons for said in answers[:-1]) and officer() not in buttons:
        buttons = (*buttons[: MAX_BUTTONS - 1], officer())
    if (other := turn.knowledge.catalog.procedures.get(perhaps or "")) and all(
        question.procedure != other.id for question in want.questions
    ):
        first = Button(short_name(other.name), Question(other.id, want.questions[0].question))
        buttons = _with_first([first], buttons)
    buttons = _with_first(likely, buttons)
    turn.say(answers[-1].text, distinct([*payload.of_buttons(buttons), *extra]))
    _enclose(turn, answers)
    asked = [said.question for said in answers]
    return turn.done(outcome_of(answers, turn.heard.confidence), *turn.remember(asked, want.told))


def _with_first(first: Sequence[Button], buttons: Sequence[Button]) -> tuple[Button, ...]:
    """The buttons after some more; where there is no room for all, the officer stays."""
    room = MAX_BUTTONS - len(first)
    kept = buttons[:room]
    missing = [button for button in buttons[room:] if button.act == officer().act]
    return (*first, *(kept[: room - len(missing)]), *missing)


def _enclose(turn: Conversation, answers: Sequence[Answer]) -> None:
    """After all words, each file once as a reply of its own: what `storage.outgoing.Enclosed` is made of."""
    for form in {form.id: form for said in answers for form in said.files}.values():
        if form.attached is not None:
            file = {"caption": form.caption, "name": form.attached.name, "sha256": form.attached.sha256}
            turn.dispatcher.utter_message(json_message=file)


def outcome_of(answers: list[Answer], confidence: float) -> Outcome:
    """The first question is what the turn is recorded as."""
    first = answers[0]
    sources = tuple(dict.fromkeys(source for said in answers for source in said.sources))
    return Outcome(
        status=first.status,
        kind="procedure",
        procedure=first.question.procedure,
        question=first.question.question,
        case=first.question.case,
        confidence=round(confidence, 4),
        sources=sources,
    )
