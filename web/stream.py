"""Answers as they come: server-sent events of one conversation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import psycopg
from psycopg_pool import PoolTimeout
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from storage.database import Row
from storage.turns import find_conversation
from web.accept import CHANNEL, read_history
from web.security import citizen_of
from web.site import DATABASE_SECONDS, Site, site_of
from web.view import turn_bubbles

HEARTBEAT_SECONDS = 15
SEND_SECONDS = 20.0
LONGEST_ID = 18
"""Digits; more don't fit PostgreSQL's bigint."""


async def stream(request: Request) -> Response:
    """Every answer after the last one seen, each once; 204 (which ends an EventSource) before the first message."""
    site = site_of(request)
    citizen = citizen_of(request, site.keys, site.settings)
    conversation = None
    if citizen is not None:
        async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
            conversation = await find_conversation(connection, channel=CHANNEL, citizen=citizen)
    if conversation is None:
        return Response(status_code=204)
    return EventSourceResponse(
        _turn_events(site, conversation, _last_seen(request)),
        ping=HEARTBEAT_SECONDS,
        # A named event, unlike a comment, reaches the script: it notices a connection that died silently.
        ping_message_factory=lambda: ServerSentEvent(event="ping", data=""),
        send_timeout=SEND_SECONDS,
    )


def _last_seen(request: Request) -> int:
    values = (request.headers.get("last-event-id", ""), request.query_params.get("after", ""))
    numbers = [int(value) for value in values if value.isdecimal() and len(value) <= LONGEST_ID]
    return max(numbers, default=0)


async def _turn_events(site: Site, conversation: UUID, after: int) -> AsyncIterator[ServerSentEvent]:
    sent: set[int] | None = None
    with site.live.watch(conversation) as bell:
        while not bell.closed:
            try:
                done = [row for row in await read_history(site, conversation) if row["done_at"]]
            except (psycopg.Error, PoolTimeout):
                # The browser comes back by itself, with the id of the last turn it has.
                return
            if sent is None:
                sent = {row["id"] for row in done if row["id"] <= after}
            for row in [row for row in done if row["id"] not in sent]:
                sent.add(row["id"])
                yield _event(site, conversation, row, newest=max(sent))
            await bell.wait()


def _event(site: Site, conversation: UUID, row: Row, *, newest: int) -> ServerSentEvent:
    bubbles = turn_bubbles(row, conversation, site.keys, site.now())
    return ServerSentEvent(site.front.turn(bubbles), event="turn", id=str(newest))
