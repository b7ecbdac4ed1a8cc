"""Where the phrases of danger and the model disagree: the phrases decide, unless one is beyond doubt (ADR 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.talk import PROCEDURE, TELLS
from dialogue.context import ASK, ASK_PREFIX, TOPIC
from dialogue.danger import danger, only_sounds_like
from handoff.store import URGENT_KINDS

PEACEFUL = frozenset({ASK, "ask_status", "out_of_scope", "complaint", "report_scam"})
SMALL = frozenset({"chitchat", "thanks", "greet", "bot_challenge", "compare", "affirm", "deny"})
"""Small talk. Who tells, corrects, says goodbye or insults may be in danger: "có trái bom ở công trường"."""
NO_ALARM, BEYOND_DOUBT = 0.03, 0.85
"""Greatest probability of an alarm, and least of all peaceful acts together, for the model to overrule a phrase. With
0.08 and 0.5 it would overrule "nhặt được lựu đạn trong vườn"."""
NO_CRY, BEYOND_ALL_DOUBT = 0.005, 0.95
"""The same for words of somebody who may want to die, which are never small talk: "em muốn chết"."""
CRIES = "suicide"
"""How the kinds of danger begin that are cries."""
SURE_ALARM, SURE_IN_TALK, SURE_AGAINST_TALK, GOES_ON = 0.6, 0.85, 0.98, 0.6
"""Probability of an alarm from which the model is believed although the words only sound like danger; amid a talk;
where the reading in the talk says, so sure, that it goes on about a procedure."""


def plainly_another(parsed: Mapping[str, Any], kind: str) -> bool:
    """Whether parse data says beyond doubt that a text with words of danger is a question, small talk or the like.

    Args:
        kind: of danger that the words speak of.
    """
    acts, cry = _acts(parsed), kind.startswith(CRIES)
    if sum(acts.get(act, 0.0) for act in URGENT_KINDS) >= (NO_CRY if cry else NO_ALARM):
        return False
    peaceful = sum(acts.get(act, 0.0) for act in (PEACEFUL if cry else PEACEFUL | SMALL))
    return peaceful >= (BEYOND_ALL_DOUBT if cry else BEYOND_DOUBT)


def calmed(parsed: dict[str, Any], text: str, slots: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The parse data; an alarm of the model alone becomes its next act where that is likelier.

    That is over words that only sound like danger ("cháy vé"), and in the middle of a talk ("vợ em quê Cà Mau").
    """
    intent, acts = parsed["intent"], _acts(parsed)
    if intent["name"] not in URGENT_KINDS:
        return parsed
    if (slots or {}).get(TOPIC) in URGENT_KINDS:
        needed = SURE_IN_TALK if _goes_on(parsed) else 0.0
    elif (slots or {}).get("procedure"):
        needed = SURE_AGAINST_TALK if _goes_on(parsed) else SURE_IN_TALK
    else:
        needed = SURE_ALARM if slots or only_sounds_like(text) else 0.0
    if intent["confidence"] >= needed or danger(text) is not None:
        return parsed
    others = {act: sure for act, sure in acts.items() if act not in URGENT_KINDS}
    if not others:
        return parsed
    best = max(others, key=lambda act: others[act])
    name = ASK_PREFIX + str(parsed["understanding"]["questions"][0]) if best == ASK else best
    understanding = {**parsed["understanding"], "acts": [[act, sure] for act, sure in others.items()]}
    return {**parsed, "intent": {"name": name, "confidence": others[best]}, "understanding": understanding}


def _goes_on(parsed: Mapping[str, Any]) -> bool:
    """Whether the message, read as the next one of the talk, asks or tells of a procedure."""
    talk = (parsed.get("understanding") or {}).get("talk") or {}
    kinds = talk.get("kinds") or [("", 0.0)]
    return kinds[0][0] in (PROCEDURE, TELLS) and kinds[0][1] >= GOES_ON


def _acts(parsed: Mapping[str, Any]) -> dict[str, float]:
    return {str(name): float(sure) for name, sure in (parsed.get("understanding") or {}).get("acts") or []}
