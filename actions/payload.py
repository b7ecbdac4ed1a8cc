"""Buttons as Rasa payloads, and back. Only payloads that the bot itself offered are ever read (`dialogue/turn.py`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from procedures import Button, Question
from procedures.buttons import officer
from procedures.model import QUESTIONS, Choice, Option

ASK_PREFIX = "ask_"
BUTTON = "button"
"""Key of the parse data that a button made."""
CHANNELS = ("online", "direct")


def of_question(question: Question) -> str:
    """`/ask_fee{"procedure": "tach_ho"}`: the form Rasa reads as an intent with entities."""
    entities: dict[str, Any] = {"procedure": question.procedure}
    for name in ("case", "situation", "channel", "first", "lead"):
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


OFFICER_BUTTON = of_button(officer())


def of_safe(label: str, report: str) -> dict[str, str]:
    """A button that says, after a report of that kind, that the danger is over."""
    return {"title": label, "payload": f"/{report}" + json.dumps({"follows": "over"})}


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


def read(payload: str) -> tuple[str, Mapping[str, str]]:
    """The intent and the entities of a payload.

    Raises:
        ValueError: not a payload of this module.
    """
    if not payload.startswith("/"):
        raise ValueError("not a payload")
    name, brace, rest = payload[1:].partition("{")
    values = json.loads("{" + rest) if brace else {}
    return name, {str(key): str(value) for key, value in values.items()}


def to_question(payload: str) -> Question | None:
    """The question that `of_question` wrote, or None for any other payload."""
    name, values = read(payload)
    question, procedure = name.removeprefix(ASK_PREFIX), values.get("procedure")
    if not name.startswith(ASK_PREFIX) or question not in QUESTIONS or not procedure:
        return None
    channel: Any = values.get("channel")
    skip = values.get("skip", "0")
    return Question(
        procedure,
        question,
        case=values.get("case"),
        situation=values.get("situation"),
        channel=channel if channel in CHANNELS else None,
        skip=int(skip) if skip.isdecimal() else 0,
        first=values.get("first"),
        lead=values.get("lead"),
    )


def to_parse(payload: str, text: str) -> dict[str, Any]:
    """The parse data Rasa would have made of a payload, marked as a button; `text` is what the citizen saw.

    Raises:
        ValueError: not a payload of this module.
    """
    name, values = read(payload)
    entities = [{"entity": key, "value": value, "start": 0, "end": 0} for key, value in values.items()]
    intent = {"name": name, "confidence": 1.0}
    return {"text": text, "intent": intent, "intent_ranking": [intent], "entities": entities, BUTTON: payload}
