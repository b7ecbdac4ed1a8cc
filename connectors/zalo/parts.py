"""Attachments of a message and the contact details that a citizen chose to share.

Source: Zalo OA reference of 2026-11-22, §1.5 and §1.8.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from connectors.zalo.fields import Fields, degrees_of, id_of, link_of, list_of, object_of, text_of, whole_of

KINDS: Final = {
    "image": "image", "photo": "image", "gif": "gif", "file": "file", "audio": "audio", "voice": "audio",
    "video": "video", "sticker": "sticker", "location": "location", "link": "link", "links": "link",
    "business_card": "contact",
}  # fmt: skip
"""What events and histories call an attachment, and what it is here."""
NAME_CHARACTERS = 200


@dataclass(frozen=True)
class Attachment:
    """One thing sent along. `kind` is one of the values of `KINDS`; what it lacks is None.

    `size` is in bytes and claimed by the sender; the coordinates are in degrees; `checksum` is an MD5 in hex digits.
    """

    kind: str
    url: str | None = None
    name: str | None = None
    size: int | None = None
    media_type: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    checksum: str | None = None


@dataclass(frozen=True, repr=False)
class Info:
    """Contact details, as the citizen gave them. `address` runs from the house to the province."""

    name: str | None
    phone: str | None
    address: str | None
    born: str | None
    """As shown: 30/10/1999."""
    gender: str | None


def read_attachments(value: Any, suffix: str) -> tuple[Attachment, ...]:
    """The attachments that can be told apart.

    Args:
        value: `message.attachments`.
        suffix: what follows `user_send_` or `oa_send_`; it tells a business card from a link.
    """
    found = (_attachment(object_of(item), suffix) for item in list_of(value))
    return tuple(attachment for attachment in found if attachment)


def _attachment(item: Fields, suffix: str) -> Attachment | None:
    named = item.get("type")
    kind = KINDS.get(named) if isinstance(named, str) else None
    if kind is None or suffix == "business_card":
        kind = KINDS.get(suffix)
    if kind is None:
        return None
    payload = object_of(item.get("payload"))
    place = object_of(payload.get("coordinates"))
    return Attachment(
        kind=kind,
        url=link_of(payload.get("url")),
        name=text_of(payload.get("name"), limit=NAME_CHARACTERS),
        size=whole_of(payload.get("size")),
        media_type=id_of(payload.get("type")),
        latitude=degrees_of(place.get("latitude"), 90),
        longitude=degrees_of(place.get("longitude"), 180),
        checksum=id_of(payload.get("checksum")),
    )


def read_info(value: Any) -> Info | None:
    """The shared details, in the shape of today or the older one; None where nothing was shared."""
    info = object_of(value)
    full = object_of(info.get("full_address"))
    parts = (
        [full.get("user_address"), full.get("user_ward"), full.get("user_district"), full.get("user_city")]
        if full
        else [info.get("address"), info.get("ward"), info.get("district"), info.get("city")]
    )
    told = Info(
        name=text_of(info.get("name"), limit=NAME_CHARACTERS),
        phone=text_of(info.get("phone"), limit=30),
        address=", ".join(text for text in map(text_of, parts) if text) or None,
        born=text_of(info.get("user_dob"), limit=30),
        gender=text_of(info.get("gender"), limit=30),
    )
    return told if told != Info(None, None, None, None, None) else None
