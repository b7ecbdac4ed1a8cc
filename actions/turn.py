"""What every action shares: reading the tracker, saying a reply, and leaving the outcome for the turn pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import payload
from actions.knowledge import Knowledge, current
from actions.reading import Heard, Memory, heard_from
from procedures import Question
from storage.settings import TIME_ZONE, local_now

SHOWN_LENGTH = 6
MENU = "menu"
KINDS = {
    "request_officer": "handoff",
    "complaint": "complaint",
    "report_crime": "report_crime",
    "report_fire": "report_fire",
    "report_scam": "report_scam",
    "emergency": "emergency",
    "ask_status": "status",
    "out_of_scope": "out_of_scope",
    "unclear": "ambiguous",
    "gibberish": "ambiguous",
}
"""What the bot took a message for, by intent; every other act is small talk, every question a procedure."""


@dataclass(frozen=True)
class Outcome:
    """How a turn ended, as the pipeline records it. `officer` is the reason a request is filed for."""

    status: str
    kind: str
    procedure: str | None = None
    question: str | None = None
    case: str | None = None
    confidence: float = 0.0
    sources: tuple[str, ...] = ()
    officer: str | None = None
    report: str | None = None


class Conversation:
    """One run of one action: the tracker read, the knowledge of the moment, and the way to answer."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        self.dispatcher, self.tracker = dispatcher, tracker
        self.message: dict[str, Any] = tracker.latest_message or {}
        self.heard: Heard = heard_from(self.message)
        self.now = _moment(self.message)
        self.knowledge: Knowledge = current(self.now)

    @property
    def memory(self) -> Memory:
        slot = self.tracker.get_slot
        age = slot("age")
        return Memory(slot("procedure"), slot("case"), slot("question"), slot("channel"), int(age) if age else None)

    @property
    def shown(self) -> list[str]:
        """Payloads of the latest answers, newest last."""
        return list(self.tracker.get_slot("shown") or [])

    def reply(self, name: str, **values: str) -> str:
        """The wording of a short reply with its next question; `values` fill its placeholders.

        Raises:
            KeyError: `data/replies` has no reply of that id.
        """
        known = self.knowledge.catalog.replies[name]
        text = "\n".join(part for part in (known.text, known.ask) if part)
        for key, value in values.items():
            text = text.replace("{" + key + "}", value)
        return text

    def menu(self) -> list[dict[str, str]]:
        choice = self.knowledge.catalog.choices.get(MENU)
        return payload.of_choice(choice, question=None) if choice else []

    def say(self, text: str, buttons: Sequence[dict[str, str]] = ()) -> None:
        self.dispatcher.utter_message(text=text, buttons=list(buttons) or None)

    def done(self, outcome: Outcome, *events: dict[str, Any]) -> list[dict[str, Any]]:
        """The events that end the action: memory changes and the outcome."""
        return [*events, SlotSet("outcome", asdict(outcome))]

    def remember(self, questions: Sequence[Question]) -> list[dict[str, Any]]:
        """Slots after answering: the last question is what a follow-up refers to."""
        last = questions[-1]
        shown = [*self.shown, *(payload.of_question(question) for question in questions)][-SHOWN_LENGTH:]
        age = self.heard.entities.get("age") or self.tracker.get_slot("age")
        return [
            SlotSet("procedure", last.procedure),
            SlotSet("case", last.case),
            SlotSet("question", last.question),
            SlotSet("channel", last.channel),
            SlotSet("age", age),
            SlotSet("shown", shown),
            SlotSet("asked_back", 0),
        ]


def _moment(message: dict[str, Any]) -> datetime:
    """When the message arrived; the pipeline passes it on so that answers can be repeated."""
    at = (message.get("metadata") or {}).get("at")
    return datetime.fromisoformat(at).astimezone(TIME_ZONE) if at else local_now()
