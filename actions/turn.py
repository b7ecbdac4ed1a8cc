"""What every action shares: reading the tracker, saying a reply, and leaving the outcome for the turn pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import payload
from actions.knowledge import Knowledge, current
from actions.payload import OFFICER_BUTTON
from actions.reading import HOTLINE, Heard, Memory, heard_from
from procedures import Question
from procedures.wording import filled
from storage.settings import TIME_ZONE, local_now

SHOWN_LENGTH = 6
MENU = "menu"
SMALL_TALK = "smalltalk"
ASK_MORE = "ask_more"
"""The reply that asks for more when the place and the time are known."""
REPORTS: Mapping[str, str | None] = {
    "report_crime": "to_giac_toi_pham", "report_fire": "bao_chay", "report_scam": "lua_dao", "emergency": None,
}  # fmt: skip
"""Every kind of report with the procedure that answers questions about it."""
FOLLOWS = "follows"
"""How a message goes on about an open report: from the button pressed, else as `dialogue/open_report.py` read it."""
PROTESTS = "protests"
"""Key of the understanding: the message only says that the answer missed the question."""
TOPICS = frozenset({*REPORTS, "ask_status"})
"""Acts that what follows is likely to go on about; small talk in between does not end them."""
KINDS = {
    "request_officer": "handoff",
    "complaint": "complaint",
    "report_crime": "report_crime",
    "report_fire": "report_fire",
    "report_scam": "report_scam",
    "emergency": "emergency",
    "ask_status": "status",
    "out_of_scope": "out_of_scope",
    "unclear": "ambiguous",
    "gibberish": "ambiguous",
}
"""What the bot took a message for, by intent; every other act is small talk, every question a procedure."""


@dataclass(frozen=True)
class Outcome:
    """How a turn ended, as the pipeline records it. `officer` is the reason a request is filed for."""

    status: str
    kind: str
    procedure: str | None = None
    question: str | None = None
    case: str | None = None
    confidence: float = 0.0
    sources: tuple[str, ...] = ()
    officer: str | None = None
    report: str | None = None


def distinct(buttons: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """The buttons, each label once."""
    kept: dict[str, dict[str, str]] = {}
    for button in buttons:
        kept.setdefault(button["title"], button)
    return list(kept.values())


class Conversation:
    """One run of one action: the tracker read, the knowledge of the moment, and the way to answer."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        self.dispatcher, self.tracker = dispatcher, tracker
        self.message: dict[str, Any] = tracker.latest_message or {}
        self.heard: Heard = heard_from(self.message)
        self._told: dict[str, Any] = self.message.get("metadata") or {}
        self.now = _moment(self._told)
        self.knowledge: Knowledge = current(self.now)

    @property
    def memory(self) -> Memory:
        slot = self.tracker.get_slot
        return Memory(slot("procedure"), slot("case"), slot("question"), slot("pending"), slot("told") or {})

    @property
    def asked_back(self) -> int:
        """How many clarifying questions in a row came before this message."""
        return int(self.tracker.get_slot("asked_back") or 0)

    @property
    def topic(self) -> str | None:
        """The report or look at progress that the conversation is about."""
        topic = self.tracker.get_slot("topic")
        return str(topic) if topic else None

    @property
    def shown(self) -> list[str]:
        """Payloads of the latest answers, newest last."""
        return list(self.tracker.get_slot("shown") or [])

    @property
    def earlier(self) -> list[Question]:
        """The latest questions answered, newest last, as far as they can still be answered."""
        known = self.knowledge.catalog.procedures
        questions = [payload.to_question(shown) for shown in self.shown]
        return [question for question in questions if question and question.procedure in known]

    @property
    def folded(self) -> str:
        """The message in lower case without accents, abbreviations written out."""
        return str(self._told.get("folded") or "")

    @property
    def offered(self) -> list[dict[str, str]]:
        """The buttons under the newest reply, which this message may be about."""
        return list(self._told.get("offered") or [])

    @property
    def asked_day(self) -> date | None:
        """The later day the message asks about ("năm 2027"), which matters for what is paid."""
        day = self._told.get("day")
        return date.fromisoformat(day) if day else None

    @property
    def waiting(self) -> bool:
        """Whether the citizen already waits for an officer."""
        return bool(self._told.get("waiting"))

    def reply(self, name: str, *, told: bool = False, **values: str) -> str:
        """The wording of a short reply with its next question; `values` fill its placeholders.

        Args:
            told: whether what it would ask was told already; then anything more is asked for.

        Raises:
            KeyError: `data/replies` has no reply of that id.
        """
        replies = self.knowledge.catalog.replies
        known = replies[name]
        ask = replies[ASK_MORE].text if known.ask and told else known.ask
        return filled("\n".join(part for part in (known.text, ask) if part), values)

    def menu(self) -> list[dict[str, str]]:
        choice = self.knowledge.catalog.choices.get(MENU)
        return payload.of_choice(choice, question=None) if choice else []

    def say(self, text: str, buttons: Sequence[dict[str, str]] = ()) -> None:
        self.dispatcher.utter_message(text=text, buttons=list(buttons) or None)

    def say_reply(self, name: str, **values: str) -> None:
        """Say a short reply with the buttons that its file names; `values` fill its placeholders."""
        buttons: list[dict[str, str]] = []
        for kind in self.knowledge.catalog.replies[name].buttons:
            buttons += self.menu() if kind == MENU else [OFFICER_BUTTON] if kind == "officer" else []
        self.say(self.reply(name, told=False, **values), distinct(buttons))

    def done(self, outcome: Outcome, *events: dict[str, Any]) -> list[dict[str, Any]]:
        """The events that end the action: memory changes and the outcome. Only `events` can keep a question open."""
        closed = [SlotSet("asked_back", 0), SlotSet("pending", None)]
        if outcome.kind != SMALL_TALK:
            closed.append(SlotSet("topic", self.heard.intent if self.heard.intent in TOPICS else None))
        return [*closed, *events, SlotSet("last", outcome.kind), SlotSet("outcome", asdict(outcome))]

    def remember(self, questions: Sequence[Question], told: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        """Slots after answering: a follow-up refers to the last question. Telephone numbers interrupt nothing.

        Args:
            told: what is known of the person in question; None leaves what was known.
        """
        last = questions[-1]
        shown = [*self.shown, *(payload.of_question(question) for question in questions)][-SHOWN_LENGTH:]
        if self.heard.intent == HOTLINE:
            return [SlotSet("shown", shown)]
        return [
            SlotSet("procedure", last.procedure),
            SlotSet("case", last.case),
            SlotSet("question", last.question),
            SlotSet("shown", shown),
            *([] if told is None else [SlotSet("told", dict(told))]),
        ]


def _moment(told: dict[str, Any]) -> datetime:
    """When the message arrived; the pipeline passes it on so that answers can be repeated."""
    at = told.get("at")
    return datetime.fromisoformat(at).astimezone(TIME_ZONE) if at else local_now()
