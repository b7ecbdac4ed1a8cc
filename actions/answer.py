"""Answer a question about a procedure, or ask back when it is not clear which one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.clarify import ask_back
from actions.fresh import already_said, instead, not_sure, without_last_lead
from actions.giving import give
from actions.leading import led, offered, with_parts
from actions.reading import said_in, wanted
from actions.safety import tells_of_violence
from actions.told import ASKS_OF_DAYS, about_a_child, worked_out
from actions.turn import Conversation
from procedures import Question

RULE_OF_DAYS, EXPIRED_CARD = "lam_gan_moc_tuoi", "cccd_het_han"
"""The quick answer that says in general what was worked out for a card; the case of a card that ran out already."""


class ActionAnswer(Action):  # type: ignore[misc]
    """Runs for every question, for a case told alone, and for a correction."""

    def name(self) -> str:
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Conversation(dispatcher, tracker)
        catalog, on = turn.knowledge.catalog, turn.knowledge.on
        want = wanted(turn.heard, turn.memory, catalog, turn.folded)
        if not want.questions:
            return ask_back(turn, want)
        first, *others = want.questions
        procedure = catalog.procedures[first.procedure]
        told = want.told or {}
        age = told.get("age")
        child = about_a_child(age, first.case, turn.folded)
        first = without_last_lead(turn, led(first, turn.heard, turn.folded, procedure, on, age))
        days = worked_out(first, told, on) if _about_days(turn, first) else None
        if days and procedure.situation(RULE_OF_DAYS):
            first = replace(first, situation=RULE_OF_DAYS)
        first, *others = with_parts(first, others, turn.heard, procedure, child)
        others = [one for one in others if not (one.situation and already_said(turn, one))]
        if not others and not days and already_said(turn, first):
            other = instead(turn, first, age)
            if other is None:
                return not_sure(turn, first, want.told)
            first = other
        warned = turn.reply("violence_first") if tells_of_violence(turn.folded) and not turn.heard.button else None
        before = "\n".join(line for line in (warned, days) if line) or None
        likely = offered((first, *others), turn.heard, procedure, child)
        want = replace(want, questions=(first, *others))
        return give(turn, want, perhaps=turn.heard.perhaps_about, before=before, likely=likely)


def _about_days(turn: Conversation, asked: Question) -> bool:
    """Whether a message tells or asks of days, so that what follows from those that were told answers it."""
    if turn.heard.button or asked.case == EXPIRED_CARD:
        return False
    said = said_in(turn.heard)
    tells = said.age is not None or bool(said.born or said.made or said.expires)
    return tells or (asked.situation in (None, RULE_OF_DAYS) and bool(ASKS_OF_DAYS.search(turn.folded)))
