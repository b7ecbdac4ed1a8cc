"""Greeting, thanks, help, insults and the like: one short reply each, by the name of the intent."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import KINDS, Conversation, Outcome

WITH_MENU = frozenset({"greet", "ask_help", "start_over", "bot_challenge", "chitchat", "gibberish", "deny"})
MEMORY = ("procedure", "case", "question", "channel", "age", "shown", "asked_back")


class ActionSmallTalk(Action):
    """Runs for every act that needs no knowledge; `start_over` also forgets the conversation."""

    def name(self) -> str:
        return "action_small_talk"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Conversation(dispatcher, tracker)
        intent = turn.heard.intent
        turn.say(turn.reply(intent), turn.menu() if intent in WITH_MENU else ())
        forgotten = [SlotSet(name, None) for name in MEMORY] if intent == "start_over" else []
        kind = KINDS.get(intent, "smalltalk")
        return turn.done(Outcome("small_talk", kind, confidence=round(turn.heard.confidence, 4)), *forgotten)
