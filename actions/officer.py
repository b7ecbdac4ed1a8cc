"""Ask for an officer, or complain: record it and say truthfully when somebody will read it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Conversation, Outcome
from handoff.hours import when_text

NO_HOURS = "trong giờ làm việc"


class ActionOfficer(Action):
    """Runs for request_officer and complaint."""

    def name(self) -> str:
        return "action_officer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Conversation(dispatcher, tracker)
        complaint = turn.heard.intent == "complaint"
        unit = turn.knowledge.unit
        when = when_text(unit.hours, turn.now) if unit else NO_HOURS
        name = "complaint_recorded" if complaint else "request_recorded"
        turn.say(turn.reply(name, when=when))
        kind = "complaint" if complaint else "handoff"
        outcome = Outcome("handed_over", kind, confidence=round(turn.heard.confidence, 4), officer=kind)
        return turn.done(outcome)
