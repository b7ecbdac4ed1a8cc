"""Weigh the conversation in: after an answer, a short question is mostly about the same matter.

A message that follows others was read as the next one of the conversation (`components/talk.py`); what it is after an
answer, whether it leaves the matter and what it asks is decided there. Before any matter came up that reading only
decides when it is sure; else the probabilities of the acts are multiplied by how much likelier they are after a report
or a clarifying question; those weights were chosen on data/development.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from actions.officer import COMPLAINT, asks_for_desk_number
from actions.payload import to_question
from actions.reading import HOTLINE
from actions.turn import PROTESTS, SMALL_TALK
from components.phrases import names_any, phrases
from components.talk import GROUPS, INTENTS, PROCEDURE, TELLS, Talk
from dialogue.hearing import ASIDE, tells
from handoff.store import URGENT_KINDS

ASK, ASK_PREFIX, NONE, UNCLEAR = "ask", "ask_", "none", "unclear"
OUT_OF_SCOPE, CHITCHAT, ASK_STATUS, INFORM = "out_of_scope", "chitchat", "ask_status", "inform_case"
TOPIC, ASKED_BACK, LAST, SHOWN, QUESTION = "topic", "asked_back", "last", "shown", "question"
MATTER, STATUS = "procedure", "status"
TALK = "talk"
"""Key of the understanding: the message read as the next one of the talk."""
AFTER_TOPIC: Mapping[str, float] = {UNCLEAR: 0.2, "gibberish": 0.3, OUT_OF_SCOPE: 0.5, CHITCHAT: 0.5}
SAME_TOPIC = 4.0
"""How much likelier each act is after a report or a question about one's own progress, and more of the same."""
AFTER_QUESTION: Mapping[str, float] = {ASK: 2.0, INFORM: 2.0, UNCLEAR: 0.7}
"""The same after a clarifying question of the bot."""
RETURNED = re.compile(r"\b(?:bi|da|moi|vua)(?: \w+)? tra(?: lai| ve)?\b|\btra lai\b.*\bthieu\b|\btu choi\b")
"""An application that came back, on folded text: what it lacks are papers."""
LOOKS_BACK = frozenset({"start_over", "repeat", "not_understood", "more", "go_back"})
BY_THEMSELVES = frozenset({HOTLINE, "compare"})
"""Acts with matters of their own."""
CALLS = re.compile(r"\bgoi (?:so|ai|cho ai|dau|den dau|toi dau)\b|\bso nao\b")
HOTLINES = re.compile(
    r"\b(?:11\d|1900\w*|khan cap|cap cuu|cuu hoa|chay|pccc|tong dai|duong day nong|hotline|nguy hiem|trom|cuop|giat|"
    r"danh|dam|chem|tai nan|ngat|xiu|chet|mau|xam hai|hiep|"
    r"bao hanh|de doa|lac|mat tich|duoi nuoc|cong an|benh|no|do|sap)\b"
)
"""Whom to call; and words of an emergency number, a hotline or anything that may need one. On folded text."""
WORDS_OF_A_CALL = 12
"""Most words of a message that only asks whom to call about the matter talked about."""
AT_END = re.compile(r"\b(?:ha|hay|khong|sao|a)$")
START_OVER, SURE_OF_ACT = "start_over", 0.5
"""Acts that look back at the conversation, or aside, by themselves, when they are at least so sure."""
CORRECT, WORDS_THAT_TELL, SURE_OF_QUESTION = "correct", 7, 0.8
WRONG_ANSWER = re.compile(r"\b(?:nham|sai roi|khong phai (?:cai|thu tuc|vu|viec|cau)(?: nay| do| kia))\b")
"""A correction that only says that the answer was wrong, on folded text; so do those of fewer words."""
_I = "(?:em|e|toi|minh|con|chau|tui|chi|anh|co|chu|bac|t)"
PROTEST = re.compile(
    r"\b(?:tra loi|noi|hieu|doc) (?:\w+ )?(?:khong|sai|lac|chang|cha|chua) (?:\w+ )?(?:dung|trung|vao|ky|de|y|hieu)\b"
    rf"|\bkhong (?:dung|trung|phai) (?:cau|y|cai|dieu) {_I}(?: \w+)? (?:hoi|muon|can)\b"
    r"|\bhoi (?:1|mot) (?:dang|kieu)\b|\btra loi (?:lung tung|linh tinh|vong vo|tao lao|lac de|sai)\b"
    r"|\b(?:doc|xem|nghe) (?:lai |cho )?ky (?:giup|lai|di|gium|ho|dum|cau)\b|\blac de (?:roi|a|qua)\b"
)
"""Words that only say that an answer missed the question, on folded text; longer messages say what was meant."""
WORDS_OF_PROTEST = 13
NO_COMPLAINT = re.compile(
    r"\b(?:khong (?:phai (?:la )?|co y |he |dinh )|dau (?:phai (?:la )?|dinh ))"
    r"(?:phan anh|to cao|khieu nai|che trach|phan nan)\b"
    r"|\b(?<!o )(?:dau|khong) co (?:phan anh|to cao|khieu nai|che trach|phan nan) (?:gi|ai|viec gi)\b"
)
LEFT_OF_COMPLAINT, LEAST_LEFT = frozenset({ASK, INFORM, *GROUPS["small"]}), 0.1
"""Who says that nothing was meant as a complaint, on folded text; what it may be instead, and how likely at least."""
SCAM, SURE_SCAM = "report_scam", 0.9
SWINDLE = re.compile(
    r"\b(?:co (?:nguoi|so|ai|dua)(?: \w+){0,3} (?:goi|nhan tin|nhan)|(?:bi|duoc) (?:nguoi la|so la) goi|"
    r"link|duong dan|lua dao|lua khong|gia danh|xung (?:la )?(?:cong an|can bo)|otp|app la|apk|bam (?:vo|vao)|"
    r"(?:chuyen|ck|nop|gui|dong) (?:\w+ )?(?:tien|khoan|\d+ ?(?:k|tr|trieu|nghin)))\b"
)
"""Probability of a scam in a text taken alone, and words of one, that count whatever was talked about."""
SURE_BEFORE_ANY = 0.6
"""Probability of a kind from which the heads of talks decide before any procedure came up."""
LEAST_ACT = 0.35
"""Least weighed probability for taking another act than the classifier did."""
MOVES, MOVES_NAMELESS, MOVES_TELLING, MAY_TELL = 0.6, 0.7, 0.9, 0.2
"""Probability from which a message leaves the matter; without a word of any of our matters; when it may only tell ("tạm
trú em làm rồi"); and from which it may."""
ANSWERED_HERE, MOVES_ANSWERED, SURELY_HERE = 0.5, 0.8, 0.9
"""Least probability of a quick answer of the matter talked about, likelier than any of the other one, and how likely
the talk has to have moved to leave all the same; and from which it holds what names another matter as done. With
`MAY_TELL` 1,769 of 1,852 messages of talks never learned are about the right procedure, without 1,757."""
DONE = re.compile(r"\b(?:roi|xong|chua|truoc gio|van con|con han)\b")
OF_CARDS = ("cap_", "dinh_danh", "tich_hop", "xac_nhan_so")
"""Words of what was done already, or not yet, on folded text; and how procedures about cards begin."""
ANSWERED_THERE: tuple[tuple[float, float, float], ...] = ((0.3, 0.3, 1.0), (0.2, 0.7, 2.0))
"""A question leaves from such a probability on, too, when a quick answer of the other matter is so likely, and so many
times likelier than any of the matter talked about. Chosen on data/development and two writers held out: of 1,613
messages the matter is right in 1,491 instead of 1,475."""
PLAINLY_NAMED, PLAINLY_MOVED = 0.95, 0.15
"""Least probabilities of another procedure in the text alone, and of having moved, from which a question is about it.
Of 23 such messages of 1,247 of talks never learned, 15 were about it and 11 could be about the matter before."""
PLACES = re.compile(r"\b(?:o|cho|noi|noi o) (?:dang )?(?:tam tru|thuong tru)\b")
"""A place named by the kind of residence there ("đổi ở chỗ tạm trú được không" asks of a card), on folded text."""
GOES_BACK = re.compile(
    r"\b(?:quay lai|tro lai|quay ve) (?:\w+ )?(?:vu|chuyen|viec|cai|phan)\b|^(?:the )?con (?:vu|viec|cai) "
)
"""Who says that the talk goes back to another matter, on folded text."""
ANSWERED = 0.75
"""How likely a message has moved that names another matter, or that a quick answer of one fits."""
ASIDES = frozenset({SMALL_TALK, COMPLAINT, STATUS})
ANSWERED_MAYBE, MAYBE_ABOUT_IT, PLAIN_COMPLAINT = 0.25, 0.1, 0.5
"""Kinds of a message that is about the matter after all when a quick answer of it is so likely, and that it is about
the matter; but a complaint from such a probability on is one. Of 170 such messages of talks never learned 5 change, all
rightly."""
SISTERS: Mapping[tuple[str, str], str] = {
    ("dang_ky_thuong_tru", "xoa_dang_ky_tam_tru"): "xoa_dang_ky_thuong_tru",
    ("dang_ky_tam_tru", "xoa_dang_ky_thuong_tru"): "xoa_dang_ky_tam_tru",
    ("xoa_dang_ky_thuong_tru", "dang_ky_tam_tru"): "dang_ky_thuong_tru",
    ("xoa_dang_ky_tam_tru", "dang_ky_thuong_tru"): "dang_ky_tam_tru",
}
"""What "thế chỗ cũ thì sao" is about after a registration, when the text names neither kind of residence."""
KIND_OF_RESIDENCE = re.compile(r"\b(?:tam tru|thuong tru|ho khau|nhap khau|cat khau|chuyen khau|khau|tro|thue|ktx)\b")


def talk_before(slots: Mapping[str, Any] | None, said: tuple[str, ...] = (), about: str | None = None) -> Talk | None:
    """What was said before; None for the first message.

    Args:
        said: the citizen's last messages, newest last.
        about: the procedure about reports that an open one belongs to.
    """
    known = slots or {}
    last, matter, topic = (str(known.get(name) or "") for name in (LAST, MATTER, TOPIC))
    if not last:
        return None
    asked = [to_question(payload) for payload in reversed(known.get(SHOWN) or [])]
    before = dict.fromkeys(one.procedure for one in asked if one and one.procedure != matter)
    question = str(known.get(QUESTION) or "overview") if matter else ""
    topic = STATUS if topic == ASK_STATUS else topic
    return Talk(matter, question, last, tuple(before) if matter else (), said, topic, about or "")


def in_context(parsed: dict[str, Any], slots: Mapping[str, Any] | None, folded: str) -> dict[str, Any]:
    """The parse data of a typed message, read after what was said before (the slots of the conversation).

    Args:
        folded: the text in lower case without accents, abbreviations written out.
    """
    slots, understanding = slots or {}, parsed.get("understanding") or {}
    heard_as = (parsed["intent"]["name"], next_kind(understanding)[0])
    if understanding.get("acts") and COMPLAINT in heard_as and NO_COMPLAINT.search(folded):
        parsed = _no_complaint(parsed)
        understanding = parsed["understanding"]
    intent = parsed["intent"]
    looks_back = intent["name"] in LOOKS_BACK and intent["confidence"] >= SURE_OF_ACT
    if not understanding.get("acts"):
        return parsed
    talk = understanding.get(TALK)
    matter = slots.get(MATTER)
    if matter and talk and PROTEST.search(folded) and len(folded.split()) <= WORDS_OF_PROTEST and not tells(parsed):
        return _protested(parsed)
    if intent["name"] == HOTLINE and asks_for_desk_number(folded):
        return {**parsed, "intent": {**intent, "name": "request_officer"}}
    if (
        intent["name"] in BY_THEMSELVES
        and intent["confidence"] >= SURE_OF_ACT
        and not _number_of_the_matter(talk, folded)
    ):
        return parsed
    if talk is None or not matter:
        return parsed if looks_back else _opening(_weighed(parsed, slots))
    result = _about(parsed, _moving(parsed, slots, folded))
    # "giờ làm lại từ đầu hả" asks about the matter; "làm lại từ đầu đi" starts the talk anew.
    asks = talk["kinds"][0][0] == PROCEDURE and AT_END.search(folded)
    looks_back = looks_back and not (intent["name"] == START_OVER and asks)
    if looks_back or intent["name"] in URGENT_KINDS:
        return result
    if intent["name"] == CORRECT:
        named = any(entity["entity"] == "procedure" for entity in parsed.get("entities") or [])
        return parsed if named or talk["moved"] > MOVES else _told_more(result, understanding, folded)
    return {**result, "intent": _next(parsed, talk, folded, str(matter))}


def _no_complaint(parsed: dict[str, Any]) -> dict[str, Any]:
    """The parse data of a message that is no complaint, where it may be a question, a fact or small talk."""
    understanding = parsed["understanding"]
    acts = [one for one in understanding["acts"] if one[0] in LEFT_OF_COMPLAINT and one[1] >= LEAST_LEFT]
    if not acts:
        return parsed
    kinds = [one for one in next_kinds(understanding) if one[0] in (PROCEDURE, TELLS, SMALL_TALK)]
    talk = {TALK: {**understanding[TALK], "kinds": kinds}} if kinds else {}
    result = {**parsed, "understanding": {**understanding, "acts": acts, **talk}}
    if parsed["intent"]["name"] != COMPLAINT:
        return result
    act, sure = acts[0]
    name = ASK_PREFIX + understanding["questions"][0] if act == ASK and understanding["questions"] else act
    return {**result, "intent": {"name": name, "confidence": sure}}


def _number_of_the_matter(talk: Mapping[str, Any] | None, folded: str) -> bool:
    """Whether "gọi số nào" amid a talk goes on about its matter instead of asking for an emergency number."""
    if talk is None or talk["kinds"][0][0] != PROCEDURE or len(folded.split()) > WORDS_OF_A_CALL:
        return False
    return CALLS.search(folded) is not None and HOTLINES.search(folded) is None


def _moving(parsed: Mapping[str, Any], slots: Mapping[str, Any], folded: str) -> dict[str, Any]:
    """The reading, staying with the matter when nothing names another one, and of the right kind of residence."""
    talk: dict[str, Any] = parsed["understanding"][TALK]
    matter = str(slots.get(MATTER))
    telling = _only_tells(talk, matter, folded)
    details = parsed["understanding"].get("details") or {}
    named = None if PLACES.search(folded) else _plainly_named(parsed, talk, matter)
    held = named is None or (DONE.search(folded) is not None and _likeliest(details, matter) >= SURELY_HERE)
    here = held and not GOES_BACK.search(folded) and _answered_here(talk, details, matter)
    if here or (telling and talk["moved"] <= MOVES_TELLING):
        return {**talk, "moved": 0.0}
    if named and not telling:
        talk = {**talk, "other": named, "moved": max(talk["moved"], ANSWERED)}
    elif not telling and _answered_there(talk, details, matter):
        talk = {**talk, "moved": max(talk["moved"], ANSWERED)}
    elif not names_any(phrases().matters, folded) and talk["moved"] <= MOVES_NAMELESS:
        return {**talk, "moved": 0.0}
    sister = None if KIND_OF_RESIDENCE.search(folded) else SISTERS.get((matter, talk["other"]))
    return {**talk, "other": sister or talk["other"]}


def _plainly_named(parsed: Mapping[str, Any], talk: Mapping[str, Any], matter: str) -> str | None:
    """Another procedure that the text alone is certainly about, when the talk may have moved, too."""
    name, sure = (parsed["understanding"].get("procedures") or [(NONE, 0.0)])[0]
    plain = sure >= PLAINLY_NAMED and talk["moved"] >= PLAINLY_MOVED
    return str(name) if plain and name not in (NONE, matter) else None


def _likeliest(details: Mapping[str, Any], procedure: str) -> float:
    """Probability of the likeliest quick answer of a procedure."""
    ranked = details.get(f"situation/{procedure}") or []
    return max((float(sure) for name, sure in ranked if name != NONE), default=0.0)


def _only_tells(talk: Mapping[str, Any], matter: str, folded: str) -> bool:
    """Whether a message may only tell of the case: surely, or maybe and the other matter is near or done."""
    maybe = dict(talk["kinds"]).get(TELLS, 0.0) >= MAY_TELL
    neighbours = matter.startswith(OF_CARDS) == str(talk["other"]).startswith(OF_CARDS)
    return bool(talk["kinds"][0][0] == TELLS or (maybe and (neighbours or DONE.search(folded))))


def _answered_here(talk: Mapping[str, Any], details: Mapping[str, Any], matter: str) -> bool:
    """Whether a quick answer of the matter talked about fits a message better than any of the other one does."""
    here = _likeliest(details, matter)
    return talk["moved"] <= MOVES_ANSWERED and here >= max(ANSWERED_HERE, _likeliest(details, talk["other"]))


def _answered_there(talk: Mapping[str, Any], details: Mapping[str, Any], matter: str) -> bool:
    """Whether a quick answer of the other matter fits a message, and none of the matter talked about does."""

    there, here = _likeliest(details, talk["other"]), _likeliest(details, matter)
    return any(
        talk["moved"] > moved and there >= least and there >= times * here for moved, least, times in ANSWERED_THERE
    )


def _about(parsed: dict[str, Any], talk: Mapping[str, Any]) -> dict[str, Any]:
    """The parse data with the procedure that the message moves to, or none when it stays with the matter."""
    moved = talk["moved"] > MOVES and talk["other"] != NONE
    entities = [entity for entity in parsed.get("entities") or [] if entity["entity"] != "procedure"]
    entities += [{"entity": "procedure", "value": talk["other"]}] if moved else []
    question, sure = talk["questions"][0]
    asked = [question, *(one for one in parsed["understanding"]["questions"] if one != question)]
    several = len(parsed["understanding"]["questions"]) > 1 and question in parsed["understanding"]["questions"]
    understanding = {
        **parsed["understanding"],
        "procedures": [[talk["other"], talk["moved"]]] if moved else [],
        "questions": asked if several else [question],
        "question_confidence": sure,
        TALK: {**parsed["understanding"][TALK], "other": talk["other"]},
    }
    return {**parsed, "entities": entities, "understanding": understanding}


def _protested(parsed: dict[str, Any]) -> dict[str, Any]:
    """A correction of nothing but the answer: what the message itself seems to be about does not count."""
    entities = [entity for entity in parsed.get("entities") or [] if entity["entity"] != "procedure"]
    understanding = {**parsed["understanding"], "procedures": [], "questions": [], PROTESTS: True}
    intent = {"name": CORRECT, "confidence": parsed["intent"]["confidence"]}
    return {**parsed, "intent": intent, "entities": entities, "understanding": understanding}


def _next(parsed: Mapping[str, Any], talk: Mapping[str, Any], folded: str, matter: str) -> dict[str, Any]:
    """The intent of the next message of a conversation about a procedure, its matter."""
    kind, sure = _peaceful_kind(parsed["understanding"])
    kinds = dict(next_kinds(parsed["understanding"]))
    answered = _likeliest(parsed["understanding"].get("details") or {}, matter) >= ANSWERED_MAYBE
    about_it = kinds.get(PROCEDURE, 0.0) + kinds.get(TELLS, 0.0) >= MAYBE_ABOUT_IT
    aside = kind in ASIDES and not (kind == COMPLAINT and sure >= PLAIN_COMPLAINT)
    if aside and answered and about_it:
        kind, sure = max(((name, kinds.get(name, 0.0)) for name in (PROCEDURE, TELLS)), key=lambda one: one[1])
    alone = dict(parsed["understanding"]["acts"]).get(SCAM, 0.0)
    if alone >= SURE_SCAM and SWINDLE.search(folded):
        return {"name": SCAM, "confidence": alone}
    if kind == PROCEDURE or (kind == "status" and RETURNED.search(folded)):
        return {"name": ASK_PREFIX + talk["questions"][0][0], "confidence": sure}
    name = INTENTS.get(kind, kind)
    if name == CHITCHAT:
        name = _small_talk(parsed["understanding"])
        # "sai rồi, e chưa quá hạn mà" denies and tells.
        name = INFORM if name in ASIDE and tells(parsed) else name
    return {"name": name, "confidence": sure}


def next_kinds(understanding: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Kinds of the message as the next one of the talk with their probabilities, likeliest first; none when it is the
    first."""
    return [(str(kind), float(sure)) for kind, sure in (understanding.get(TALK) or {}).get("kinds") or []]


def next_kind(understanding: Mapping[str, Any]) -> tuple[str, float]:
    """The likeliest of these kinds, and its probability."""
    return next(iter(next_kinds(understanding)), ("", 0.0))


def _peaceful_kind(understanding: Mapping[str, Any]) -> tuple[str, float]:
    """The likeliest kind but an alarm, which the talk alone never raises."""
    return next(((kind, sure) for kind, sure in next_kinds(understanding) if kind not in URGENT_KINDS), ("", 0.0))


def _small_talk(understanding: Mapping[str, Any]) -> str:
    """The likeliest sort of small talk."""
    return next((str(act) for act, _ in understanding["acts"] if act in GROUPS["small"]), CHITCHAT)


def _opening(parsed: dict[str, Any]) -> dict[str, Any]:
    """The parse data of a message before which no procedure was talked about, of the kind that what was said makes it.

    Without such a matter the heads of talks know less of it than the text alone: they only decide when sure.
    """
    intent, understanding = parsed["intent"], parsed["understanding"]
    kind, sure = _peaceful_kind(understanding)
    if sure < SURE_BEFORE_ANY or kind == TELLS or intent["name"] in URGENT_KINDS:
        return parsed
    if kind == PROCEDURE:
        asks = intent["name"].startswith(ASK_PREFIX) and intent["name"] not in (ASK_STATUS, HOTLINE)
        name = intent["name"] if asks else ASK_PREFIX + understanding["questions"][0]
    elif kind == SMALL_TALK:
        name = intent["name"] if intent["name"] in GROUPS["small"] else _small_talk(understanding)
    else:
        name = INTENTS.get(kind, kind)
    return parsed if name == intent["name"] else {**parsed, "intent": {"name": name, "confidence": sure}}


def _told_more(parsed: dict[str, Any], understanding: Mapping[str, Any], folded: str) -> dict[str, Any]:
    """A correction that names no other matter corrects what was said of this one, if it says anything."""
    if len(folded.split()) < WORDS_THAT_TELL or WRONG_ANSWER.search(folded):
        return parsed
    sure = float(understanding.get("question_confidence") or 0.0)
    name = ASK_PREFIX + understanding["questions"][0] if sure >= SURE_OF_QUESTION else INFORM
    return {**parsed, "intent": {**parsed["intent"], "name": name}}


def _weighed(parsed: dict[str, Any], slots: Mapping[str, Any]) -> dict[str, Any]:
    """The parse data with the likeliest act after a report or a clarifying question."""
    weights = _weights(slots)
    if not weights:
        return parsed
    understanding = parsed["understanding"]
    acts = {str(name): float(sure) for name, sure in understanding["acts"]}
    if slots.get(ASKED_BACK):
        likely = (float(sure) for name, sure in understanding.get("procedures") or [] if name != NONE)
        acts = _shared_out(acts, max(likely, default=0.0))
    weighed = {name: sure * weights.get(name, 1.0) for name, sure in acts.items()}
    best = max(weighed, key=lambda name: weighed[name])
    name, sure = ASK_PREFIX + understanding["questions"][0] if best == ASK else best, weighed[best]
    sure /= sum(weighed.values()) or 1.0
    changed = name != parsed["intent"]["name"] and sure >= LEAST_ACT
    return {**parsed, "intent": {"name": name, "confidence": sure}} if changed else parsed


def _weights(slots: Mapping[str, Any]) -> dict[str, float]:
    """The weight of every act, from all that is known of the conversation."""
    told: list[Mapping[str, float]] = [{**AFTER_TOPIC, str(slots[TOPIC]): SAME_TOPIC}] if slots.get(TOPIC) else []
    told += [AFTER_QUESTION] if slots.get(ASKED_BACK) else []
    weights: dict[str, float] = {}
    for one in told:
        for name, weight in one.items():
            weights[name] = weights.get(name, 1.0) * weight
    return weights


def _shared_out(acts: Mapping[str, float], named: float) -> dict[str, float]:
    """The acts, where what spoke for another office goes to a question as far as one of our matters is named."""
    elsewhere = acts.get(OUT_OF_SCOPE, 0.0)
    return {**acts, OUT_OF_SCOPE: elsewhere * (1.0 - named), ASK: acts.get(ASK, 0.0) + elsewhere * named}
