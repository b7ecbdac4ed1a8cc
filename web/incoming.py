"""One posted message, parsed to a type. Nothing here reads the database."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from storage.intake import clean, media_type, read_body
from storage.turns import TEXT_CHARACTERS
from web.refused import EMPTY, TOO_LARGE, TOO_LONG, UNREADABLE, WRONG_TYPE, Refused

BODY_BYTES = 16 * 1024
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True)
class Posted:
    """A message as sent. Exactly one of `text` and `button` (a token) is filled."""

    message_id: str
    text: str
    button: str
    csrf: str
    by_script: bool


def wants_json(request: Request) -> bool:
    """Whether the sender is a script, which reads JSON, and not a page that shows the response."""
    return _media_type(request) == JSON or JSON in request.headers.get("accept", "")


async def read_posted(request: Request) -> Posted:
    """Parse and check the form of a posted message.

    Raises:
        Refused: 413, 415, 400 or 422, with what the citizen should do.
    """
    sent_as = _media_type(request)
    if sent_as not in (FORM, JSON):
        raise Refused(415, WRONG_TYPE)
    body = await _body(request)
    fields = _json(body) if sent_as == JSON else _form(body)
    text, button = clean(_field(fields, "text")), _field(fields, "button")
    if not button and not text:
        raise Refused(422, EMPTY)
    if len(text) > TEXT_CHARACTERS:
        raise Refused(422, TOO_LONG, draft=text)
    said = "" if button else text
    return Posted(
        message_id=_message_id(_field(fields, "message_id"), said or button, form=sent_as == FORM),
        text=said,
        button=button,
        csrf=request.headers.get("x-csrf-token") or _field(fields, "csrf"),
        by_script=wants_json(request),
    )


def _media_type(request: Request) -> str:
    return media_type(request.headers.get("content-type", ""))


async def _body(request: Request) -> bytes:
    try:
        body = await read_body(request.stream(), BODY_BYTES)
    except ClientDisconnect:
        raise Refused(400, UNREADABLE) from None
    if body is None:
        raise Refused(413, TOO_LARGE)
    return body


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, UNREADABLE) from None
    if not isinstance(fields, dict):
        raise Refused(400, UNREADABLE)
    return fields


def _form(body: bytes) -> Mapping[str, Any]:
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=10))
    except ValueError:
        raise Refused(400, UNREADABLE) from None


def _field(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(400, UNREADABLE)
    return value


def _message_id(value: str, said: str, *, form: bool) -> str:
    try:
        given = uuid.UUID(value)
    except ValueError:
        raise Refused(400, UNREADABLE) from None
    # A page without script that is sent again after "back" carries its old id with a new question in it.
    return str(uuid.uuid5(given, said) if form else given)
