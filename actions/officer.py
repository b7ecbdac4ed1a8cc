"""Ask for an officer, or complain: record it and say truthfully when somebody will read it."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Conversation, Outcome
from handoff.hours import is_open, when_text

NO_HOURS = "trong giờ làm việc"
HANDOFF, COMPLAINT = "handoff", "complaint"
WHERE_TO = re.compile(
    r"\b(?:don|gui|nop|gap|khieu nai|to cao)(?: \w+){0,4} (?<!khong )(?<!thay )(?:ai|dau)"
    r"(?: (?:a|vay|the|em|anh|chi|day))*$"
    r"|\b(?:viet|gui|nop) (?:\w+ )?don (?:khieu nai|to cao|phan anh)\b"
)
"""Where to go on with a complaint, on folded text."""


class ActionOfficer(Action):  # type: ignore[misc]
    """Runs for request_officer and complaint."""

    def name(self) -> str:
        return "action_officer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Conversation(dispatcher, tracker)
        return hand_over(turn, COMPLAINT if turn.heard.intent == COMPLAINT else HANDOFF)


def hand_over(turn: Conversation, kind: str) -> list[dict[str, Any]]:
    """Ask for an officer once: a second wish finds the first still waiting. Every complaint is recorded."""
    unit = turn.knowledge.unit
    when = when_text(unit.hours, turn.now) if unit else NO_HOURS
    away = unit is not None and not is_open(unit.hours, turn.now)
    waiting = turn.waiting and kind == HANDOFF
    if kind == COMPLAINT and turn.tracker.get_slot("last") == COMPLAINT:
        name = "complaint_how" if WHERE_TO.search(turn.folded) else "complaint_added"
    elif kind == COMPLAINT:
        name = "complaint_recorded"
    elif waiting:
        name = "request_already_waiting"
    else:
        name = "request_recorded_off_hours" if away else "request_recorded"
    turn.say(turn.reply(name, when=when))
    confidence = round(turn.heard.confidence, 4)
    return turn.done(Outcome("handed_over", kind, confidence=confidence, officer=None if waiting else kind))
