"""Reading JSON of others: bytes to an object of a sane depth, and fields that are what they should be or nothing."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, TypeAlias

from storage import intake

Fields: TypeAlias = Mapping[str, Any]
DEPTH = 32
"""Deepest nesting that is read; Zalo's own bodies nest five deep."""
IDENTIFIER = re.compile(r"[!-~]{1,128}")
WHOLE = re.compile(r"[0-9]{1,18}")
DECIMAL = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,20})?")
LINK = re.compile(r"https?://[^\s]{1,2040}", re.IGNORECASE)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
LAST_MILLISECOND = 253_402_300_799_999
"""The end of the year 9999."""
NOT_AN_OBJECT, NOT_UTF8, TOO_DEEP = "the body is no JSON object", "the body is not UTF-8", "the body is nested too deep"


class BadJson(ValueError):
    """Bytes that are no JSON object of a sane depth. The text names the fault and quotes nothing."""


def read_json(raw: bytes) -> Any:
    """The JSON value of some bytes. Whole numbers become strings, so that ids above 2^53 stay exact.

    Raises:
        BadJson: no UTF-8, no JSON, or nested deeper than `DEPTH`.
    """
    try:
        # Half a character pair, written by a broken encoder, costs that character and not the message.
        value = json.loads(raw.decode("utf-8", "surrogatepass"), parse_int=str, parse_constant=lambda _: None)
    except UnicodeDecodeError:
        raise BadJson(NOT_UTF8) from None
    except RecursionError:
        raise BadJson(TOO_DEEP) from None
    except ValueError:
        raise BadJson(NOT_AN_OBJECT) from None
    if _deeper_than(value, DEPTH):
        raise BadJson(TOO_DEEP)
    return value


def read_object(raw: bytes) -> Fields:
    """The JSON object of some bytes.

    Raises:
        BadJson: as `read_json`, or a JSON value that is no object.
    """
    value = read_json(raw)
    if not isinstance(value, dict):
        raise BadJson(NOT_AN_OBJECT)
    return value


def _deeper_than(value: Any, depth: int) -> bool:
    level = [value]
    for _ in range(depth):
        level = [inner for outer in level for inner in _children(outer)]
        if not level:
            return False
    return any(isinstance(inner, dict | list) for inner in level)


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def clean(text: str) -> str:
    """NFC, one kind of line break, and nothing that can't be stored."""
    return unicodedata.normalize("NFC", intake.clean(text))


def object_of(value: Any) -> Fields:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """The list, or an empty one."""
    return value if isinstance(value, list) else []


def text_of(value: Any, *, limit: int | None = None) -> str | None:
    """A text, cleaned and cut to `limit` characters; None where nothing is left."""
    return (clean(value)[:limit].rstrip() or None) if isinstance(value, str) else None


def id_of(value: Any) -> str | None:
    """An id: printable ASCII without spaces, at most 128 characters."""
    return value if isinstance(value, str) and IDENTIFIER.fullmatch(value) else None


def whole_of(value: Any) -> int | None:
    """A number of something, 0 or more, from a number or its digits."""
    return int(value) if isinstance(value, str) and WHOLE.fullmatch(value) else None


def time_of(value: object) -> datetime | None:
    """A time from Unix milliseconds."""
    milliseconds = whole_of(value)
    if milliseconds is None or milliseconds > LAST_MILLISECOND:
        return None
    return EPOCH + timedelta(milliseconds=milliseconds)


def degrees_of(value: Any, most: float) -> float | None:
    """A coordinate between -`most` and `most` degrees, from a number or its digits."""
    if isinstance(value, str) and DECIMAL.fullmatch(value.strip()):
        value = float(value)
    # Comparing also refuses what is no number.
    return value if isinstance(value, float) and -most <= value <= most else None


def link_of(value: Any) -> str | None:
    """An http or https address of at most 2,048 characters."""
    text = clean(value) if isinstance(value, str) else ""
    return text if LINK.fullmatch(text) else None
