"""Switches of the platform where its behaviour is uncertain, slow or configurable."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_type_hints


@dataclass
class Options:
    """Every field can be changed while the platform runs: `PATCH /control/options`."""

    window_mode: Literal["2026", "legacy8"] = "2026"
    """`2026`: no limit within 48 h. `legacy8`: 8 messages an interaction."""
    legacy_paid: bool = False
    """In `legacy8`, the ninth message takes package quota instead of -311."""
    retired_open: bool = False
    """Whether transaction and promotion messages still work, as before 2026-03-01."""
    need_follow: bool = False
    """Whether only followers may be written to (-213)."""
    response: Literal["auto", "full", "no_remain", "recipient_id", "no_data"] = "auto"
    """What an accepted send answers with."""
    expired_code: Literal[-216, -220] = -216
    error_name_only: bool = False
    """OAuth errors without a number."""
    retry_on: Literal["any", "connection"] = "any"
    """Whether a slow or non-200 answer of the webhook is tried again, or only a failed connection."""
    ladder_scale: float = 1.0
    """Multiplies the waits between attempts."""
    webhook_seconds: float = 2.0
    workers: int = 32
    """Webhook deliveries at once; read when the process starts."""
    per_user: int = 2
    """Webhook deliveries of one user at once. With more than one they can overtake each other."""
    hold_webhooks: bool = False
    """Keep events back; letting go makes a burst."""
    probe_get: bool = False
    """Registration of a webhook also tries GET."""
    bytes: Literal["plain", "random"] = "plain"
    """`random`: key order, spacing, escapes, slashes and Unicode form of the body change from event to event."""
    omit_optional: bool = False
    """Leave out optional fields of events, by chance."""
    submit_info: Literal["new", "old"] = "new"
    seen_sender: Literal["oa", "user"] = "oa"
    coordinates: Literal["string", "number"] = "string"
    receipts: bool = True
    received_ms: int = 300
    seen_ms: int = 1500
    article_polls: int = 2
    """How often a new article is still being processed."""
    recent_rows: Literal["chats", "messages"] = "chats"
    """`listrecentchat`: the last message of each chat, or every message."""
    upload_limit: int = 5000
    """Uploads a month."""


def change(options: Options, values: dict[str, Any]) -> None:
    """Set some options; all or none.

    Raises:
        ValueError: an unknown name, or a value of another type or not among the choices.
    """
    hints = get_type_hints(Options)
    known = {field.name for field in fields(Options)}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"there is no option {name!r}; there are {', '.join(sorted(known))}")
        choices = get_args(hints[name])
        if choices and value not in choices:
            raise ValueError(f"{name} must be one of {', '.join(map(str, choices))}, not {value!r}")
        if not choices and not fits(value, hints[name]):
            raise ValueError(f"{name} must be of type {hints[name].__name__}, not {value!r}")
    for name, value in values.items():
        setattr(options, name, value)


def fits(value: Any, kind: type) -> bool:
    """Whether a JSON value can stand for a field of this type; a number without a point is a float too."""
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    return type(value) is kind
