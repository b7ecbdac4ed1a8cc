"""Validation of a consultation message: first its shape, then its limits, then what it refers to."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from emulator.buttons import check_limits, check_shape
from emulator.errors import ApiError, invalid
from emulator.platform import Platform
from emulator.records import App, User

TEXT_LIMIT = 2000
"""not documented: the unit. Here code points."""
TITLE_LIMIT, SUBTITLE_LIMIT = 100, 500
MEDIA = ("image", "gif", "sticker")


@dataclass(frozen=True)
class Draft:
    """A message of the right shape. `kind` is text, image, gif, sticker, file or template."""

    kind: str
    text: str = ""
    quote: str = ""
    asset: str = ""
    """Upload, file token or sticker."""
    url: str = ""
    buttons: list[dict[str, Any]] = field(default_factory=list)
    info: dict[str, Any] = field(default_factory=dict)
    """The element of a request for contact data."""

    @property
    def needs_package(self) -> bool:
        """Whether a free package refuses it (-224). not documented: which templates count."""
        return bool(self.buttons or self.info)


def read_draft(body: dict[str, Any]) -> Draft:
    """The message of a body.

    Raises:
        ApiError: -201 for a field of the wrong shape, -233 for a type that isn't supported.
    """
    message = body.get("message")
    if not isinstance(message, dict) or not message:
        raise invalid("message")
    text = _string(message, "text")
    quote = _string(message, "quote_message_id")
    attachment = message.get("attachment")
    if "attachments" in message or isinstance(attachment, list):
        # not documented: the code for more than one attachment.
        raise ApiError(-233)
    if attachment is None:
        # not documented: the code for an empty text.
        if not text.strip():
            raise invalid("text")
        return Draft("text", text, quote)
    if not isinstance(attachment, dict) or not isinstance(attachment.get("payload"), dict):
        raise invalid("attachment")
    return _with_attachment(attachment.get("type"), attachment["payload"], text, quote)


def _with_attachment(kind: object, payload: dict[str, Any], text: str, quote: str) -> Draft:
    if kind == "file":
        # not documented: whether a file may have a text.
        if text:
            raise invalid("text")
        return Draft("file", quote=quote, asset=_needed(payload, "token"))
    if kind == "image":
        # Seen live: an image is a media template.
        raise invalid("attachment.type")
    if kind != "template":
        raise ApiError(-233)
    if "buttons" in payload:
        if "template_type" in payload:
            raise invalid("template_type")
        if not text.strip():
            raise invalid("text")
        return Draft("text", text, quote, buttons=check_shape(payload["buttons"]))
    if payload.get("template_type") == "media":
        return _media(_only_element(payload), text, quote)
    if payload.get("template_type") == "request_user_info":
        return _info(_only_element(payload), text, quote)
    # not documented: the code for an unknown template; lists too are refused in v3.
    raise ApiError(-233)


def _media(element: dict[str, Any], text: str, quote: str) -> Draft:
    kind = element.get("media_type")
    if kind not in MEDIA:
        raise invalid("media_type")
    asset, url = _string(element, "attachment_id"), _string(element, "url")
    if bool(asset) == bool(url) or (kind == "sticker" and (url or text)):
        raise invalid("attachment_id" if kind == "sticker" else "url")
    for side in ("width", "height"):
        # not documented: whether a GIF must have them; one live client sends none.
        if kind == "gif" and side in element and not (type(element[side]) is int and element[side] > 0):
            raise invalid(side)
    return Draft(str(kind), text, quote, asset=asset, url=url)


def _info(element: dict[str, Any], text: str, quote: str) -> Draft:
    if text:
        raise invalid("text")
    wanted = {name: _needed(element, name) for name in ("title", "subtitle", "image_url")}
    return Draft("template", quote=quote, info=wanted)


def _only_element(payload: dict[str, Any]) -> dict[str, Any]:
    elements = payload.get("elements")
    if not isinstance(elements, list) or len(elements) != 1 or not isinstance(elements[0], dict):
        raise invalid("elements")
    return elements[0]


def _string(values: dict[str, Any], name: str) -> str:
    value = values.get(name, "")
    if not isinstance(value, str):
        raise invalid(name)
    return value


def _needed(values: dict[str, Any], name: str) -> str:
    value = _string(values, name)
    if not value.strip():
        raise invalid(name)
    return value


def check_draft(platform: Platform, app: App, user: User, draft: Draft) -> None:
    """Limits of the content, then what it refers to.

    Raises:
        ApiError: -210 too long, -201 an address or id that is not good, -100 an upload that is too old.
    """
    if len(draft.text) > TEXT_LIMIT:
        raise ApiError(-210)
    check_limits(draft.buttons)
    if draft.info:
        if len(draft.info["title"]) > TITLE_LIMIT or len(draft.info["subtitle"]) > SUBTITLE_LIMIT:
            raise ApiError(-210)
        check_public(draft.info["image_url"], "image_url")
    if draft.url:
        check_public(draft.url, "url")
    if draft.quote and user.find(draft.quote) is None:
        raise invalid("quote_message_id")
    if draft.kind in ("image", "gif") and draft.asset:
        platform.asset(draft.asset, draft.kind, app.app_id, field_name="attachment_id")
    elif draft.kind == "file":
        platform.asset(draft.asset, "file", app.app_id, field_name="token")


def check_public(url: str, name: str) -> None:
    """An address that the platform could fetch: https, and neither local nor private.

    Raises:
        ApiError: -201.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise invalid(name) from None
    if parts.scheme != "https" or "." not in host or host.endswith((".local", ".localhost")):
        raise invalid(name)
    try:
        public = ipaddress.ip_address(host).is_global
    except ValueError:
        public = True
    if not public:
        raise invalid(name)
