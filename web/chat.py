"""The web chat: the page, posted messages, and the stream of answers."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from time import perf_counter

import anyio
import psycopg
from psycopg_pool import PoolTimeout
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from storage.database import Connection, Row
from storage.turns import Accepted, Incoming, accept, button_of, find_conversation, history, open_conversation
from web import refused
from web.incoming import Posted, read_posted
from web.refused import Refused
from web.security import check_sender, citizen_of, remember
from web.site import DATABASE_SECONDS, Site, site_of
from web.view import clock, timeline, turn_bubbles

CHANNEL = "web"
MESSAGES_A_MINUTE = 30
MINUTE = timedelta(minutes=1)
WAIT_WITHOUT_SCRIPT_SECONDS = 8.0
HEARTBEAT_SECONDS = 15
SEND_SECONDS = 20.0


async def show_chat(request: Request) -> Response:
    """The page with everything said so far."""
    return await chat_page(request)


async def chat_page(request: Request, *, status: int = 200, notice: str = "", draft: str = "") -> Response:
    """The page, with a notice when something was not accepted and the citizen's draft in its field."""
    site = site_of(request)
    citizen = citizen_of(request, site.keys, site.settings) or uuid.uuid4().hex
    async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
        conversation = await find_conversation(connection, channel=CHANNEL, citizen=citizen)
        rows = await history(connection, conversation) if conversation else []
    bubbles = timeline(rows, conversation, site.keys, site.now()) if conversation else []
    content = site.front.page(
        "chat.html",
        bubbles=bubbles,
        after=max((row["id"] for row in rows if row["done_at"]), default=0),
        csrf=site.keys.csrf(citizen),
        message_id=str(uuid.uuid4()),
        notice=notice,
        draft=draft,
    )
    response = HTMLResponse(content, status_code=status, headers={"Cache-Control": "no-store"})
    remember(response, citizen, site.keys, site.settings)
    return response


async def post_message(request: Request) -> Response:
    """Accept one message: 202 for scripts; a page without script gets its answer with the next page."""
    site, started = site_of(request), perf_counter()
    posted = await read_posted(request)
    citizen = check_sender(request, posted.csrf, site.keys, site.settings)
    conversation, accepted = await _accept(site, citizen, posted)
    site.meter.accepts.observe(perf_counter() - started)
    if posted.by_script:
        now = site.now()
        return JSONResponse({"turn": accepted.turn_id, "clock": clock(now, now)}, status_code=202)
    with anyio.move_on_after(WAIT_WITHOUT_SCRIPT_SECONDS):
        await _until_done(site, conversation, accepted.turn_id)
    return RedirectResponse("/#end", status_code=303)


async def _accept(site: Site, citizen: str, posted: Posted) -> tuple[uuid.UUID, Accepted]:
    """Store and queue a message in one transaction.

    Raises:
        Refused: a button that was not offered here, or too many messages.
    """
    now = site.now()
    async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
        conversation = await open_conversation(
            connection, channel=CHANNEL, citizen=citizen, unit=site.settings.unit, at=now
        )
        message = await _message(site, connection, conversation, posted)
        if await _others_within_minute(connection, message, site) >= MESSAGES_A_MINUTE:
            raise Refused(429, refused.TOO_MANY, draft=posted.text, headers={"Retry-After": "60"})
        return conversation, await accept(connection, site.queue, message, at=now)


async def _message(site: Site, connection: Connection, conversation: uuid.UUID, posted: Posted) -> Incoming:
    if not posted.button:
        return Incoming(conversation, posted.message_id, posted.text)
    outbox_id, index = site.keys.pressed(posted.button, conversation)
    button = await button_of(connection, conversation, outbox_id, index)
    if button is None:
        raise Refused(400, refused.OLD_BUTTON)
    return Incoming(conversation, posted.message_id, button["title"], button["payload"])


async def _others_within_minute(connection: Connection, message: Incoming, site: Site) -> int:
    # The message itself doesn't count: sending it again must not be refused after it was accepted.
    cursor = await connection.execute(
        "SELECT count(*) AS others FROM turn WHERE conversation_id = %s AND accepted_at > %s AND message_id <> %s",
        (message.conversation_id, site.now() - MINUTE, message.message_id),
    )
    row = await cursor.fetchone()
    return int(row["others"]) if row else 0


async def _read(site: Site, conversation: uuid.UUID) -> list[Row]:
    async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
        return await history(connection, conversation)


async def _until_done(site: Site, conversation: uuid.UUID, turn_id: int) -> None:
    with site.live.watch(conversation) as bell:
        while not any(row["id"] == turn_id and row["done_at"] for row in await _read(site, conversation)):
            await bell.wait()


async def stream(request: Request) -> Response:
    """Answers as they come, each once; 204 (which ends an EventSource) before the first message."""
    site = site_of(request)
    citizen = citizen_of(request, site.keys, site.settings)
    conversation = None
    if citizen is not None:
        async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
            conversation = await find_conversation(connection, channel=CHANNEL, citizen=citizen)
    if conversation is None:
        return Response(status_code=204)
    seen = [request.headers.get("last-event-id", ""), request.query_params.get("after", "")]
    after = max((int(value) for value in seen if value.isdecimal() and len(value) < 19), default=0)
    return EventSourceResponse(
        _turn_events(site, conversation, after),
        ping=HEARTBEAT_SECONDS,
        # A named event, unlike a comment, reaches the script: it notices a connection that died silently.
        ping_message_factory=lambda: ServerSentEvent(event="ping", data=""),
        send_timeout=SEND_SECONDS,
    )


async def _turn_events(site: Site, conversation: uuid.UUID, after: int) -> AsyncIterator[ServerSentEvent]:
    sent: set[int] | None = None
    with site.live.watch(conversation) as bell:
        while not bell.closed:
            try:
                done = [row for row in await _read(site, conversation) if row["done_at"]]
            except (psycopg.Error, PoolTimeout):
                # The browser comes back with the id of the last turn it has.
                return
            if sent is None:
                sent = {row["id"] for row in done if row["id"] <= after}
            for row in [row for row in done if row["id"] not in sent]:
                sent.add(row["id"])
                yield _event(site, conversation, row, newest=max(sent))
            await bell.wait()


def _event(site: Site, conversation: uuid.UUID, row: Row, *, newest: int) -> ServerSentEvent:
    bubbles = turn_bubbles(row, conversation, site.keys, site.now())
    return ServerSentEvent(site.front.turn(bubbles), event="turn", id=str(newest))


async def refuse(request: Request, error: Exception) -> Response:
    """Say why something was not accepted: JSON for scripts, the page for people."""
    assert isinstance(error, Refused)
    return await refusal(request, error)


async def refusal(request: Request, error: Refused) -> Response:
    """The response of a request that is not accepted."""
    from web.incoming import wants_json

    if wants_json(request):
        content = {"message": error.message}
        return Response(
            json.dumps(content, ensure_ascii=False), error.status, error.headers, media_type="application/json"
        )
    response = await chat_page(request, status=error.status, notice=error.message, draft=error.draft)
    response.headers.update(error.headers)
    return response
