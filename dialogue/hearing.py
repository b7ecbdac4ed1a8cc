"""Read a message before and around the model: what is no question at all, typed buttons, polite openings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from actions.payload import of_question
from actions.told import BORN, EXPIRES, MADE
from components.talk import Talk
from components.text import fold
from handoff.store import URGENT_KINDS
from procedures import Question
from procedures.model import Catalog, short_name
from procedures.moments import age_of_birth, birthday, day_of_expiry, made_on, still_to_run_out
from procedures.wording import BUTTONS, MORE
from storage.turns import TEXT_CHARACTERS

ATTACHMENT = re.compile(r"\[[^\[\]]{1,40}\]|https?://\S+", re.IGNORECASE)
"""What channels send in place of a picture, a file or a voice message, and a bare link."""
TYPED_NUMBER = re.compile(r"(?:(?:chon|so|muc|nut|y|cai|thu|cau) ){0,3}(\d{1,2})(?: (?:a|nhe|nha|di|em|ad))*")
POLITE = frozenset({"greet", "thanks", "goodbye", "affirm", "chitchat"})
CORRECTION = "correct"
ASIDE = frozenset({"gibberish", "chitchat", "deny"})
TELLING = frozenset({"age", "stay", "loss", "dwelling", "person", "state", "validity"})
"""Acts that a bare "7 tuổi" or "sai rồi, chưa hết hạn" is taken for, and what tells about the citizen's case."""
VAGUE = frozenset({"unclear", "gibberish", "ask_help", "deny", "start_over"})
CLAUSE = re.compile(r"[,.;!?\n]+|\b(?=cho (?:\w+ )?(?:hỏi|hoi)\b)", re.IGNORECASE)
CLAUSE_WORDS, SURE_CLAUSE, SURE_ALARM_CLAUSE = 2, 0.5, 0.75
"""Least words of a clause, and least probability of what it says for who greets or thanks; of an alarm amid a talk."""
SURE_MATTER, LIKELY_QUESTION = 0.8, 0.3
"""Least probabilities of a procedure and of a question for reading a greeting as a question about the procedure."""
COMMON_LABELS, WORDS_OF_OWN_LABEL = frozenset({*BUTTONS.values(), MORE}), 3
"""Labels under nearly every answer, and how long one has to be to mean the answer it stood under."""
NUMBER_OF_NOTHING = "/unclear"
COMMAND = re.compile(r"\s*[/#][a-z_]+\s*(?:\{.*)?", re.IGNORECASE | re.DOTALL)
"""A command or payload typed by hand: text that means nothing."""
NOT_THAT = re.compile(
    r"(?:\b(?:chứ|chớ|chu|cho)\s+)?\b(?:không|khong|ko|k|hông|hong|hổng|đâu|dau)\s+(?:phải|phai)\s+(?:là\s+)?[^,.;!?\n]*",
    re.IGNORECASE,
)
"""What a correction says it is not about: "tạm trú chứ không phải tạm vắng"."""
DENIED = re.compile(
    r"\b(?:không|khong|ko|k|hông|hong|hổng)\s+(?:phải|phai)\s+(?!không|khong|ko|làm|lam|đi|di|đăng|dang)(?:\w+\s*){1,4}",
    re.IGNORECASE,
)
"""What is told not to be so; "không phải làm" asks whether one has to."""


EMOJI_ACTS = {"affirm": "👍👌✅🆗💯🤝", "thanks": "🙏❤💕💗🥰😍😘💐🌹🌸😊☺🙂"}
"""What a message of nothing but pictures says; any other picture is small talk."""


class Parses(Protocol):
    """What is needed of `dialogue.brain.Brain` here."""

    async def understand(self, text: str, talk: Talk | None = None) -> dict[str, Any]: ...


def unreadable(text: str) -> str | None:
    """The reply to a text that holds no question: nothing, too much, or only what stands for a picture or a link."""
    if not text.strip():
        return "empty"
    if len(text) > TEXT_CHARACTERS:
        return "too_long"
    return "attachment" if ATTACHMENT.fullmatch(text.strip()) else None


def typed_button(text: str, offered: list[dict[str, str]]) -> str | None:
    """The payload of the button whose number ("2", "số 2", "cái thứ 2 ạ") or label was typed."""
    if COMMAND.fullmatch(text):
        return NUMBER_OF_NOTHING
    wanted = fold(text)
    number = TYPED_NUMBER.fullmatch(wanted)
    if number and 1 <= int(number[1]) <= len(offered):
        return offered[int(number[1]) - 1]["payload"]
    if number:
        return NUMBER_OF_NOTHING
    return typed_label(text, offered)


def typed_label(text: str, offered: list[dict[str, str]]) -> str | None:
    """The payload of the button whose label was typed, the first of several."""
    wanted = fold(text)
    return next((button["payload"] for button in offered if wanted and fold(button["title"]) == wanted), None)


def typed_earlier(text: str, offered: list[dict[str, str]]) -> str | None:
    """The payload of a button under an older reply; a short or common label ("có", "lệ phí") is about the newest."""
    own = [button for button in offered if button["title"] not in COMMON_LABELS]
    return typed_label(text, own) if len(fold(text).split()) >= WORDS_OF_OWN_LABEL else None


def typed_name(text: str, catalog: Catalog, slots: Mapping[str, Any]) -> str | None:
    """The payload of what was typed as the answers call it: a case or quick answer of the matter, or a procedure.

    An answer names its other cases in words ("Trường hợp khác: Nhà đã bán, sang tên"), and asks for one of them.
    """
    wanted = fold(text)
    matter = catalog.procedures.get(str(slots.get("procedure")))
    if not wanted:
        return None
    if matter is not None:
        asked = str(slots.get("pending") or slots.get("question") or "overview")
        for case in matter.cases:
            if fold(case.label) == wanted:
                return of_question(Question(matter.id, asked, case=case.id))
        for one in matter.situations:
            if fold(one.label) == wanted:
                return of_question(Question(matter.id, one.question, case=slots.get("case"), situation=one.id))
    named = (one for one in catalog.procedures.values() if wanted in (fold(one.name), fold(short_name(one.name))))
    return next((of_question(Question(one.id, str(slots.get("pending") or "overview"))) for one in named), None)


async def understood(text: str, brain: Parses, talk: Talk | None = None) -> dict[str, Any]:
    """Parse data of a text said after `talk`; where it greets or thanks and asks as well, of what it asks."""
    if not fold(text) and (act := _emoji_act(text)):
        return {"text": text, "intent": {"name": act, "confidence": 1.0}, "entities": []}
    parsed = await brain.understand(text, talk)
    if parsed["intent"]["name"] == CORRECTION:
        return await _corrected(parsed, text, brain, talk)
    if parsed["intent"]["name"] not in POLITE:
        return _told(parsed)
    if (whole := _asks_as_well(parsed)) is not None:
        return whole
    clauses = [clause for clause in CLAUSE.split(text) if len(clause.split()) >= CLAUSE_WORDS]
    for clause in sorted(clauses, key=len, reverse=True):
        part = await brain.understand(clause, talk) if clause != text else parsed
        least = SURE_ALARM_CLAUSE if talk and part["intent"]["name"] in URGENT_KINDS else SURE_CLAUSE
        if part["intent"]["name"] not in POLITE | VAGUE and part["intent"]["confidence"] >= least:
            return {**part, "text": text}
    return _told(parsed)


def _asks_as_well(parsed: dict[str, Any]) -> dict[str, Any] | None:
    """A greeting that tells of one of our matters, as a question about it; None for any other."""
    meaning = parsed.get("understanding") or {}
    acts, procedures = dict(meaning.get("acts") or []), meaning.get("procedures") or [("none", 0.0)]
    name, sure = procedures[0]
    if name == "none" or sure < SURE_MATTER or acts.get("ask", 0.0) < LIKELY_QUESTION:
        return None
    intent = {"name": f"ask_{meaning['questions'][0]}", "confidence": acts["ask"]}
    return {**parsed, "intent": intent}


def _emoji_act(text: str) -> str | None:
    """The act of a message without a letter or a number, or None when it has no picture either ("???")."""
    pictures = [sign for sign in text if unicodedata.category(sign) == "So"]
    acts = (act for act, signs in EMOJI_ACTS.items() if any(sign in signs for sign in pictures))
    return next(acts, "chitchat") if pictures else None


def _told(parsed: dict[str, Any]) -> dict[str, Any]:
    """The parse data; an aside that tells an age, a number of days and the like tells the case."""
    if parsed["intent"]["name"] not in ASIDE or not tells(parsed):
        return parsed
    return {**parsed, "intent": {**parsed["intent"], "name": "inform_case"}}


def tells(parsed: Mapping[str, Any]) -> bool:
    """Whether a message tells something about the citizen's case."""
    return any(entity["entity"] in TELLING for entity in parsed.get("entities") or [])


def undenied(parsed: dict[str, Any], text: str) -> dict[str, Any]:
    """The parse data without what the message says that it is not: "nhà mua, không phải nhà thuê"."""
    denied = [found.span() for found in DENIED.finditer(text)]
    if not denied:
        return parsed

    def holds(entity: Mapping[str, Any]) -> bool:
        start = entity.get("start", -1)
        return entity["entity"] not in TELLING or not any(first <= start < last for first, last in denied)

    return {**parsed, "entities": [entity for entity in parsed.get("entities") or [] if holds(entity)]}


def with_age(parsed: dict[str, Any], age: int | None) -> dict[str, Any]:
    """The parse data with an age that was told as a year of birth, unless one was told as such."""
    entities = parsed.get("entities") or []
    if age is None or any(entity["entity"] == "age" for entity in entities):
        return parsed
    return _told({**parsed, "entities": [*entities, {"entity": "age", "value": str(age)}]})


def with_told_days(parsed: dict[str, Any], folded: str, today: date) -> dict[str, Any]:
    """The parse data with the age and the days that the folded text tells, as entities."""
    dated = with_expiry(with_age(parsed, age_of_birth(folded, today)), still_to_run_out(folded, today))
    ends = day_of_expiry(folded, today)
    days = {BORN: birthday(folded), MADE: made_on(folded), EXPIRES: ends.isoformat() if ends else None}
    found = [{"entity": name, "value": value} for name, value in days.items() if value]
    return {**dated, "entities": [*(dated.get("entities") or []), *found]} if found else dated


EXPIRY = ("het_han", "sap_het_han")


def with_expiry(parsed: dict[str, Any], to_come: bool | None) -> dict[str, Any]:
    """The parse data, where what "runs out" does so on a day that is still to come, or already past."""
    if to_come is None:
        return parsed
    found, value = parsed.get("entities") or [], "sap_het_han" if to_come else "het_han"
    return {**parsed, "entities": [{**one, "value": value} if one["value"] in EXPIRY else one for one in found]}


async def _corrected(parsed: dict[str, Any], text: str, brain: Parses, talk: Talk | None) -> dict[str, Any]:
    """A correction, with the matter of what is left when the matter it denies is taken out."""
    kept = NOT_THAT.sub(" ", text)
    if kept == text or len(kept.split()) < CLAUSE_WORDS:
        return parsed
    part = await brain.understand(kept, talk)
    named = any(entity["entity"] == "procedure" for entity in part.get("entities") or [])
    return {**part, "text": text, "intent": parsed["intent"]} if named else parsed
