"""Say clearly that a matter is outside, where to go when that is known, and offer an officer."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.clarify import opening_hours
from actions.giving import give
from actions.payload import OFFICER_BUTTON
from actions.reading import Wanted
from actions.turn import Conversation, Outcome

ELSE = "khac"


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
        turn.say(text, [OFFICER_BUTTON, *turn.menu()[:4]])
        confidence = round(turn.heard.confidence, 4)
        return turn.done(Outcome("out_of_scope", "out_of_scope", confidence=confidence))
