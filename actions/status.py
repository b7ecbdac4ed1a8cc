"""A citizen's own progress can't be shown in chat: say how to look it up, and offer an officer."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import payload
from actions.payload import OFFICER_BUTTON
from actions.reading import leaning
from actions.turn import REPORTS, Conversation, Outcome
from procedures import Button, Question, answer
from procedures.nearest import plain

TOPIC = "tra_cuu_tien_do_can_cuoc"
REPORT = re.compile(
    r"\b(?:to (?:giac|cao)|trinh bao|tin bao|bao (?:tin|an|cong an|mat (?:trom|xe|tien|cap)|lua|trom))\b"
)
"""What was filed is a report to the police, not an application; in lower case without accents."""
CARDS, OVERDUE = "can_cuoc", "qua_hen"
"""The field of the procedures whose days are known, and the quick answer for who waits longer."""
LATE = re.compile(
    r"\b(?:tre|qua|lo)(?: (?:ngay|han))? hen\b|\bcham tre\b"
    r"|(?<!ngay )(?<!hom )(?<!be )\b(?:[2-9]|1\d|hai|ba|bon|may) (?:tuan|thang)\b(?! (?:nua|tuoi|\d|toi|sau))"
    r"|(?<!ngay )(?<!hom )\b(?:1|mot) thang\b(?! (?:nua|tuoi|\d|toi|sau))"
    r"|\b(?:1[2-9]|[2-9]\d) ngay\b(?! (?:nua|tuoi|\d|toi|sau))"
)
"""Waiting longer than a card takes, on folded text."""


class ActionStatus(Action):  # type: ignore[misc]
    """Runs for ask_status."""

    def name(self) -> str:
        return "action_status"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Conversation(dispatcher, tracker)
        outcome = Outcome("status_shown", "status", confidence=round(turn.heard.confidence, 4))
        about = turn.memory.procedure or leaning(turn.heard, turn.knowledge.catalog)
        kept = SlotSet("procedure", None if about == TOPIC else about)
        known = turn.knowledge.catalog.procedures
        matter = known.get(str(about))
        late = matter is not None and matter.field_name == CARDS and bool(LATE.search(turn.folded))
        if TOPIC in known and (turn.heard.procedure == TOPIC or late):
            situation = OVERDUE if late else turn.heard.sure_of("situation", TOPIC)
            said = answer(Question(TOPIC, "overview", situation=situation), turn.knowledge.catalog, turn.knowledge.on)
            turn.say(said.text, [*payload.of_buttons(said.buttons)[:4], OFFICER_BUTTON])
            return turn.done(outcome, kept)
        if turn.topic in REPORTS or REPORT.search(plain(str(turn.message.get("text") or ""))):
            turn.say(turn.reply("status_report"), [OFFICER_BUTTON])
            return turn.done(outcome, kept)
        lookup = payload.of_button(Button("Tra cứu căn cước", Question(TOPIC, "overview")))
        turn.say(turn.reply("status_not_here"), [lookup, OFFICER_BUTTON])
        return turn.done(outcome, kept)
