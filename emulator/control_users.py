"""The control API of users: making them, what they do, what they see."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import fields
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.routing import Route

from emulator.control import new
from emulator.desk import change, control, read, view
from emulator.ids import asset_id, number_id
from emulator.layer import platform_of
from emulator.messages import Draft
from emulator.platform import Platform
from emulator.records import Asset, Message, User
from emulator.samples import sample
from emulator.sending import accept
from emulator.users import perform
from emulator.windows import agent_may

USER_FIELDS = tuple(f.name for f in fields(User) if f.name not in ("user_id", "oa_id", "log"))
PING_SECONDS = 15
BACKFILL = 50
MOST_USERS = 10_000


def _user(request: Request) -> User:
    return platform_of(request).user(request.path_params["user_id"])


async def users(request: Request) -> Any:
    """List the users of an OA, or add one, or `count` of them."""
    platform = platform_of(request)
    if request.method == "GET":
        oa_id = request.query_params.get("oa_id")
        return {"users": [view(user) for user in platform.users.values() if oa_id in (None, user.oa_id)]}
    values = await read(request)
    count = values.pop("count", None)
    if count is None:
        return view(_add(platform, values))
    if type(count) is not int or not 1 <= count <= MOST_USERS or "user_id" in values:
        raise ValueError(f"count must be 1 to {MOST_USERS}, without a user_id")
    name = values.get("name", "Công dân")
    return {"users": [view(_add(platform, {**values, "name": f"{name} {n}"})) for n in range(1, count + 1)]}


def _add(platform: Platform, values: dict[str, Any]) -> User:
    new(platform.users, values, "user_id", ("oa_id", *USER_FIELDS))
    oa = platform.oa(values.get("oa_id", ""))
    known = {field: value for field, value in values.items() if field in USER_FIELDS}
    user = User(values.get("user_id", number_id()), oa.oa_id, number_id())
    change(user, known, USER_FIELDS)
    platform.users[user.user_id] = user
    return user


async def one_user(request: Request) -> Any:
    """Show or change a user."""
    user = _user(request)
    if request.method == "PATCH":
        change(user, await read(request), USER_FIELDS)
    return view(user)


async def acts(request: Request) -> Any:
    """Make a user do something: `{"act": name, ...}`."""
    values = await read(request)
    return perform(platform_of(request), _user(request), str(values.pop("act", "")), values)


async def agent(request: Request) -> Any:
    """A person in OA Manager writes: `text`, or `kind` image or file; `admin_id` is made when it is not given."""
    platform, user, values = platform_of(request), _user(request), await read(request)
    if not agent_may(user.last_interaction, platform.clock.now()):
        raise ValueError("the last interaction is more than 365 days ago")
    kind, text = values.get("kind", "text"), values.get("text", "")
    if kind not in ("text", "image", "file") or not isinstance(text, str) or (kind == "text" and not text.strip()):
        raise ValueError("kind must be text, image or file, and text a text that is not empty")
    asset = ""
    if kind != "text":
        asset = _upload(platform, user, kind, values)
    admin_id = str(values.get("admin_id") or number_id())
    message = accept(platform, user, Draft(kind, text, asset=asset), admin_id=admin_id)
    return {"message_id": message.id, "admin_id": admin_id}


def _upload(platform: Platform, user: User, kind: str, values: dict[str, Any]) -> str:
    name, content = sample(kind, str(values.get("name", "")), str(values.get("content", "")))
    file = platform.cdn.put(content, name.rpartition(".")[2])
    app_id = platform.oa(user.oa_id).app_id
    asset = Asset(asset_id(), app_id, user.oa_id, kind, name, len(content), platform.clock.now(), file)
    platform.assets[asset.id] = asset
    return asset.id


async def transcript(request: Request) -> Any:
    """Both sides of a chat, oldest first; `?limit=` of the newest."""
    platform, user = platform_of(request), _user(request)
    limit = int(request.query_params.get("limit", "200"))
    if limit < 1:
        raise ValueError("limit must be at least 1")
    messages = [shown(message) for message in user.log][-limit:]
    oa = platform.oa(user.oa_id)
    return {"user": view(user), "oa": {"oa_id": oa.oa_id, "name": oa.name}, "messages": messages}


def shown(message: Message) -> dict[str, Any]:
    """A message with the side that wrote it: user, oa (by the API) or agent."""
    side = "user" if message.src else "agent" if message.admin_id else "oa"
    return {"from": side, **vars(message)}


async def stream(request: Request) -> Any:
    """Server-sent events of a chat: each message when it is new and whenever it has changed, by its id."""
    platform = platform_of(request)
    user = platform.user(request.query_params.get("user_id", ""))
    backfill = int(request.query_params.get("backfill", str(BACKFILL)))
    return EventSourceResponse(
        _messages(platform, user, backfill),
        ping=PING_SECONDS,
        ping_message_factory=lambda: ServerSentEvent(event="ping", data=""),
    )


async def _messages(platform: Platform, user: User, backfill: int) -> AsyncIterator[ServerSentEvent]:
    queue: asyncio.Queue[Message] = asyncio.Queue()
    watchers = platform.watchers.setdefault(user.user_id, [])
    watchers.append(queue.put_nowait)
    try:
        for message in list(user.log)[-backfill:] if backfill > 0 else []:
            yield _event(message)
        while True:
            yield _event(await queue.get())
    finally:
        watchers.remove(queue.put_nowait)
        if not watchers:
            platform.watchers.pop(user.user_id, None)


def _event(message: Message) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(shown(message), ensure_ascii=False), event="message", id=message.id)


ROUTES = [
    Route("/users", control(users), methods=["GET", "POST"]),
    Route("/users/{user_id}", control(one_user), methods=["GET", "PATCH"]),
    Route("/users/{user_id}/acts", control(acts), methods=["POST"]),
    Route("/users/{user_id}/agent", control(agent), methods=["POST"]),
    Route("/users/{user_id}/transcript", control(transcript)),
    Route("/stream", control(stream)),
]
