"""The custom action of the stock Rasa project: the same answers, rendered in a separate action server."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import payload
from procedures import QUESTIONS, Question, answer
from procedures.load import read_catalog
from storage.settings import local_now, read_settings

SEPARATOR = "__"
PREFIX = "ask_"
OTHERWISE = "unanswered_offer"
"""The short reply to an act without one of its own."""


class ActionAnswerStock(Action):  # type: ignore[misc]
    """Runs for every intent: a question about a procedure, or an act with a short reply."""

    def __init__(self) -> None:
        self.catalog, _ = read_catalog(read_settings().data)

    def name(self) -> str:
        return "action_answer_stock"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        intent, _, named = str((tracker.latest_message.get("intent") or {}).get("name") or "").partition(SEPARATOR)
        procedure = named or tracker.get_slot("procedure")
        question = intent.removeprefix(PREFIX)
        if procedure not in self.catalog.procedures:
            reply = self.catalog.replies.get(intent) or self.catalog.replies[OTHERWISE]
            dispatcher.utter_message(text=reply.text)
            return []
        name = question if question in QUESTIONS else "overview"
        said = answer(Question(procedure, name), self.catalog, local_now().date())
        dispatcher.utter_message(text=said.text, buttons=payload.of_buttons(said.buttons))
        return [SlotSet("procedure", procedure)]
