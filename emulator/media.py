"""Pictures, files, places and cards that a simulated user sends."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from emulator.act import Act, ActError, say, sent
from emulator.samples import sample


def media(kind: str) -> Callable[[Act], dict[str, Any]]:
    def do(act: Act) -> dict[str, Any]:
        name, content = sample(kind, act.text("name", ""), act.text("content", ""))
        extension = name.rpartition(".")[2].lower()
        url = act.text("url", "") or f"{act.platform.base_url}/cdn/{act.platform.cdn.put(content, extension)}"
        payload: dict[str, Any] = {"url": url}
        if kind in ("image", "gif"):
            payload = {"thumbnail": url, "url": url}
        elif kind == "video":
            payload = {"thumbnail": url, "description": act.text("description", ""), "url": url}
        elif kind == "file":
            # MD5 is what the platform's checksum is.
            checksum = hashlib.md5(content, usedforsecurity=False).hexdigest()
            payload |= {"size": str(len(content)), "name": name, "checksum": checksum, "type": extension}
        return sent(say(act, kind, act.text("text", ""), [{"type": kind, "payload": payload}]))

    return do


def sticker(act: Act) -> dict[str, Any]:
    number = act.text("sticker", "17350")
    payload = {"id": number, "url": f"{act.platform.base_url}/cdn/{act.platform.cdn.put(*_sticker_file())}"}
    return sent(say(act, "sticker", "", [{"type": "sticker", "payload": payload}]))


def _sticker_file() -> tuple[bytes, str]:
    name, content = sample("image", "", "")
    return content, name.rpartition(".")[2]


def location(act: Act) -> dict[str, Any]:
    try:
        latitude, longitude = float(act.values["latitude"]), float(act.values["longitude"])
    except (KeyError, TypeError, ValueError):
        raise ActError("latitude and longitude must be numbers") from None
    # not documented: whether coordinates are strings or numbers; the option turns it round.
    numbers = act.platform.options.coordinates == "number"
    sides: dict[str, Any] = {"latitude": latitude, "longitude": longitude}
    coordinates = sides if numbers else {key: str(value) for key, value in sides.items()}
    return sent(say(act, "location", "", [{"type": "location", "payload": {"coordinates": coordinates}}]))


def link(act: Act) -> dict[str, Any]:
    url = act.text("url")
    payload = {"thumbnail": "", "description": act.text("description", ""), "url": url}
    return sent(say(act, "link", act.text("text", url), [{"type": "link", "payload": payload}]))


def business_card(act: Act) -> dict[str, Any]:
    # not documented: the shape in a chat with an OA (here that of group events).
    inside = {"phone": act.text("phone"), "qrCodeUrl": f"{act.platform.base_url}/cdn/qr"}
    payload = {"thumbnail": "", "description": json.dumps(inside), "url": f"{act.platform.base_url}/card"}
    return sent(say(act, "business_card", "", [{"type": "link", "payload": payload}]))
