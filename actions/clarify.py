"""Ask one question with buttons when a message has two readings or none; the second time, offer an officer."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import payload
from actions.reading import Wanted
from actions.turn import MENU, Conversation, Outcome
from procedures import Button, Question
from procedures.wording import OFFICER

MAX_ASKED_BACK = 1


class ActionClarify(Action):
    """Runs for messages that are too vague, and when no rule fits."""

    def name(self) -> str:
        return "action_clarify"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        return ask_back(Conversation(dispatcher, tracker), Wanted())


def ask_back(turn: Conversation, want: Wanted) -> list[dict[str, Any]]:
    """One specific question; never twice in a row."""
    asked = int(turn.tracker.get_slot("asked_back") or 0)
    outcome = Outcome("clarified", "ambiguous", confidence=round(turn.heard.confidence, 4))
    officer = payload.of_button(Button(OFFICER, act="request_officer"))
    if asked >= MAX_ASKED_BACK:
        turn.say(turn.reply("still_unclear"), [*turn.menu()[:5], officer])
        return turn.done(outcome, SlotSet("asked_back", asked + 1))
    text, buttons = _question(turn, want)
    turn.say(text, buttons)
    return turn.done(outcome, SlotSet("asked_back", asked + 1))


def _question(turn: Conversation, want: Wanted) -> tuple[str, list[dict[str, str]]]:
    catalog = turn.knowledge.catalog
    choice = catalog.choices.get(turn.heard.detail("choice"))
    if choice:
        return choice.question, payload.of_choice(choice, question=want.question)
    if len(want.candidates) > 1:
        names = [catalog.procedures[name] for name in want.candidates]
        buttons = [Button(one.name[:40], Question(one.id, want.question or "overview")) for one in names]
        return turn.reply("which_procedure"), payload.of_buttons(buttons)
    return catalog.choices[MENU].question, turn.menu()
