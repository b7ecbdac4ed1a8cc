"""One stream of server-sent events for all phones of a page: a browser opens only six connections to one address."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.routing import Route

from emulator.control import sender_of
from emulator.control_users import PING_SECONDS, shown
from emulator.desk import control, view
from emulator.layer import platform_of
from emulator.platform import Platform
from emulator.records import Message
from emulator.webhook import Sender

STATE_SECONDS = 0.3
"""The state is compared this often."""
ATTEMPTS_SHOWN = 12
OA_SHOWN = ("oa_id", "name", "verified", "disabled")
APP_SHOWN = ("app_id", "name", "webhook_url", "subscribed")
News = asyncio.Queue[tuple[str, Message]]


async def stream(request: Request) -> Any:
    """`?user_id=` once for each phone; ids of nobody are left out.

    `event: state` when it has changed, and `event: message` with the user's id for every message that is new or
    has changed, beginning with those there are.
    """
    platform = platform_of(request)
    ids = list(dict.fromkeys(request.query_params.getlist("user_id")))
    return EventSourceResponse(
        _events(platform, sender_of(request), ids),
        ping=PING_SECONDS,
        ping_message_factory=lambda: ServerSentEvent(event="ping", data=""),
    )


async def _events(platform: Platform, sender: Sender, ids: list[str]) -> AsyncIterator[ServerSentEvent]:
    loop, told, due = asyncio.get_running_loop(), "", 0.0
    with _watching(platform, ids) as news:
        for user_id in ids:
            for message in list(platform.users[user_id].log) if user_id in platform.users else ():
                news.put_nowait((user_id, message))
        while True:
            if loop.time() >= due:
                due = loop.time() + STATE_SECONDS
                now = json.dumps(state(platform, sender, ids), ensure_ascii=False)
                if now != told:
                    yield ServerSentEvent(f'{{"now":{platform.clock.now()},"state":{now}}}', event="state")
                told = now
            try:
                user_id, message = await asyncio.wait_for(news.get(), max(0.001, due - loop.time()))
            except asyncio.TimeoutError:
                continue
            data = json.dumps({"user_id": user_id, "message": shown(message)}, ensure_ascii=False)
            yield ServerSentEvent(data, event="message")


@contextmanager
def _watching(platform: Platform, ids: list[str]) -> Iterator[News]:
    """A queue of what happens in the chats of these users."""
    news: News = asyncio.Queue()

    def put(user_id: str, message: Message) -> None:
        news.put_nowait((user_id, message))

    watches = {user_id: partial(put, user_id) for user_id in ids if user_id in platform.users}
    for user_id, watch in watches.items():
        platform.watchers.setdefault(user_id, []).append(watch)
    try:
        yield news
    finally:
        for user_id, watch in watches.items():
            platform.watchers[user_id].remove(watch)
            if not platform.watchers[user_id]:
                del platform.watchers[user_id]


def state(platform: Platform, sender: Sender, ids: list[str]) -> dict[str, Any]:
    """What the page shows beside the messages; without secrets, and without the time, which always changes."""
    counts = platform.counts
    return {
        "ahead": platform.clock.ahead,
        "pending": len(platform.deliveries),
        "in_flight": sender.flying,
        "delivered": counts["webhooks_delivered"],
        "failed": counts["webhooks_failed"],
        "held": platform.options.hold_webhooks,
        "attempts": list(islice(reversed(platform.attempts), ATTEMPTS_SHOWN)),
        "faults": [vars(fault) for fault in platform.faults],
        "apps": [{name: getattr(app, name) for name in APP_SHOWN} for app in platform.apps.values()],
        "phones": {user_id: _phone(platform, user_id) for user_id in ids if user_id in platform.users},
    }


def _phone(platform: Platform, user_id: str) -> dict[str, Any]:
    user = platform.users[user_id]
    oa = platform.oa(user.oa_id)
    return {"user": view(user), "oa": {name: getattr(oa, name) for name in OA_SHOWN}}


ROUTES = [Route("/page/stream", control(stream))]
