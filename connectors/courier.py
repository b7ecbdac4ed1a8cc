"""A courier: sends what waits to the platforms, fetches attachments, and runs the timers, until told to stop.

Run as `python -m connectors.courier <name>`. Any number may run; replies to one citizen stay in order by the queue's
lock. It never loads Rasa.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

from connectors.zalo.files import Files
from connectors.zalo.hosts import Hosts
from connectors.zalo.media import Fetcher
from connectors.zalo.sender import deliver
from connectors.zalo.station import Station, endpoints_of, make_station
from connectors.zalo.timers import Timers
from connectors.zalo.transport import make_http
from storage.beat import quietly, serve, work
from storage.database import make_pool
from storage.queue import DELIVERY_QUEUE, make_queue
from storage.secret import read_secret
from storage.settings import Settings, local_now

CONCURRENCY, POOL_SIZE = 16, 24
"""Jobs at once, each with a connection, and some more for what is short."""
POLL_SECONDS = 1.0
NICENESS = 5
"""Between web, which platforms wait for, and the dialogue, which makes what is sent."""
GRACE_SECONDS = 11.0
"""Longer than a call; what is cancelled after that is looked for in the history later."""


async def run(name: str, settings: Settings, url: str) -> None:
    """Serve until the process is told to stop."""
    secret = read_secret(settings)
    async with make_pool(url, size=POOL_SIZE) as pool, make_http() as http:
        # What jobs queue goes through their own connections, so this queue is never opened.
        station = make_station(pool, make_queue(url), http, endpoints_of(settings), secret, local_now)
        files = Files(station, Fetcher(Hosts(listed=frozenset(settings.attachment_hosts))), settings.data)
        queue = make_queue(url, deliver=quietly(_deliverer(station)), fetch_attachment=quietly(files.fetch))
        timers = asyncio.create_task(Timers(station).run())
        try:
            await work(
                name,
                queue,
                DELIVERY_QUEUE,
                concurrency=CONCURRENCY,
                poll_seconds=POLL_SECONDS,
                grace_seconds=GRACE_SECONDS,
            )
        finally:
            timers.cancel()
            with suppress(asyncio.CancelledError):
                await timers
            await station.keeper.close()


def _deliverer(station: Station) -> Callable[[str], Awaitable[None]]:
    async def task(conversation_id: str) -> None:
        await deliver(station, UUID(conversation_id))

    return task


def main() -> None:
    serve(run, name="courier-1", niceness=NICENESS)


if __name__ == "__main__":
    main()
