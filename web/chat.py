"""The page of the web chat, and the messages posted to it."""

from __future__ import annotations

import uuid
from time import perf_counter

import anyio
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from storage.turns import find_conversation, history
from web.accept import CHANNEL, take, until_done
from web.incoming import read_posted
from web.security import check_sender, citizen_of, remember
from web.site import DATABASE_SECONDS, site_of
from web.view import clock, timeline

WAIT_WITHOUT_SCRIPT_SECONDS = 8.0


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
    content = site.front.page(
        "chat.html",
        bubbles=timeline(rows, conversation, site.keys, site.now()) if conversation else [],
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
    citizen = check_sender(request, posted.csrf, site.keys, site.settings, draft=posted.text)
    conversation, accepted = await take(site, citizen, posted)
    site.meter.accepts.observe(perf_counter() - started)
    if posted.by_script:
        now = site.now()
        return JSONResponse({"turn": accepted.turn_id, "clock": clock(now, now)}, status_code=202)
    with anyio.move_on_after(WAIT_WITHOUT_SCRIPT_SECONDS):
        await until_done(site, conversation, accepted.turn_id)
    return RedirectResponse("/#end", status_code=303)
