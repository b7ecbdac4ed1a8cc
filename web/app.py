"""The application: its routes, and what it opens and closes with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import anyio
import psycopg
from psycopg_pool import PoolTimeout
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ExceptionHandler

from storage.console import Kind
from storage.database import make_pool
from storage.intake import Intake
from storage.queue import make_queue
from storage.secret import read_secret
from storage.settings import Settings, local_now
from web import errors
from web.chat import post_message, show_chat
from web.console import stopped
from web.console.checking import HASHES_AT_ONCE
from web.console.routes import ROUTES as CONSOLE
from web.files import download
from web.front import read_front
from web.headers import SecurityHeaders
from web.health import health, ready
from web.live import Live
from web.meter import Meter
from web.metrics import metrics
from web.refused import Refused
from web.security import Clock, Keys
from web.site import Site, site_of
from web.stream import stream
from web.view import FILES

POOL_SIZE = 8
# Not around the whole application: it would hold back the head of a stream until the first event.
SMALLER = Middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)


def make_app(
    settings: Settings, url: str, now: Clock = local_now, *, extra: Sequence[Route] = (), kinds: Sequence[Kind] = ()
) -> Starlette:
    """The web process for the database `url`; nothing is opened before its lifespan begins.

    Args:
        extra: routes of connectors, which find what they need in `app.state.intake`.
        kinds: the platforms whose accounts the console shows.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        front = await anyio.to_thread.run_sync(read_front, settings)
        secret, meter, queue = read_secret(settings), Meter(), make_queue(url)
        async with make_pool(url, size=POOL_SIZE) as pool, queue.open_async(), anyio.create_task_group() as tasks:
            async with pool.connection() as connection:
                await meter.start(connection)
            # Connections that died with a restart of PostgreSQL are replaced before anybody asks for them.
            live = Live(url, restored=pool.check)
            tasks.start_soon(live.run)
            app.state.site = Site(settings, now, Keys(secret, now), front, pool, queue, live, meter)
            app.state.intake = Intake(pool, queue, now, secret, meter.webhook)
            app.state.kinds = {kind.id: kind for kind in kinds}
            app.state.hashing = anyio.CapacityLimiter(HASHES_AT_ONCE)
            yield
            tasks.cancel_scope.cancel()

    return Starlette(
        routes=[*ROUTES, *CONSOLE, *extra],
        middleware=[Middleware(SecurityHeaders, secure=settings.secure_cookies)],
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )


async def static(request: Request) -> Response:
    """A static file."""
    return site_of(request).front.assets.response(request)


ROUTES = [
    Route("/", show_chat, middleware=[SMALLER]),
    Route("/chat/messages", post_message, methods=["POST"]),
    Route("/chat/stream", stream),
    Route(f"{FILES}/{{id:int}}", download),
    Route("/health", health),
    Route("/ready", ready),
    Route("/metrics", metrics),
    Route("/static/{name:path}", static, middleware=[SMALLER]),
]
HANDLERS: Mapping[Any, ExceptionHandler] = {
    **stopped.HANDLERS,
    Refused: errors.on_refused,
    psycopg.OperationalError: errors.on_database_down,
    PoolTimeout: errors.on_database_down,
    404: errors.on_not_found,
    Exception: errors.on_broken,
}
