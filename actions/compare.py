"""Tell two procedures apart: the overview of one, then of the other."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.clarify import ask_back
from actions.giving import give
from actions.reading import Wanted
from actions.turn import Conversation
from procedures import Question
from procedures.nearest import plain

NAMED = 0.2
"""Least probability of a procedure that a comparison names."""


WORDS = {
    "dang_ky_tam_tru": r"(?<!gia han )(?<!xoa )\btam tru\b",
    "gia_han_tam_tru": r"\bgia han(?: tam tru)?\b",
    "thong_bao_luu_tru": r"\bluu tru\b",
    "khai_bao_tam_vang": r"\btam vang\b",
    "dang_ky_thuong_tru": r"(?<!xoa )\bthuong tru\b",
    "tach_ho": r"\btach (?:ho|khau)\b",
    "cap_doi_the_can_cuoc": r"\bcap doi\b",
    "cap_lai_the_can_cuoc": r"\bcap lai\b",
}
"""How the matters most often compared are called, in lower case without accents."""


class ActionCompare(Action):  # type: ignore[misc]
    """Runs for "khác gì tạm trú?" and "tạm trú với lưu trú khác nhau sao"."""

    def name(self) -> str:
        return "action_compare"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Conversation(dispatcher, tracker)
        pair = compared(turn)
        if not pair:
            return ask_back(turn, Wanted(question="overview"))
        return give(turn, Wanted(tuple(Question(name, "overview") for name in pair)))


def compared(turn: Conversation) -> list[str]:
    """The two procedures named; else the one in memory and the one named; else the last two talked about."""
    known = turn.knowledge.catalog.procedures
    named = [name for name, sure in turn.heard.likely if sure >= NAMED]
    text = plain(str(turn.message.get("text") or ""))
    found = [(match.start(), name) for name, words in WORDS.items() if (match := re.search(words, text))]
    if len(found) > 1:
        named = [name for _, name in sorted(found)]
    earlier = [question.procedure for question in reversed(turn.earlier)]
    names = [*named, *earlier] if len(named) > 1 else [turn.memory.procedure, turn.heard.procedure, *named, *earlier]
    return list(dict.fromkeys(name for name in names if name and name in known))[:2]
