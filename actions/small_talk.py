"""Greeting, thanks, help, insults and the like: one short reply each, by the name of the intent."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.officer import HANDOFF, hand_over
from actions.payload import OFFICER_BUTTON
from actions.turn import KINDS, Conversation, Outcome, distinct

MEMORY = ("procedure", "case", "question", "shown")
OFFER_OFFICER = "request_officer"
"""Value of `pending` while "shall I call an officer?" is open."""


class ActionSmallTalk(Action):  # type: ignore[misc]
    """Runs for every act that needs no knowledge; `start_over` also forgets the conversation."""

    def name(self) -> str:
        return "action_small_talk"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Conversation(dispatcher, tracker)
        intent = turn.heard.intent
        if intent == "affirm" and turn.memory.pending == OFFER_OFFICER:
            return hand_over(turn, HANDOFF)
        if intent == "affirm" and turn.asked_back and turn.offered:
            return _which(turn)
        turn.say_reply(intent)
        events = [SlotSet(name, None) for name in MEMORY] if intent == "start_over" else []
        if intent == "insult":
            events.append(SlotSet("pending", OFFER_OFFICER))
        kind = KINDS.get(intent, "smalltalk")
        return turn.done(Outcome("small_talk", kind, confidence=round(turn.heard.confidence, 4)), *events)


def _which(turn: Conversation) -> list[dict[str, Any]]:
    """A yes to a question of several answers: the same buttons once more, and an officer."""
    turn.say(turn.reply("still_unclear"), distinct([*turn.offered, OFFICER_BUTTON]))
    outcome = Outcome("clarified", "ambiguous", confidence=round(turn.heard.confidence, 4))
    asked, pending = turn.asked_back + 1, turn.memory.pending
    return turn.done(outcome, SlotSet("asked_back", asked), SlotSet("pending", pending))
