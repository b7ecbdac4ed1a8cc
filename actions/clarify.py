"""Ask one question with buttons when a message has two readings or none; the second time, offer an officer."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import payload
from actions.giving import give
from actions.leading import buttons_of
from actions.payload import OFFICER_BUTTON
from actions.reading import Heard, Wanted, leaning, situations
from actions.told import about_a_child
from actions.turn import MENU, PROTESTS, Conversation, Outcome, distinct
from procedures import Button, Question, answer
from procedures.model import Procedure
from procedures.moments import asks_opening_hours
from procedures.nearest import plain

MAX_ASKED_BACK = 1
MENU_BUTTONS = 5
SURE_OF_QUESTION = 0.6
"""Least probability of a question that is kept while the matter is asked for."""
LEAST_LIKELY, CERTAIN = 0.3, 0.85
"""Least probability of a reading that is answered instead of asking a second time; of a case answered at once."""
HOURS_OF, HOURS_ITEMS = "dang_ky_tam_tru", {"cu_tru": "gio_nhan_cu_tru"}
"""The procedure whose hours are told when none was talked about, and the item that tells them."""
LIKELY_ANSWERS = 3
"""How many quick answers are offered to who says that an answer missed the question."""
BEGINS = re.compile(
    r"\b(?:hoi dai dong|dai dong|co (?:cau )?chuyen(?! gi)|chuyen la|kho noi|"
    r"(?:de|cho|nghe) (?:em|e|toi|minh|con|chau|tui|bac|co|chu) (?:ke|noi(?! chuyen voi)|trinh bay)|"
    r"khong biet (?:bat dau|noi|hoi|ke) (?:tu dau|sao|the nao))\b"
)
"""Who is about to tell a story, on folded text."""
LABEL_CHARACTERS = 40
LABEL_WORDS = 4
"""Most words of a message that may stand for one of the buttons under a clarifying question."""


class ActionClarify(Action):  # type: ignore[misc]
    """Runs for messages that are too vague, and when no rule fits."""

    def name(self) -> str:
        return "action_clarify"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Conversation(dispatcher, tracker)
        if picked := picked_in(turn):
            return give(turn, Wanted((picked,)))
        question, named = question_in(turn.heard) or turn.memory.pending, turn.heard.procedure
        if told := told_case(turn):
            return give(turn, Wanted((replace(told, question=question or told.question),)))
        if named in turn.knowledge.catalog.procedures and (turn.asked_back or _follows(turn)):
            return give(turn, Wanted((Question(str(named), question or turn.memory.question or "overview"),)))
        return ask_back(turn, Wanted(question=question))


def question_in(heard: Heard) -> str | None:
    """What a message asks although it is not clear about which matter ("làm lại căn cước hết bao nhiêu tiền")."""
    asked = heard.understanding.get("questions") or []
    return str(asked[0]) if asked and heard.question_sure >= SURE_OF_QUESTION and asked[0] != "overview" else None


def opening_hours(turn: Conversation) -> Question | None:
    """When the desk is open, which is the same for every matter."""
    known = turn.knowledge.catalog.procedures
    name = turn.memory.procedure if turn.memory.procedure in known else HOURS_OF
    if name not in known or not asks_opening_hours(turn.folded):
        return None
    return Question(str(name), "where", first=HOURS_ITEMS.get(known[str(name)].field_name))


def told_case(turn: Conversation) -> Question | None:
    """What a message is about that names one certain case of the likeliest procedure and no more ("quên mật khẩu")."""
    known = turn.knowledge.catalog.procedures
    name = next((name for name, sure in turn.heard.likely if name in known and sure >= LEAST_LIKELY), None)
    case = turn.heard.sure_of("case", name, CERTAIN) if name else None
    return Question(name, "overview", case=case) if name and known[name].case(case) else None


def picked_in(turn: Conversation) -> Question | None:
    """The question of the only button whose label holds the words of a short reply to a clarifying question."""
    said = plain(str(turn.message.get("text") or "")).split()
    if not turn.asked_back or turn.heard.button or not 0 < len(said) <= LABEL_WORDS:
        return None
    labels = [(re.findall(r"\w+", plain(button["title"])), button["payload"]) for button in turn.offered]
    fitting = [shown for label, shown in labels if f" {' '.join(said)} " in f" {' '.join(label)} "]
    return payload.to_question(fitting[0]) if len(fitting) == 1 else None


def _follows(turn: Conversation) -> bool:
    """Whether a message that only names a matter ("gia hạn thì sao") can follow the last answer."""
    return turn.memory.procedure is not None and not turn.heard.detail("choice")


def ask_back(turn: Conversation, want: Wanted) -> list[dict[str, Any]]:
    """One specific question; never twice in a row: the second time an officer is offered instead."""
    if hours := opening_hours(turn):
        return give(turn, Wanted((hours,)))
    matter = turn.knowledge.catalog.procedures.get(str(turn.memory.procedure))
    if matter and turn.heard.understanding.get(PROTESTS):
        return _sorry(turn, matter, want.question)
    if BEGINS.search(turn.folded) and not (want.candidates or turn.heard.button or turn.heard.detail("choice")):
        turn.say(turn.reply("listening"), [OFFICER_BUTTON])
        return turn.done(Outcome("clarified", "ambiguous", confidence=round(turn.heard.confidence, 4)))
    if turn.asked_back and _has_likely(turn, want) and not turn.heard.button:
        return _likeliest(turn, want)
    outcome = Outcome("clarified", "ambiguous", confidence=round(turn.heard.confidence, 4))
    text, buttons = _question(turn, want)
    if turn.asked_back >= MAX_ASKED_BACK and not turn.heard.button:
        text, buttons = turn.reply("still_unclear"), distinct([*buttons[:MENU_BUTTONS], OFFICER_BUTTON])
    turn.say(text, buttons)
    # Whoever opens a menu by its button is finding the way, not unclear.
    asked = turn.asked_back if turn.heard.button else turn.asked_back + 1
    # A question between several matters leans to none of them.
    lean = None if turn.heard.detail("choice") else leaning(turn.heard, turn.knowledge.catalog)
    maybe = turn.memory.procedure or lean
    return turn.done(
        outcome, SlotSet("asked_back", asked), SlotSet("pending", want.question), SlotSet("procedure", maybe)
    )


def _sorry(turn: Conversation, procedure: Procedure, asked: str | None) -> list[dict[str, Any]]:
    """The answer missed the question: say so, offer what the talk may be after, and an officer.

    Args:
        asked: the question that waits for the right matter.
    """
    memory = turn.memory
    child = about_a_child(memory.told.get("age"), memory.case, turn.folded)
    buttons = buttons_of(situations(turn.heard, procedure, child)[:LIKELY_ANSWERS], procedure)
    said = answer(
        Question(procedure.id, memory.question or "overview", case=memory.case),
        turn.knowledge.catalog,
        turn.knowledge.on,
    )
    turn.say(turn.reply("wrong_answer"), distinct([OFFICER_BUTTON, *payload.of_buttons([*buttons, *said.buttons])]))
    outcome = Outcome("clarified", "ambiguous", confidence=round(turn.heard.confidence, 4))
    return turn.done(outcome, SlotSet("asked_back", turn.asked_back + 1), SlotSet("pending", asked))


def _has_likely(turn: Conversation, want: Wanted) -> bool:
    sure = dict(turn.heard.likely)
    return bool(want.candidates) and sure.get(want.candidates[0], 0.0) >= LEAST_LIKELY


def _likeliest(turn: Conversation, want: Wanted) -> list[dict[str, Any]]:
    """Asked once already: the likeliest reading, which the answer names, with the others as buttons."""
    first, *others = _readings(turn, want)
    return give(turn, Wanted((first,)), extra=payload.of_buttons([_button(turn, other) for other in others]))


def _readings(turn: Conversation, want: Wanted) -> list[Question]:
    return [Question(name, want.question or "overview") for name in want.candidates]


def _button(turn: Conversation, question: Question) -> Button:
    return Button(turn.knowledge.catalog.procedures[question.procedure].name[:LABEL_CHARACTERS], question)


def _question(turn: Conversation, want: Wanted) -> tuple[str, list[dict[str, str]]]:
    catalog = turn.knowledge.catalog
    choice = catalog.choices.get(turn.heard.detail("choice"))
    if choice:
        return choice.question, payload.of_choice(choice, question=want.question)
    if turn.asked_back and want.question and not want.candidates and turn.offered:
        return turn.reply("still_unclear"), [_ask_instead(button, want.question) for button in turn.offered]
    menu = catalog.choices.get(MENU)
    buttons = payload.of_choice(menu, question=want.question) if menu else [OFFICER_BUTTON]
    if not want.candidates:
        return menu.question if menu else turn.reply("which_procedure"), buttons
    close = [_button(turn, reading) for reading in _readings(turn, want)]
    # A single likely reading is offered next to the menu.
    rest = buttons[:MENU_BUTTONS] if len(close) == 1 else []
    return turn.reply("which_procedure"), distinct([*payload.of_buttons(close), *rest])


def _ask_instead(button: dict[str, str], question: str) -> dict[str, str]:
    """A button offered before, for the question asked now."""
    ask = payload.to_question(button["payload"])
    return {**button, "payload": payload.of_question(replace(ask, question=question))} if ask else button
