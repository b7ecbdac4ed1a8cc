"""Say an earlier answer again: the last one, its continuation, or the one before it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import give
from actions.payload import to_parse
from actions.reading import Memory, Wanted, heard_from, wanted
from actions.turn import Conversation, Outcome
from procedures import Question

MORE_POINTS = 6


class ActionRecall(Action):
    """Runs for repeat, not_understood, more and go_back."""

    def name(self) -> str:
        return "action_recall"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Conversation(dispatcher, tracker)
        earlier = [self._question(turn, shown) for shown in turn.shown]
        chosen = _choose(turn.heard.intent, [question for question in earlier if question])
        if chosen is None:
            turn.say(turn.reply(turn.heard.intent if turn.heard.intent != "more" else "repeat"), turn.menu())
            return turn.done(Outcome("small_talk", "smalltalk", confidence=turn.heard.confidence))
        return give(turn, Wanted((chosen,)))

    @staticmethod
    def _question(turn: Conversation, shown: str) -> Question | None:
        want = wanted(heard_from(to_parse(shown, "")), Memory(), turn.knowledge.catalog)
        return want.questions[0] if want.questions else None


def _choose(intent: str, earlier: list[Question]) -> Question | None:
    """The last answer; for `go_back` the newest one about something else."""
    if not earlier:
        return None
    last = earlier[-1]
    if intent == "go_back":
        others = [q for q in earlier if (q.procedure, q.question) != (last.procedure, last.question)]
        other_procedure = [q for q in others if q.procedure != last.procedure]
        return (other_procedure or others or [last])[-1]
    if intent == "more":
        return replace(last, question="overview") if last.question != "overview" else replace(last, question="eligibility")
    return replace(last, skip=0)
