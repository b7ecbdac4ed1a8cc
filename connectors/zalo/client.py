"""The calls to the OA OpenAPI. One method is one call: when to call and what to do about a failure is the courier's.

Source: Zalo OA reference of 2026-11-22, §2.2, §2.8 and §4. A path's version belongs to it: sending is v3.0, uploads and
history are v2.0.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

import httpx

from connectors.zalo.answers import (
    Account,
    Quota,
    Sent,
    Spoken,
    User,
    Window,
    read_account,
    read_history,
    read_quota,
    read_sent,
    read_user,
    read_window,
)
from connectors.zalo.errors import AnswerUnknown, Unreachable, ZaloError
from connectors.zalo.fields import id_of, list_of, object_of
from connectors.zalo.format import Button
from connectors.zalo.transport import Endpoints, call, data_of, make_http

__all__ = ["AnswerUnknown", "Client", "Endpoints", "Unreachable", "ZaloError", "make_http"]

HISTORY_ROWS = 10
"""Most rows of a history in one answer; for more the whole call is refused."""
FILE_NAME_CHARACTERS = 200
NO_ID = "uploaded, but no id came back: the name needs an ending"


class Client:
    """Calls for one application. Every method takes the account's access token first.

    Every method raises `ZaloError` (refused), `Unreachable` (surely not taken) or `AnswerUnknown` (perhaps taken).
    """

    def __init__(self, http: httpx.AsyncClient, endpoints: Endpoints, *, proof_secret: str = "") -> None:
        """Args: `proof_secret` is the App Secret, for applications that demand `appsecret_proof`; else empty."""
        self._http, self._base, self._proof_secret = http, endpoints.openapi.rstrip("/"), proof_secret

    async def send_text(self, access: str, user: str, text: str, *, quote: str | None = None) -> Sent:
        """Send plain text, as an answer to the message with the id `quote` if there is one."""
        quoted = {"quote_message_id": quote} if quote else {}
        return await self._send(access, user, {"text": text, **quoted})

    async def send_buttons(self, access: str, user: str, text: str, buttons: Sequence[Button]) -> Sent:
        """Send text with buttons `(title, token)`; a tap sends the token without showing it."""
        shown = [{"title": title, "type": "oa.query.hide", "payload": token} for title, token in buttons]
        attachment = {"type": "template", "payload": {"buttons": shown}}
        return await self._send(access, user, {"text": text, "attachment": attachment})

    async def send_image(self, access: str, user: str, attachment_id: str, *, caption: str = "") -> Sent:
        """Send an uploaded picture."""
        element = {"media_type": "image", "attachment_id": attachment_id}
        payload = {"template_type": "media", "elements": [element]}
        text = {"text": caption} if caption else {}
        return await self._send(access, user, {**text, "attachment": {"type": "template", "payload": payload}})

    async def send_file(self, access: str, user: str, file_token: str) -> Sent:
        """Send an uploaded file."""
        return await self._send(access, user, {"attachment": {"type": "file", "payload": {"token": file_token}}})

    async def react(self, access: str, user: str, message_id: str, icon: str) -> None:
        """React to a message of the citizen, with one of the icons of §2.8."""
        action = {"react_icon": icon, "react_message_id": message_id}
        body = {"recipient": {"user_id": user}, "sender_action": action}
        await self._call("POST", "/v2.0/oa/message", access, json=body)

    async def upload_image(self, access: str, name: str, content: bytes) -> str:
        """Upload a JPG or PNG of at most 1 MB; its id is good for 7 days."""
        return await self._upload("image", access, name, content)

    async def upload_file(self, access: str, name: str, content: bytes) -> str:
        """Upload a PDF, DOC or DOCX of at most 5 MB; its token is good for 7 days."""
        return await self._upload("file", access, name, content)

    async def user_detail(self, access: str, user: str) -> User:
        """A citizen's profile."""
        return read_user(await self._get("/v3.0/oa/user/detail", access, {"user_id": user}))

    async def oa_details(self, access: str) -> Account:
        """The account itself; also the cheapest way to see whether a token is good."""
        return read_account(await self._call("GET", "/v2.0/oa/getoa", access))

    async def quota(self, access: str, user: str) -> Window:
        """When the citizen last wrote, and what may still be sent."""
        return read_window(await self._call("POST", "/v3.0/oa/quota/message", access, json={"user_id": user}))

    async def package_quota(self, access: str, kind: str = "sub_quota") -> tuple[Quota, ...]:
        """What is left of the account's own messages beyond 48 hours."""
        body = {"quota_owner": "OA", "product_type": "cs", "quota_type": kind}
        data = await self._call("POST", "/v3.0/oa/quota/message", access, json=body)
        return tuple(read_quota(row) for row in map(object_of, list_of(data)) if row)

    async def recent_chats(self, access: str, offset: int = 0, count: int = HISTORY_ROWS) -> tuple[Spoken, ...]:
        """The newest messages of all conversations, newest first."""
        return read_history(await self._get("/v2.0/oa/listrecentchat", access, _rows(offset, count)))

    async def conversation(
        self, access: str, user: str, offset: int = 0, count: int = HISTORY_ROWS
    ) -> tuple[Spoken, ...]:
        """The newest messages with one citizen, newest first."""
        which = {"user_id": user, **_rows(offset, count)}
        return read_history(await self._get("/v2.0/oa/conversation", access, which))

    async def _send(self, access: str, user: str, message: dict[str, Any]) -> Sent:
        body = {"recipient": {"user_id": user}, "message": message}
        return read_sent(await self._call("POST", "/v3.0/oa/message/cs", access, json=body))

    async def _upload(self, kind: str, access: str, name: str, content: bytes) -> str:
        files = {"file": (_short(name), content)}
        data = object_of(await self._call("POST", f"/v2.0/oa/upload/{kind}", access, files=files))
        found = id_of(data.get("attachment_id")) or id_of(data.get("token"))
        if found is None:
            raise ZaloError(0, NO_ID, "bug")
        return found

    async def _get(self, path: str, access: str, which: dict[str, Any]) -> Any:
        return await self._call("GET", path, access, params={"data": json.dumps(which, separators=(",", ":"))})

    async def _call(self, method: str, path: str, access: str, **options: Any) -> Any:
        headers = {"access_token": access}
        if self._proof_secret:
            headers["appsecret_proof"] = proof(self._proof_secret, access)
        return data_of(await call(self._http, method, self._base + path, headers=headers, **options))


def proof(app_secret: str, access: str) -> str:
    """The `appsecret_proof` of a token: 64 hex digits (§3.5)."""
    return hmac.new(app_secret.encode(), access.encode(), hashlib.sha256).hexdigest()


def _rows(offset: int, count: int) -> dict[str, int]:
    if not 1 <= count <= HISTORY_ROWS:
        raise ValueError(f"count must be 1 to {HISTORY_ROWS}, not {count}")
    return {"offset": offset, "count": count}


def _short(name: str) -> str:
    """A file name of at most `FILE_NAME_CHARACTERS`, with its ending."""
    ending = PurePosixPath(name).suffix[:20]
    return name[: FILE_NAME_CHARACTERS - len(ending)].removesuffix(ending) + ending
