"""Buttons as Rasa payloads, and back. Only payloads that the bot itself offered are ever read (see `dialogue/turn.py`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from procedures import Button, Question
from procedures.model import Choice, Option

ASK_PREFIX = "ask_"


def of_question(question: Question) -> str:
    """`/ask_fee{"procedure": "tach_ho"}`: the form Rasa reads as an intent with entities."""
    entities: dict[str, Any] = {"procedure": question.procedure}
    for name in ("case", "situation", "channel"):
        if value := getattr(question, name):
            entities[name] = value
    if question.skip:
        entities["skip"] = str(question.skip)
    return f"/{ASK_PREFIX}{question.question}{json.dumps(entities, ensure_ascii=False)}"


def of_button(button: Button) -> dict[str, str]:
    payload = of_question(button.ask) if button.ask else f"/{button.act}"
    return {"title": button.label, "payload": payload}


def of_buttons(buttons: Iterable[Button]) -> list[dict[str, str]]:
    return [of_button(button) for button in buttons]


def of_choice(choice: Choice, *, question: str | None) -> list[dict[str, str]]:
    """The options of a clarifying question; `question` is what the citizen already asked, if anything."""
    return [{"title": option.label, "payload": _of_option(option, question)} for option in choice.options]


def _of_option(option: Option, question: str | None) -> str:
    if option.procedure:
        return of_question(Question(option.procedure, option.question or question or "overview", case=option.case))
    if option.choice:
        return "/unclear" + json.dumps({"choice": option.choice})
    if option.field:
        return "/out_of_scope" + json.dumps({"field": option.field})
    return f"/{option.act}"


def to_parse(payload: str, text: str) -> dict[str, Any]:
    """The parse data Rasa would have made of a payload; `text` is what the citizen saw.

    Raises:
        ValueError: not a payload of this module.
    """
    if not payload.startswith("/"):
        raise ValueError(f"not a payload: {payload[:20]!r}")
    name, brace, rest = payload[1:].partition("{")
    values: Mapping[str, str] = json.loads("{" + rest) if brace else {}
    entities = [{"entity": key, "value": value, "start": 0, "end": 0} for key, value in values.items()]
    intent = {"name": name, "confidence": 1.0}
    return {"text": text, "intent": intent, "intent_ranking": [intent], "entities": entities}
