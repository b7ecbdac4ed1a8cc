"""Invented webhook bodies, in the shapes of the reference §1.5–1.8."""

import json
from typing import Any

APP, OA, USER = "1234567890123456789", "4234567890123456783", "3234567890123456782"
TIME, MSG = "1763800000000", "96d3cdf3af1504609a09"


def body(name: str, **fields: Any) -> bytes:
    """A body as the platform writes it, compact and in UTF-8."""
    whole = {"app_id": APP, "user_id_by_app": "2234567890123456781", "event_name": name, "timestamp": TIME, **fields}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def from_citizen(name: str, **message: Any) -> bytes:
    """A message of the citizen."""
    return body(name, sender={"id": USER}, recipient={"id": OA}, message={"msg_id": MSG, **message})


def from_account(name: str, admin: str | None = None, **message: Any) -> bytes:
    """An echo or a receipt: its sender is the account."""
    sender = {"id": OA, "admin_id": admin} if admin else {"id": OA}
    return body(name, sender=sender, recipient={"id": USER}, message={"msg_id": MSG, **message})
