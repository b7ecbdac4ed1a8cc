"""Weigh the conversation in: after an answer, a short question is mostly about the same matter.

The classifier reads every message alone. Here its probabilities are multiplied by how much likelier an act, or the
matter in memory, is after what was said before; the weights were chosen on data/development.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from components.phrases import names_any, phrases
from components.text import fold

ASK, ASK_PREFIX, NONE, UNCLEAR, GO_BACK = "ask", "ask_", "none", "unclear", "go_back"
OUT_OF_SCOPE, CHITCHAT, ASK_STATUS = "out_of_scope", "chitchat", "ask_status"
PROCEDURE, TOPIC, ASKED_BACK = "procedure", "topic", "asked_back"
AFTER_ANSWER: Mapping[str, float] = {
    ASK: 2.0, "inform_case": 1.5, "correct": 1.5, "more": 1.5, UNCLEAR: 0.2, "gibberish": 0.5, OUT_OF_SCOPE: 0.4,
}  # fmt: skip
"""How much likelier each act is after an answer than as a first message; other acts: as likely."""
AFTER_TOPIC: Mapping[str, float] = {UNCLEAR: 0.2, "gibberish": 0.3, OUT_OF_SCOPE: 0.5, CHITCHAT: 0.5}
SAME_TOPIC = 4.0
"""The same after a report or a question about one's own progress; and how much likelier more of the same is."""
AFTER_QUESTION: Mapping[str, float] = {ASK: 2.0, "inform_case": 2.0, UNCLEAR: 0.7}
"""The same after a clarifying question of the bot."""
SAME_MATTER = 3.0
"""How much likelier it is that a message is about the matter in memory, or names none, than about another one."""
LEAST_OTHER, LEAST_NAMELESS = 0.6, 0.9
"""Least probability of another procedure for leaving the one in memory; of one that no word of the text names."""
PLACE = re.compile(
    r"\b(?:o|tai|ve|noi|cho) (?:(?:cho|noi|noi dang|cho dang) )?(?:tam tru|thuong tru)\b"
    r"|\bso ho khau (?:giay|xanh|do|cu|goc)\b|\b(?:mang|dem|giu|kem|con|photo|ban (?:sao|goc))"
    r"(?: theo| ca)?(?: cai)? so ho khau\b"
)
"""Where something is done, or a paper to bring, on folded text: "đổi ở chỗ tạm trú được không" is about a card."""
PURPOSE = re.compile(r"\b(?:de|dung de|nham) (?:nop|vay|xin|mua|ban|di|lam|bo sung|cho|con|chau|nhap hoc|thi)\b.*")
"""What a paper is wanted for, to the end of a folded text: "để nộp cho con đi học" is about no other matter."""
RETURNED = re.compile(r"\b(?:bi|da|moi|vua)(?: \w+)? tra(?: lai| ve)?\b|\btra lai\b.*\bthieu\b|\btu choi\b")
"""An application that came back: what it lacks are papers."""
ASKING = re.compile(r"\b(?:gi|nao|dau|sao|may|nhieu|ai|khong|ha|hay)\b|\b(?:a|chu|chua)$")
WORDS_THAT_ASK = 3
ASIDE = (CHITCHAT, "affirm", "gibberish", "bot_challenge")
QUESTION_ASIDE = 0.15
"""How much likelier an aside is, after an answer, for a text that asks something (folded)."""
FOREIGNER, EXCHANGED, REISSUED = "khai_bao_tam_tru_nguoi_nuoc_ngoai", "cap_doi_the_can_cuoc", "cap_lai_the_can_cuoc"
_A_STAY = re.compile(r"\b(?:luu tru|tam tru|thuong tru|nguoi viet|khach viet|trong nuoc)\b")
NEEDED: Mapping[tuple[str, str], re.Pattern[str]] = {
    (FOREIGNER, "thong_bao_luu_tru"): _A_STAY,
    (FOREIGNER, "dang_ky_tam_tru"): _A_STAY,
    (REISSUED, EXCHANGED): re.compile(r"\b(?:het han|doi (?:the|can|lai|sang|qua)|cap doi|thong tin|\d+ tuoi)\b"),
    (EXCHANGED, REISSUED): re.compile(r"\b(?:mat|roi|hong|gay|vo|hu|nut|mo|lam lai|cap lai|that lac|trom|giat)\b"),
}
"""Words without which a text goes on about the matter in memory instead of one like it (on folded text)."""
OUR_SHARE = 0.3
"""Below this probability of the matter in memory, a word of another office speaks for it as in a first message."""
OWN = re.compile(
    r"\b(?:ho so|da nop|nop roi|lam hom|tra cuu|duyet|tien do|toi dau|don cua|cua (?:em|toi|minh|chau|con))\b"
)
STATUS_OF_NOTHING = 0.3
"""The same for one's own progress, for a text without a word of an application."""
CORRECT, WORDS_THAT_TELL = "correct", 7
WRONG_ANSWER = re.compile(r"\b(?:nham|sai roi|khong phai (?:cai|thu tuc|vu|viec|cau)(?: nay| do| kia))\b")
"""A correction that only says that the answer was wrong, on folded text; so do those of fewer words."""
LEFT_ALONE, SURE_OF_ACT = frozenset({"compare", "start_over"}), 0.5
"""Acts that look back at the conversation by themselves, when they are at least so sure."""
LEAST_ACT = 0.35
"""Least weighed probability for taking another act than the classifier did."""
SURE_OF_QUESTION, LEAST_BESIDE = 0.8, 0.25
"""A question so sure is asked although the matter is vague; and beside "back to …" with this probability of asking."""


def talked_about(slots: Mapping[str, Any] | None) -> str | None:
    """The procedure that a message may go on about without naming it."""
    procedure = (slots or {}).get(PROCEDURE)
    return str(procedure) if procedure else None


def in_context(parsed: dict[str, Any], slots: Mapping[str, Any] | None) -> dict[str, Any]:
    """The parse data of a typed message, read after what was said before (the slots of the conversation)."""
    slots, understanding = slots or {}, parsed.get("understanding") or {}
    intent = parsed["intent"]
    left_alone = intent["name"] in LEFT_ALONE and intent["confidence"] >= SURE_OF_ACT
    if not understanding.get("acts") or left_alone:
        return parsed
    matter, result, folded = slots.get(PROCEDURE), parsed, fold(str(parsed.get("text") or ""))
    same = bool(matter) and not _another(understanding, str(matter), folded)
    if same:
        entities = [entity for entity in parsed.get("entities") or [] if entity["entity"] != PROCEDURE]
        result = {**parsed, "entities": entities, "understanding": {**understanding, "procedures": []}}
    if intent["name"] == CORRECT:
        return _told_more(result, understanding, folded) if result is not parsed else parsed
    if not _weights(slots):
        return result
    act, sure = _act(understanding, slots, folded, same=same)
    name = ASK_PREFIX + understanding["questions"][0] if act == ASK else act
    changed = name != parsed["intent"]["name"] and sure >= LEAST_ACT
    return {**result, "intent": {"name": name, "confidence": sure}} if changed else result


def _open_question(folded: str) -> bool:
    """Whether a text asks something in words enough to go on about what was answered: "quá hạn rồi thì sao"."""
    return bool(ASKING.search(folded)) and len(folded.split()) >= WORDS_THAT_ASK


def _elsewhere(understanding: Mapping[str, Any], matter: str, folded: str) -> bool:
    """Whether the words of another office count as much as in a first message."""
    if names_any(phrases().elsewhere, folded):
        return True
    if not ASKING.search(folded):
        return False
    return names_any(phrases().fields, folded) and _likely(understanding).get(matter, 0.0) < OUR_SHARE


def _told_more(parsed: dict[str, Any], understanding: Mapping[str, Any], folded: str) -> dict[str, Any]:
    """A correction that names no other matter corrects what was said of this one, if it says anything."""
    if len(folded.split()) < WORDS_THAT_TELL or WRONG_ANSWER.search(folded):
        return parsed
    sure = float(understanding.get("question_confidence") or 0.0)
    name = ASK_PREFIX + understanding["questions"][0] if sure >= SURE_OF_QUESTION else "inform_case"
    return {**parsed, "intent": {**parsed["intent"], "name": name}}


def _act(understanding: Mapping[str, Any], slots: Mapping[str, Any], folded: str, *, same: bool) -> tuple[str, float]:
    """The likeliest act after what was said before, with its share of what was weighed.

    Args:
        same: whether the text goes on about the matter in memory.
    """
    acts = {str(name): float(sure) for name, sure in understanding["acts"]}
    certain = float(understanding.get("question_confidence") or 0.0) >= SURE_OF_QUESTION
    matter = str(slots.get(PROCEDURE) or "")
    if same and (certain or _open_question(folded)):
        acts[ASK] = acts.get(ASK, 0.0) + acts.pop(UNCLEAR, 0.0)
    weights = _weights(slots)
    if _elsewhere(understanding, matter, folded):
        weights[OUT_OF_SCOPE] = 1.0
    elif same:
        acts = _after_answer(acts, understanding, matter, folded)
    elif slots.get(ASKED_BACK):
        acts = _shared_out(acts, max(_ours(understanding).values(), default=0.0))
    weighed = {name: sure * weights.get(name, 1.0) for name, sure in acts.items()}
    best = max(weighed, key=lambda name: weighed[name])
    if best == ASK_STATUS and matter and RETURNED.search(folded):
        best = ASK
    if best == GO_BACK and certain and acts.get(ASK, 0.0) >= LEAST_BESIDE:
        best = ASK
    return best, weighed[best] / (sum(weighed.values()) or 1.0)


def _after_answer(
    acts: Mapping[str, float], understanding: Mapping[str, Any], matter: str, folded: str
) -> dict[str, float]:
    """The acts of a text that may go on about `matter`: what speaks for the matter speaks against other offices."""
    result = _shared_out(acts, _likely(understanding).get(matter, 0.0))
    if ASKING.search(folded):
        result.update({name: result[name] * QUESTION_ASIDE for name in ASIDE if name in result})
    if not OWN.search(folded):
        result[ASK_STATUS] = result.get(ASK_STATUS, 0.0) * STATUS_OF_NOTHING
    return result


def _weights(slots: Mapping[str, Any]) -> dict[str, float]:
    """The weight of every act, from all that is known of the conversation."""
    told = [AFTER_ANSWER] if slots.get(PROCEDURE) else []
    told += [{**AFTER_TOPIC, str(slots[TOPIC]): SAME_TOPIC}] if slots.get(TOPIC) else []
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


def _ours(understanding: Mapping[str, Any]) -> dict[str, float]:
    return {name: sure for name, sure in _likely(understanding).items() if name != NONE}


def _likely(understanding: Mapping[str, Any]) -> dict[str, float]:
    return {str(name): float(sure) for name, sure in understanding.get("procedures") or []}


def _another(understanding: Mapping[str, Any], matter: str, folded: str) -> bool:
    """Whether the text is about another procedure than the one in memory."""
    likely = _likely(understanding)
    same = likely.pop(matter, 0.0) + likely.pop(NONE, 0.0)
    if PURPOSE.search(folded) and not names_any(phrases().matters, PURPOSE.sub(" ", folded)):
        return False
    rest, placed = PLACE.sub(" ", folded), bool(PLACE.search(folded))
    least = LEAST_OTHER if names_any(phrases().matters, rest) else LEAST_NAMELESS + placed
    other = max(likely, key=lambda name: likely[name], default=NONE)
    needed = NEEDED.get((matter, other))
    if needed and not needed.search(folded):
        return False
    return likely.get(other, 0.0) > max(same * SAME_MATTER, least)
