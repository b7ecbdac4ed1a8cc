"""Answer a question about a procedure, or ask back when it is not clear which one."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.clarify import ask_back
from actions.giving import give
from actions.reading import wanted
from actions.turn import Conversation


class ActionAnswer(Action):  # type: ignore[misc]
    """Runs for every question, for a case told alone, and for a correction."""

    def name(self) -> str:
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Conversation(dispatcher, tracker)
        want = wanted(turn.heard, turn.memory, turn.knowledge.catalog)
        return give(turn, want) if want.questions else ask_back(turn, want)
