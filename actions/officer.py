"""Ask for an officer, or complain: record it and say truthfully when somebody will read it."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.payload import OFFICER_BUTTON
from actions.places import says_when_and_where
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
DESK_NUMBER = re.compile(
    r"\b(?:sdt|dien thoai|so may|duong day nong|(?:cho|xin)(?: \w+){0,2} so)\b(?: \w+){0,3} "
    r"(?:phuong|xa|truc ban|can bo|khu vuc|tru so|don vi|ben minh|o day)\b"
)
EMERGENCY_NUMBER = re.compile(r"\b(?:11\d|1900\w*|1800\w*|khan cap|cap cuu|cuu hoa|chua chay|pccc|tong dai|quoc gia)\b")
"""The telephone number of the unit or its officers, and other numbers that a text may ask for. On folded text."""


def asks_for_desk_number(folded: str) -> bool:
    """Whether a text asks for the telephone number of the unit or its officers.

    >>> asks_for_desk_number("cho tui so dien thoai phuong di"), asks_for_desk_number("so cuu hoa phuong la may")
    (True, False)
    """
    return DESK_NUMBER.search(folded) is not None and EMERGENCY_NUMBER.search(folded) is None


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
    waiting, calls = turn.waiting and kind == HANDOFF, kind == HANDOFF and asks_for_desk_number(turn.folded)
    if calls and unit is not None and unit.phone:
        turn.say(turn.reply("phone_of_desk", unit=unit.name, phone=unit.phone), [OFFICER_BUTTON])
        return turn.done(Outcome("small_talk", HANDOFF, confidence=round(turn.heard.confidence, 4)))
    if kind == COMPLAINT and turn.tracker.get_slot("last") == COMPLAINT:
        name = "complaint_how" if WHERE_TO.search(turn.folded) else "complaint_added"
    elif kind == COMPLAINT:
        name = "complaint_recorded"
    elif waiting:
        name = "request_already_waiting"
    elif calls:
        name = "phone_request"
    else:
        name = "request_recorded_off_hours" if away else "request_recorded"
    turn.say(turn.reply(name, told=says_when_and_where(turn.folded), when=when))
    confidence = round(turn.heard.confidence, 4)
    return turn.done(Outcome("handed_over", kind, confidence=confidence, officer=None if waiting else kind))
