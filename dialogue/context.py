"""Weigh the conversation in: after an answer, a short question is mostly about the same matter.

The classifier reads every message alone. Here its probabilities are multiplied by how much likelier an act, or the
matter in memory, is after what was said before; the weights were chosen on data/development.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ASK, ASK_PREFIX, NONE, UNCLEAR, GO_BACK = "ask", "ask_", "none", "unclear", "go_back"
PROCEDURE, TOPIC, ASKED_BACK = "procedure", "topic", "asked_back"
AFTER_ANSWER: Mapping[str, float] = {
    ASK: 2.0, "inform_case": 1.5, "correct": 1.5, "more": 1.5, UNCLEAR: 0.2, "gibberish": 0.5, "out_of_scope": 0.4,
}  # fmt: skip
"""How much likelier each act is after an answer than as a first message; other acts: as likely."""
AFTER_TOPIC: Mapping[str, float] = {UNCLEAR: 0.2, "gibberish": 0.3, "out_of_scope": 0.5, "chitchat": 0.5}
SAME_TOPIC = 4.0
"""The same after a report or a question about one's own progress; and how much likelier more of the same is."""
AFTER_QUESTION: Mapping[str, float] = {ASK: 2.0, "inform_case": 2.0, UNCLEAR: 0.7}
"""The same after a clarifying question of the bot."""
SAME_MATTER = 3.0
"""How much likelier it is that a message is about the matter in memory, or names none, than about another one."""
LEAST_OTHER = 0.6
"""Least probability of another procedure for leaving the one in memory."""
LEFT_ALONE = frozenset({"correct", "compare", "start_over"})
"""Acts that look back at the conversation by themselves."""
LEAST_ACT = 0.35
"""Least weighed probability for taking another act than the classifier did."""
SURE_OF_QUESTION, LEAST_BESIDE = 0.8, 0.25
"""A question so sure is asked although the matter is vague; and beside "back to …" with this probability of asking."""


def in_context(parsed: dict[str, Any], slots: Mapping[str, Any] | None) -> dict[str, Any]:
    """The parse data of a typed message, read after what was said before (the slots of the conversation)."""
    slots, understanding = slots or {}, parsed.get("understanding") or {}
    if not understanding.get("acts") or parsed["intent"]["name"] in LEFT_ALONE:
        return parsed
    matter, result = slots.get(PROCEDURE), parsed
    if matter and not _another(understanding, str(matter)):
        entities = [entity for entity in parsed.get("entities") or [] if entity["entity"] != PROCEDURE]
        result = {**parsed, "entities": entities, "understanding": {**understanding, "procedures": []}}
    if not _weights(slots):
        return result
    act, sure = _act(understanding, slots)
    name = ASK_PREFIX + understanding["questions"][0] if act == ASK else act
    changed = name != parsed["intent"]["name"] and sure >= LEAST_ACT
    return {**result, "intent": {"name": name, "confidence": sure}} if changed else result


def _act(understanding: Mapping[str, Any], slots: Mapping[str, Any]) -> tuple[str, float]:
    """The likeliest act after what was said before, with its share of what was weighed."""
    acts = {str(name): float(sure) for name, sure in understanding["acts"]}
    certain = float(understanding.get("question_confidence") or 0.0) >= SURE_OF_QUESTION
    if certain and slots.get(PROCEDURE) and not _another(understanding, str(slots[PROCEDURE])):
        acts[ASK] = acts.get(ASK, 0.0) + acts.pop(UNCLEAR, 0.0)
    weights = _weights(slots)
    weighed = {name: sure * weights.get(name, 1.0) for name, sure in acts.items()}
    best = max(weighed, key=lambda name: weighed[name])
    if best == GO_BACK and certain and acts.get(ASK, 0.0) >= LEAST_BESIDE:
        best = ASK
    return best, weighed[best] / (sum(weighed.values()) or 1.0)


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


def _another(understanding: Mapping[str, Any], matter: str) -> bool:
    """Whether the text is about another procedure than the one in memory."""
    likely = {str(name): float(sure) for name, sure in understanding.get("procedures") or []}
    same = likely.pop(matter, 0.0) + likely.pop(NONE, 0.0)
    return max(likely.values(), default=0.0) > max(same * SAME_MATTER, LEAST_OTHER)
