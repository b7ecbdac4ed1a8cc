"""Buttons of a message: what the platform accepts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from emulator.errors import ApiError, invalid

MOST, TITLE_LIMIT, PAYLOAD_LIMIT = 5, 100, 1000
QUERIES = ("oa.query.show", "oa.query.hide")
OPENS = {"oa.open.url": ("url",), "oa.open.phone": ("phone_code",), "oa.open.sms": ("content", "phone_code")}


def check_shape(buttons: object) -> list[dict[str, Any]]:
    """The buttons, if every one has a title, a known type and the payload of that type.

    Raises:
        ApiError: -201. not documented: the code for an unknown type of button.
    """
    if not isinstance(buttons, list) or not buttons:
        raise invalid("buttons")
    for button in buttons:
        if not isinstance(button, dict) or not _text(button.get("title")):
            raise invalid("title")
        kind, payload = button.get("type"), button.get("payload")
        if kind in QUERIES:
            good = _text(payload)
        elif kind in OPENS:
            good = isinstance(payload, dict) and all(_text(payload.get(name)) for name in OPENS[kind])
        else:
            raise invalid("type")
        if not good or (isinstance(payload, dict) and "url" in OPENS[kind] and not _web_address(payload["url"])):
            raise invalid("payload")
    return buttons


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def check_limits(buttons: list[dict[str, Any]]) -> None:
    """How many, and how long.

    Raises:
        ApiError: -210. not documented: the code for too many buttons or a long title or payload.
    """
    if len(buttons) > MOST:
        raise ApiError(-210)
    for button in buttons:
        payload = button["payload"]
        if len(button["title"]) > TITLE_LIMIT or (isinstance(payload, str) and len(payload) > PAYLOAD_LIMIT):
            raise ApiError(-210)
