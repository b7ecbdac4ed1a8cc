"""Take a report of crime, fraud, fire or danger; or answer a question about reporting."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import payload
from actions.fresh import already_said
from actions.leading import led
from actions.payload import OFFICER_BUTTON
from actions.places import says_how_much_and_where_from, says_when_and_where
from actions.turn import FOLLOWS, KINDS, REPORTS, SHOWN_LENGTH, SMALL_TALK, Conversation, Outcome, distinct
from handoff.store import URGENT_KINDS
from procedures import Button, Question, answer
from procedures.nearest import plain

FILED = {
    "report_crime": "report_filed_crime",
    "report_fire": "report_filed_fire_past",
    "report_scam": "report_filed_scam",
    "emergency": "danger_general",
}
ENDS = {"over": "danger_safe", "mistaken": "danger_false_alarm"}
HELP = {"report_fire": "danger_fire", "emergency": "danger_general"}
"""What to do in a danger, once more, for whoever asks."""
TOLD = {
    "call_fails": "danger_still_call",
    "anonymous": "report_anonymous",
    "coming": "danger_coming",
    "not_done": "report_scam_not_done",
}
ADDED = {"report_crime": "report_added", "report_scam": "report_added_scam"}
"""What is said of more of the same report; a danger has its own."""
FILE_LABEL = "Báo tin ngay"
NEXT_LABEL = "Cần làm gì ngay"
SCAM, ATTEMPT = "lua_dao", "chua_mat_gi"
"""The procedure about scams, and its case of one that cost nothing yet."""
APPROACH = re.compile(r"\b(?:goi|nhan tin|zalo|xung|gia danh)\b")
LOSS = re.compile(
    r"\b(?:da|roi|lo|mat|het|bi lua|chuyen (?:cho|khoan|\d)|gui (?:tien|cho|roi|het)|bam|nhap|doc|otp|cai|mua|"
    r"\d+ ?(?:tr|trieu|k|nghin|ngan|cu|dong))\b"
)
"""Somebody only called or wrote; and words of what may be lost already. In lower case without accents."""
APP, OTP, MONEY = "da_cai_app", "lo_ma_otp", "da_chuyen_tien"
STEPS_OF_SCAM: Mapping[str, re.Pattern[str]] = {
    APP: re.compile(
        r"\b(?:cai|tai|down|tai xuong|mo)(?: \w+){0,3} (?:app|apk|ung dung|phan mem)\b|\b(?:app|apk|ung dung) la\b"
        r"|\btu (?:tai|cai|dong cai)\b|\b(?:bi|dang) (?:dieu khien|chiem quyen|hack)\b|\bchia se man hinh\b"
        r"|\b(?:bi|da) chiem (?:mat )?(?:tai khoan|vneid|zalo)\b"
    ),
    OTP: re.compile(
        r"\b(?:doc|gui|dua|cung cap|noi|nhap|cho)(?: \w+){0,6} (?:otp|ma xac|ma so|ma 6|mat khau|pass|ma pin)\b"
    ),
    MONEY: re.compile(
        r"\b(?:bi|moi|thay|vua|da) tru\b|\btru (?:mat |het )?\d|\bmat (?:het |toi |tong )?\d+ ?(?:tr|trieu|k|cu|ty)"
        r"|\b(?:da|lo|vua|moi|da lo) (?:ck|chuyen)"
        r"|(?<!chua )(?<!khong )\bchuyen(?: \w+){0,4} roi\b|\b(?:mat|bay) (?:sach|het)? ?tien\b"
    ),
}
"""How far a fraud went, worst for the account first, on folded text; each is a case of the procedure about scams."""
_DOES = "cai|tai|bam|nhap|doc|gui|chuyen|ck|dang nhap|lam"
_SOMEBODY_DID = rf"\b(?:em|e|toi|minh|con|chau|tui|t|me|bo|ba|ma|vo|chong)(?: \w+)? (?:{_DOES})\b"
TOLD_TO = re.compile(
    rf"\b(?:bao(?! (?:cong an|ca|ai|an|phuong)\b)|keu|bat|doi|yeu cau|huong dan|xui)(?: \w+){{0,5}}? (?:{_DOES})\b"
)
DONE = re.compile(
    r"\b(?:da|roi|lo|vua|moi|mat|het|bi tru|bi lua|xong|luon|theo|gio|bay|chan|trong|hien)\b"
    rf"|{_SOMEBODY_DID}"
)
DONE_BEFORE = re.compile(
    rf"\b(?:lo|bi tru|bi lua|mat tien|da|vua) (?:{_DOES}|tru|lua|mat)\b"
    rf"|{_SOMEBODY_DID}"
)
"""What a swindler told somebody to do; after that, words of having done it; and before that. On folded text."""
DISORDER = re.compile(
    r"\b(?:on ao|vu on|chuyen on|am i|am am|qua on|on qua|on lam|hat ho|karaoke|loa keo|mo nhac|nhac lon|nhac to|"
    r"nhau nhet|cai nhau|"
    r"cai lon|gay on|lam on|mat trat tu|do rac|cho sua|pha xe|no (?:bo|po)|rut ga)\b"
)
"""Noise and quarrels, which leave no traces to keep, on folded text."""
MAX_OTHERS = 5
WHAT_TO_DO = re.compile(
    r"\b(?:lam (?:gi|sao|the nao)|(?:gio|roi|tinh) sao|sao (?:gio|day|bay gio)|"
    r"phai (?:lam|bao|toi|den|sao)|(?<!ho )o dau|bao (?:cho )?(?:dau|ai)|gap ai|"
    r"(?:mang|dem|can) (?:theo )?(?:gi|giay|nhung)|(?:viet|lam|gui|nop) don|trinh bao|to giac|to cao|giai quyet|"
    r"ket qua|bao lau|lay lai|boi thuong)\b"
)
"""Questions about a report that the knowledge base may answer; others are for the duty desk."""
ASKS = re.compile(
    r"\?|\b(?:gi|j|dau|o dau|sao|the nao|ntn|bao nhieu|bao lau|may|nao(?! cung)|cach|phai lam)\b"
    r"|\b(?:khong|ko|k|hong|hok|chua|duoc khong|dc k)(?: (?:a|ad|vay|z|v|nhi|ha|em|ban|nha|anh|chi))*\W*$"
)
"""Words of a question, in lower case without accents. Whoever tells what happened without one is reporting it."""
OF_QUESTIONS = frozenset(("gì", "đâu", "ở", "thế", "nào", "cũng", "nhiêu", "lâu", "mấy", "cách", "phải", "làm"))
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


def _only_tried(turn: Conversation) -> bool:
    """Whether nothing is lost yet; in doubt something is, because then the bank has to be called."""
    text = plain(str(turn.message.get("text") or ""))
    return _step(turn) == ATTEMPT or bool(APPROACH.search(text) and not LOSS.search(text))


def _step(turn: Conversation) -> str | None:
    """How far the fraud went that the message tells of: its words, else as the classifier read it."""
    # More about a swindle that was reported counts as done, in doubt.
    told = TOLD_TO.search(turn.folded) if turn.topic != "report_scam" else None
    if told and not DONE.search(turn.folded, told.end()) and not DONE_BEFORE.search(turn.folded[: told.start()]):
        return ATTEMPT
    worded = (case for case, words in STEPS_OF_SCAM.items() if words.search(turn.folded))
    return next(worded, None) or turn.heard.sure_of("case", SCAM)


def _wording(turn: Conversation) -> str:
    """The reply to a report: what is new is added, and who lost nothing yet is not sent to the bank."""
    if told := TOLD.get(turn.heard.detail(FOLLOWS)):
        return told
    if turn.heard.detail(FOLLOWS) == "asks" and turn.heard.intent in HELP:
        return HELP[turn.heard.intent]
    if turn.topic == turn.heard.intent == "report_crime" and turn.heard.detail(FOLLOWS) == "asks":
        return "report_asked"
    if turn.heard.button is None and turn.topic == turn.heard.intent:
        return ADDED.get(turn.heard.intent, "danger_added")
    if turn.heard.intent == "report_scam" and _step(turn) == APP:
        return "report_filed_scam_app"
    if turn.heard.intent == "report_scam" and _only_tried(turn):
        return "report_filed_scam_attempt"
    if turn.heard.intent == "report_crime" and DISORDER.search(turn.folded):
        return "report_filed_disorder"
    return FILED[turn.heard.intent]


def _told_all(turn: Conversation) -> bool:
    """Whether a report already tells what would be asked next; a danger is asked for its address in any case."""
    if turn.heard.intent == "report_scam":
        return says_how_much_and_where_from(turn.folded)
    return turn.heard.intent == "report_crime" and says_when_and_where(turn.folded)


def _asked(turn: Conversation, topic: str) -> Question | None:
    """The question about reporting; None where the answer was given before, or help is needed instead of reading."""
    catalog, on = turn.knowledge.catalog, turn.knowledge.on
    situation = turn.heard.sure_of("situation", topic)
    case = _step(turn) if topic == SCAM else turn.heard.sure_of("case", topic)
    lost = topic == SCAM and case not in (None, ATTEMPT)
    plain = Question(topic, "steps" if lost else "overview", case=case, situation=situation)
    question = led(plain, turn.heard, turn.folded, catalog.procedures[topic], on)
    if turn.topic != turn.heard.intent:
        return question
    found = lost or bool(question.situation or question.lead)
    reads = found or (turn.heard.intent not in URGENT_KINDS and bool(WHAT_TO_DO.search(turn.folded)))
    return question if reads and not already_said(turn, question) else None


def _told(turn: Conversation, topic: str) -> Question | None:
    """What whoever tells more of it has to do now ("đọc mã OTP rồi"), when that was not said yet."""
    case = _step(turn) if topic == SCAM else None
    question = Question(topic, "steps", case=case)
    return question if case and case != ATTEMPT and not already_said(turn, question) else None


class ActionReport(Action):  # type: ignore[misc]
    """Runs for report_crime, report_fire, report_scam and emergency."""

    def name(self) -> str:
        return "action_report"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Conversation(dispatcher, tracker)
        intent = turn.heard.intent
        topic, follows = REPORTS.get(intent), turn.heard.detail(FOLLOWS)
        if follows in ENDS:
            turn.say_reply(ENDS[follows], time=f"{turn.now:%H:%M}")
            outcome = Outcome("small_talk", SMALL_TALK, confidence=round(turn.heard.confidence, 4))
            return turn.done(outcome, SlotSet("topic", None))
        known = topic in turn.knowledge.catalog.procedures
        about = topic if known and (turn.heard.procedure == topic or follows) else None
        if about and follows == "tells" and (told := _told(turn, about)):
            return self._inform(turn, told, report=intent)
        asks = follows == "asks" or (follows != "not_done" and _asks(turn))
        if about and asks and (question := _asked(turn, about)) is not None:
            return self._inform(turn, question)
        buttons = []
        if intent in URGENT_KINDS:
            buttons.append(payload.of_safe(turn.reply("button_safe"), intent))
        if known:
            buttons.append(payload.of_button(Button(NEXT_LABEL, Question(str(topic), "overview"))))
        buttons.append(OFFICER_BUTTON)
        turn.say(turn.reply(_wording(turn), told=_told_all(turn), time=f"{turn.now:%H:%M}"), buttons)
        confidence = round(turn.heard.confidence, 4)
        return turn.done(Outcome("report_filed", KINDS[intent], confidence=confidence, report=intent))

    @staticmethod
    def _inform(turn: Conversation, question: Question, report: str | None = None) -> list[dict[str, Any]]:
        """A question about reporting is answered from the knowledge base; one press files the report."""
        said = answer(question, turn.knowledge.catalog, turn.knowledge.on)
        filed = turn.topic == turn.heard.intent
        first = OFFICER_BUTTON if filed else payload.of_button(Button(FILE_LABEL, act=turn.heard.intent))
        turn.say(said.text, distinct([first, *payload.of_buttons(said.buttons)[:MAX_OTHERS]]))
        kind, confidence = KINDS[turn.heard.intent], round(turn.heard.confidence, 4)
        shown = SlotSet("shown", [*turn.shown, payload.of_question(question)][-SHOWN_LENGTH:])
        status = "report_filed" if report else said.status
        return turn.done(Outcome(status, kind, confidence=confidence, sources=said.sources, report=report), shown)
