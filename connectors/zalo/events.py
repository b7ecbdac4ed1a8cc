"""A webhook body, parsed to a type. Whatever the bytes are, it is an `Event` or a `BadEvent`.

Source: Zalo OA reference of 2026-11-22, §1.4–1.8. Only the body's being an object is required: a field that is missing
or of a wrong type reads as nothing, so a change on the other side costs a field and not the message.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, TypeAlias

from connectors.zalo.fields import EPOCH, BadJson, Fields, id_of, object_of, read_object, text_of, time_of
from connectors.zalo.parts import Attachment, Info, read_attachments, read_info

__all__ = ["Attachment", "BadEvent", "Event", "Info", "Kind", "read"]

Kind: TypeAlias = Literal[
    "probe", "message", "echo", "receipt", "follow", "unfollow", "chat_opened", "info", "reaction", "revoked",
    "withdrawn", "other",
]  # fmt: skip
NAMED: Final[dict[str, Kind]] = {
    "user_received_message": "receipt",
    "user_seen_message": "receipt",
    "follow": "follow",
    "unfollow": "unfollow",
    "user_click_chatnow": "chat_opened",
    "user_submit_info": "info",
    "user_reacted_message": "reaction",
    "oa_reacted_message": "reaction",
    "permission_revoked": "revoked",
    "user_withdraw": "withdrawn",
}
FAMILIES: Final[tuple[tuple[str, Kind], ...]] = (
    ("user_send_group_", "other"),
    ("oa_send_group_", "other"),
    ("oa_send_anonymous_", "other"),
    ("user_send_", "message"),
    ("oa_send_", "echo"),
)
"""Beginnings of names, the first that fits: an unknown kind of message is still a message."""
UNNAMED = "?"


class BadEvent(ValueError):
    """A body that is no event. The text names the fault and quotes nothing."""


@dataclass(frozen=True)
class Event:
    """What one webhook call says. Nothing in it is trusted before its signature was checked."""

    name: str
    """`event_name`; empty for the probe."""
    kind: Kind
    app_id: str
    timestamp: str
    """Verbatim, as the signature needs it."""
    at: datetime
    """1970 where the body has no readable time: too old for anything."""
    oa: tuple[str, ...]
    """Every id that may be the account's."""
    people: tuple[str, ...]
    """Every id that may be the citizen's; the account's own may be among them."""
    msg_id: str | None
    admin_id: str | None
    """Who wrote in the OA's own console; None for what was sent by an application."""
    key: str
    """The same for the same event, however often it is delivered."""
    # What a citizen says must not get into a log by way of the event.
    text: str = field(repr=False)
    attachments: tuple[Attachment, ...] = field(default=(), repr=False)
    info: Info | None = field(default=None, repr=False)

    def citizen(self, oa_id: str) -> str | None:
        """The id that is not the account's: receipts are sent the wrong way round, and echoes in reverse."""
        return next((person for person in self.people if person != oa_id), None)


def read(raw: bytes) -> Event:
    """Parse the body of a webhook call.

    Raises:
        BadEvent: the bytes are no JSON object, or one that is nested deeper than 32. Nothing else is ever raised.
    """
    try:
        body = read_object(raw)
    except BadJson as error:
        raise BadEvent(str(error)) from None
    name = (id_of(body["event_name"]) or UNNAMED) if "event_name" in body else ""
    kind, suffix = _kind(name)
    message, sender, recipient = (object_of(body.get(part)) for part in ("message", "sender", "recipient"))
    timestamp, msg_id = body.get("timestamp"), id_of(message.get("msg_id"))
    # A reaction carries the id of what it is about, which may be reacted to again.
    own_id = msg_id if kind != "reaction" else None
    return Event(
        name=name,
        kind=kind,
        app_id=id_of(body.get("app_id")) or "",
        timestamp=timestamp if isinstance(timestamp, str) else "",
        at=time_of(timestamp) or EPOCH,
        oa=_ids(recipient.get("id"), sender.get("id"), body.get("oa_id")),
        people=_people(body, sender, recipient),
        msg_id=msg_id,
        admin_id=id_of(sender.get("admin_id")),
        text=text_of(message.get("text")) or "",
        attachments=read_attachments(message.get("attachments"), suffix),
        info=read_info(body.get("info")) if kind == "info" else None,
        key=f"{name}:{own_id}" if own_id else hashlib.sha256(raw).hexdigest(),
    )


def _kind(name: str) -> tuple[Kind, str]:
    """The kind of an event, and what its name says about the attachment."""
    if not name:
        return "probe", ""
    if name in NAMED:
        return NAMED[name], ""
    family = next((family for family in FAMILIES if name.startswith(family[0])), None)
    return (family[1], name.removeprefix(family[0])) if family else ("other", "")


def _people(body: Fields, sender: Fields, recipient: Fields) -> tuple[str, ...]:
    return _ids(sender.get("id"), recipient.get("id"), object_of(body.get("follower")).get("id"), body.get("user_id"))


def _ids(*values: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for found in map(id_of, values) if found))
