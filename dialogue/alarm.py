"""Where the phrases of danger and the model disagree: the phrases decide, unless one is beyond doubt (ADR 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.talk import PROCEDURE, TELLS
from dialogue.context import ASK, ASK_PREFIX, TOPIC, next_kind, next_kinds
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
AMID, AMID_ALARM, AMID_NEXT_ALARM = 0.8, 0.1, 0.01
"""Amid a talk: least probability that the message asks of a procedure, greatest of an alarm in it alone and of one in
it as the next, for the model to overrule a phrase. Of 1,035 dangers said amid eighteen talks that overrules none; with
any other kind and 0.3 it had overruled 42 ("bé 5 tuổi đi lạc"). Of 139 other messages of talks it frees 45."""
SURE_ALARM, SURE_IN_TALK, SURE_AGAINST_TALK, GOES_ON = 0.6, 0.85, 0.98, 0.6
"""Probability of an alarm from which the model is believed although the words only sound like danger; amid a talk;
where the reading in the talk says, so sure, that it goes on about a procedure."""


def plainly_another(parsed: Mapping[str, Any], kind: str) -> bool:
    """Whether parse data says beyond doubt that a text with words of danger is a question, small talk or the like.

    Args:
        kind: of danger that the words speak of.
    """
    acts, cry = _acts(parsed), kind.startswith(CRIES)
    alarm = sum(acts.get(act, 0.0) for act in URGENT_KINDS)
    if not cry and alarm < AMID_ALARM and _asks_of_a_procedure(parsed):
        return True
    if alarm >= (NO_CRY if cry else NO_ALARM):
        return False
    peaceful = sum(acts.get(act, 0.0) for act in (PEACEFUL if cry else PEACEFUL | SMALL))
    return peaceful >= (BEYOND_ALL_DOUBT if cry else BEYOND_DOUBT)


def calmed(parsed: dict[str, Any], text: str, slots: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The parse data; an alarm of the model alone becomes its next act where that is likelier.

    That is over words that only sound like danger ("cháy vé"), and in every message that follows others ("vợ em quê Cà
    Mau" amid a talk).
    """
    intent, acts = parsed["intent"], _acts(parsed)
    if intent["name"] not in URGENT_KINDS:
        return parsed
    if (slots or {}).get(TOPIC) in URGENT_KINDS:
        needed = SURE_IN_TALK if _goes_on(parsed) else 0.0
    elif (slots or {}).get("procedure"):
        needed = SURE_AGAINST_TALK if _goes_on(parsed) else SURE_IN_TALK
    elif slots or only_sounds_like(text):
        needed = SURE_IN_TALK if _peaceful_next(parsed) else SURE_ALARM
    else:
        needed = 0.0
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
    kind, sure = next_kind(_understanding(parsed))
    return kind in (PROCEDURE, TELLS) and sure >= GOES_ON


def _peaceful_next(parsed: Mapping[str, Any]) -> bool:
    """Whether the message, read as the next one of the talk, is anything but an alarm."""
    kind, sure = next_kind(_understanding(parsed))
    return kind not in URGENT_KINDS and sure >= GOES_ON


def _asks_of_a_procedure(parsed: Mapping[str, Any]) -> bool:
    """Whether the message, read as the next one of the talk, surely asks of a procedure and raises no alarm."""
    understanding = _understanding(parsed)
    kind, sure = next_kind(understanding)
    alarm = sum(chance for name, chance in next_kinds(understanding) if name in URGENT_KINDS)
    return kind == PROCEDURE and sure >= AMID and alarm < AMID_NEXT_ALARM


def _understanding(parsed: Mapping[str, Any]) -> Mapping[str, Any]:
    return parsed.get("understanding") or {}


def _acts(parsed: Mapping[str, Any]) -> dict[str, float]:
    return {str(name): float(sure) for name, sure in _understanding(parsed).get("acts") or []}
