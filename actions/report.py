"""Take a report of crime, fraud, fire or danger; or answer a question about reporting."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import payload
from actions.payload import OFFICER_BUTTON
from actions.turn import KINDS, Conversation, Outcome, plain
from procedures import Button, Question, answer

FILED = {
    "report_crime": "report_filed_crime",
    "report_fire": "report_filed_fire_past",
    "report_scam": "report_filed_scam",
    "emergency": "danger_general",
}
TOPICS = {"report_crime": "to_giac_toi_pham", "report_fire": "bao_chay", "report_scam": "lua_dao"}
FILE_LABEL = "Báo tin ngay"
NEXT_LABEL = "Cần làm gì ngay"
ATTEMPT = "chua_mat_gi"
"""The case of a scam that cost nothing yet."""
APPROACH = re.compile(r"\b(?:goi|nhan tin|zalo|xung|gia danh)\b")
LOSS = re.compile(
    r"\b(?:da|roi|lo|mat|het|bi lua|chuyen (?:cho|khoan|\d)|gui|bam|nhap|doc|otp|cai|mua|"
    r"\d+ ?(?:tr|trieu|k|nghin|ngan|cu|dong))\b"
)
"""Somebody only called or wrote; and words of what may be lost already. In lower case without accents."""
MAX_OTHERS = 5
ASKS = re.compile(
    r"\?|\b(?:gi|j|dau|o dau|sao|the nao|ntn|bao nhieu|bao lau|may|nao|cach|phai lam)\b"
    r"|\b(?:khong|ko|k|hong|hok|chua|duoc khong|dc k)(?: (?:a|ad|vay|z|v|nhi|ha|em|ban|nha|anh|chi))*\W*$"
)
"""Words of a question, in lower case without accents. Whoever tells what happened without one is reporting it."""
OF_QUESTIONS = frozenset(("gì", "đâu", "ở", "thế", "nào", "nhiêu", "lâu", "mấy", "cách", "phải", "làm"))
NEGATIONS = frozenset(("không", "hông", "chưa", "được", "ạ", "vậy", "nhỉ", "há", "nhé"))
"""Words with accents that may be part of one: "đầu" is no "đâu", "xe máy" no "mấy"."""


def _asks(turn: Conversation) -> bool:
    """Whether the message asks about reporting; a pressed button and a plain account of what happened are reports."""
    text = unicodedata.normalize("NFC", str(turn.message.get("text") or "").lower())
    words = re.sub(r"\w+", lambda word: _unaccented(word[0]), text).replace("xe may", "xe")
    return turn.heard.button is None and ASKS.search(words) is not None


def _unaccented(word: str) -> str:
    """The word as `ASKS` knows it; one whose accents make it another word is blanked."""
    return plain(word) if word.isascii() or word in OF_QUESTIONS | NEGATIONS else "_"


def _filed_before(turn: Conversation, topic: str) -> bool:
    """Whether the newest reply was about a report of the same kind, so that this message adds to it."""
    nexts = [button["payload"] for button in turn.offered if button["title"] == NEXT_LABEL]
    return turn.heard.button is None and any(f'"{topic}"' in payload for payload in nexts)


def _only_tried(turn: Conversation) -> bool:
    """Whether nothing is lost yet; in doubt something is, because then the bank has to be called."""
    text = plain(str(turn.message.get("text") or ""))
    return turn.heard.detail("case") == ATTEMPT or bool(APPROACH.search(text) and not LOSS.search(text))


def _wording(turn: Conversation, topic: str | None) -> str:
    """The reply to a report: what is new is added, and who lost nothing yet is not sent to the bank."""
    if topic and _filed_before(turn, topic):
        return "report_added"
    if turn.heard.intent == "report_scam" and _only_tried(turn):
        return "report_filed_scam_attempt"
    return FILED[turn.heard.intent]


class ActionReport(Action):  # type: ignore[misc]
    """Runs for report_crime, report_fire, report_scam and emergency."""

    def name(self) -> str:
        return "action_report"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Conversation(dispatcher, tracker)
        intent = turn.heard.intent
        topic = TOPICS.get(intent)
        if topic and turn.heard.procedure == topic and topic in turn.knowledge.catalog.procedures and _asks(turn):
            return self._inform(turn, topic)
        buttons = []
        if topic in turn.knowledge.catalog.procedures:
            buttons.append(payload.of_button(Button(NEXT_LABEL, Question(str(topic), "overview"))))
        buttons.append(OFFICER_BUTTON)
        turn.say(turn.reply(_wording(turn, topic), time=f"{turn.now:%H:%M}"), buttons)
        confidence = round(turn.heard.confidence, 4)
        return turn.done(Outcome("report_filed", KINDS[intent], confidence=confidence, report=intent))

    @staticmethod
    def _inform(turn: Conversation, topic: str) -> list[dict[str, Any]]:
        """A question about reporting is answered from the knowledge base; one press files the report."""
        situation = turn.heard.detail("situation")
        question = Question(topic, "overview", situation=situation)
        said = answer(question, turn.knowledge.catalog, turn.knowledge.on)
        file = payload.of_button(Button(FILE_LABEL, act=turn.heard.intent))
        turn.say(said.text, [file, *payload.of_buttons(said.buttons)[:MAX_OTHERS]])
        kind, confidence = KINDS[turn.heard.intent], round(turn.heard.confidence, 4)
        return turn.done(Outcome(said.status, kind, confidence=confidence, sources=said.sources))
