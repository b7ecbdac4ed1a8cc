"""Say an earlier answer again: the last one, its continuation, or the one before it.

"Nhắc lại giấy tờ đi" names what to repeat: that question is answered.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import payload
from actions.clarify import question_in
from actions.giving import give, outcome_of
from actions.payload import OFFICER_BUTTON
from actions.reading import Wanted
from actions.turn import Conversation, Outcome, distinct
from procedures import Question, answer
from procedures.wording import MORE

BULLET = "• "
NOTHING_YET = {"more": "repeat"}
"""Replies when nothing was answered yet, where they are not named like the intent."""


class ActionRecall(Action):  # type: ignore[misc]
    """Runs for repeat, not_understood, more and go_back."""

    def name(self) -> str:
        return "action_recall"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Conversation(dispatcher, tracker)
        intent, earlier = turn.heard.intent, turn.earlier
        if not earlier:
            turn.say_reply(NOTHING_YET.get(intent, intent))
            return turn.done(Outcome("small_talk", "smalltalk", confidence=round(turn.heard.confidence, 4)))
        if intent == "more":
            return _continue(turn, earlier[-1])
        again = before(earlier) if intent == "go_back" else earlier[-1]
        if asked := question_in(turn.heard):
            return give(turn, Wanted((replace(again, question=asked, skip=0, situation=None, first=None),)))
        if intent == "go_back":
            return give(turn, Wanted((again,)))
        if intent == "not_understood":
            return _in_short(turn, replace(earlier[-1], skip=0))
        return give(turn, Wanted((replace(earlier[-1], skip=0),)))


def before(earlier: list[Question]) -> Question:
    """The newest answer about another procedure than the last one; else about another question; else the last."""
    last = earlier[-1]
    others = [q for q in earlier if (q.procedure, q.question) != (last.procedure, last.question)]
    other_procedure = [q for q in others if q.procedure != last.procedure]
    return replace((other_procedure or others or [last])[-1], skip=0)


def _in_short(turn: Conversation, last: Question) -> list[dict[str, Any]]:
    """The first fact of the last answer alone; whoever still does not understand is better off with an officer."""
    said = answer(last, turn.knowledge.catalog, turn.knowledge.on)
    facts = [line.removeprefix(BULLET) for line in said.text.splitlines() if line.startswith(BULLET)]
    again = turn.tracker.get_slot("explained") == payload.of_question(last)
    text = turn.reply("not_understood_again") if again or not facts else turn.reply("in_short", fact=facts[0])
    turn.say(text, distinct([OFFICER_BUTTON, *payload.of_buttons(said.buttons)]))
    return turn.done(outcome_of([said], turn.heard.confidence), SlotSet("explained", payload.of_question(last)))


def _continue(turn: Conversation, last: Question) -> list[dict[str, Any]]:
    """What did not fit the screen; when all was said, say so and offer the questions that follow."""
    said = answer(last, turn.knowledge.catalog, turn.knowledge.on)
    rest = next((button.ask for button in said.buttons if button.label == MORE and button.ask), None)
    if rest:
        return give(turn, Wanted((rest,)))
    turn.say(turn.reply("nothing_more"), distinct([*payload.of_buttons(said.buttons), OFFICER_BUTTON]))
    return turn.done(outcome_of([said], turn.heard.confidence))
