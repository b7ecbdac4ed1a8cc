"""Tell two procedures apart: the overview of the one in memory, then of the one named."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import give
from actions.clarify import ask_back
from actions.reading import Wanted
from actions.turn import Conversation
from procedures import Question


class ActionCompare(Action):
    """Runs for "khác gì tạm trú?"."""

    def name(self) -> str:
        return "action_compare"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Conversation(dispatcher, tracker)
        catalog = turn.knowledge.catalog
        likely = [name for name, _ in turn.heard.understanding.get("procedures") or []]
        names = [turn.memory.procedure, turn.heard.procedure, *likely]
        known = list(dict.fromkeys(name for name in names if name in catalog.procedures))[:2]
        if len(known) < 2:
            return ask_back(turn, Wanted(candidates=tuple(known), question="overview"))
        return give(turn, Wanted(tuple(Question(name, "overview") for name in known if name)))
