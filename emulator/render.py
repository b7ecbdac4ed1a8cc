"""From a payload to the exact bytes of a delivery, and their signature."""

from __future__ import annotations

import hashlib
import json
import random
import unicodedata
from typing import Any, Literal

Form = Literal["NFC", "NFD"]
FORMS: tuple[Form, ...] = ("NFC", "NFC", "NFD")


def mac(app_id: str, body: bytes, timestamp: str, oa_secret: str) -> str:
    """The value of `X-ZEvent-Signature`: plain SHA-256 over app id, body, timestamp and OA Secret Key."""
    digest = hashlib.sha256(app_id.encode() + body + timestamp.encode() + oa_secret.encode())
    return "mac=" + digest.hexdigest()


def render(payload: dict[str, Any], *, escaped: bool = False) -> str:
    """Compact JSON in the order given; `escaped` writes every letter beyond ASCII as `\\u`."""
    return json.dumps(payload, ensure_ascii=escaped, separators=(",", ":"))


def render_varied(payload: dict[str, Any], chance: random.Random) -> str:
    """JSON of the same meaning in one of the many forms that a sender may choose.

    Key order, spacing, `\\u` escapes, escaped slashes and the Unicode form of the texts vary.
    """
    form = chance.choice(FORMS)
    shuffled = _shuffle(payload, chance, form)
    indent = chance.choice((None, None, 2, "\t"))
    separators = (",", ":") if indent is None and chance.random() < 0.5 else None
    text = json.dumps(shuffled, ensure_ascii=chance.random() < 0.5, indent=indent, separators=separators)
    # A slash can only stand inside a string, so that this changes no structure.
    return text.replace("/", "\\/") if chance.random() < 0.5 else text


def _shuffle(value: Any, chance: random.Random, form: Form) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: _shuffle(value[key], chance, form) for key in keys}
    if isinstance(value, list):
        return [_shuffle(item, chance, form) for item in value]
    return unicodedata.normalize(form, value) if isinstance(value, str) else value
