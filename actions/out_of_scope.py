"""Say clearly that a matter is outside, where to go when that is known, and offer an officer."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import payload
from actions.clarify import opening_hours
from actions.giving import give
from actions.payload import OFFICER_BUTTON
from actions.reading import Wanted, leaning
from actions.turn import Conversation, Outcome
from procedures import Button, Question
from procedures.model import short_name

ELSE = "khac"


def _ours(turn: Conversation) -> list[dict[str, str]]:
    """A button of the procedure that the message may be about as well, else of the one talked about."""
    catalog = turn.knowledge.catalog
    procedure = catalog.procedures.get(leaning(turn.heard, catalog) or turn.memory.procedure or "")
    if procedure is None:
        return []
    return [payload.of_button(Button(short_name(procedure.name), Question(procedure.id, "overview")))]


class ActionOutOfScope(Action):  # type: ignore[misc]
    """Runs for out_of_scope."""

    def name(self) -> str:
        return "action_out_of_scope"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Conversation(dispatcher, tracker)
        if hours := opening_hours(turn):
            return give(turn, Wanted((hours,)))
        known = turn.knowledge.catalog.out_of_scope
        reply = known.get(turn.heard.detail("field") or ELSE) or known[ELSE]
        text = "\n".join(part for part in (reply.text, reply.where) if part)
        turn.say(text, [*_ours(turn), OFFICER_BUTTON, *turn.menu()[:4]])
        confidence = round(turn.heard.confidence, 4)
        return turn.done(Outcome("out_of_scope", "out_of_scope", confidence=confidence))
