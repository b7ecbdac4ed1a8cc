"""Weigh the conversation in: after an answer, a short question is mostly about the same matter.

The classifier reads every message alone. Here its probabilities are multiplied by how much likelier an act, or the
matter in memory, is once something was answered; the weights were chosen on data/development.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ASK, ASK_PREFIX, NONE = "ask", "ask_", "none"
PROCEDURE = "procedure"
AFTER_ANSWER: Mapping[str, float] = {
    ASK: 2.0, "inform_case": 1.5, "correct": 1.5, "more": 1.5, "unclear": 0.2, "gibberish": 0.5, "out_of_scope": 0.5,
}  # fmt: skip
"""How much likelier each act is after an answer than as a first message; other acts: as likely."""
SAME_MATTER = 3.0
"""How much likelier it is that a message is about the matter in memory, or names none, than about another one."""
LEAST_OTHER = 0.35
"""Least probability of another procedure for leaving the one in memory."""
LEFT_ALONE = frozenset({"correct", "compare", "start_over", "go_back"})
"""Acts that look back at the conversation by themselves."""
LEAST_ACT = 0.35
"""Least weighed probability for taking another act than the classifier did."""


def in_context(parsed: dict[str, Any], slots: Mapping[str, Any] | None) -> dict[str, Any]:
    """The parse data of a typed message, read after what was said before (the slots of the conversation)."""
    matter = (slots or {}).get(PROCEDURE)
    understanding = parsed.get("understanding") or {}
    if not matter or not understanding.get("acts") or parsed["intent"]["name"] in LEFT_ALONE:
        return parsed
    act, sure = _act(understanding["acts"])
    another = _another(understanding, str(matter))
    entities = [entity for entity in parsed.get("entities") or [] if another or entity["entity"] != PROCEDURE]
    kept = understanding if another else {**understanding, "procedures": []}
    result = {**parsed, "entities": entities, "understanding": kept}
    name = ASK_PREFIX + understanding["questions"][0] if act == ASK else act
    changed = act != understanding["act"] or parsed["intent"]["name"] == "unclear"
    return {**result, "intent": {"name": name, "confidence": sure}} if changed and sure >= LEAST_ACT else result


def _act(acts: list[tuple[str, float]]) -> tuple[str, float]:
    """The likeliest act after an answer, with its share of what was weighed."""
    weighed = {name: sure * AFTER_ANSWER.get(name, 1.0) for name, sure in acts}
    best = max(weighed, key=lambda name: weighed[name])
    return best, weighed[best] / (sum(weighed.values()) or 1.0)


def _another(understanding: Mapping[str, Any], matter: str) -> bool:
    """Whether the text is about another procedure than the one in memory."""
    likely = {str(name): float(sure) for name, sure in understanding.get("procedures") or []}
    same = likely.pop(matter, 0.0) + likely.pop(NONE, 0.0)
    return max(likely.values(), default=0.0) > max(same * SAME_MATTER, LEAST_OTHER)
