"""Fetch what a citizen sent along with a report, keep it once, or record why it is not kept.

A photo of an identity card is never kept, and the citizen is told so.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

from connectors.zalo.media import Fetched, Fetcher, Reason, Refused
from connectors.zalo.station import Station
from procedures.load import Loader
from storage.attachments import refuse_attachment, store_content, waiting_attachment
from storage.database import Row
from storage.deliveries import say_also
from storage.queue import defer_delivery, defer_fetch

logger = logging.getLogger(__name__)
CARD_REPLY = "attachment_id_card"
AGAIN, LONGEST = timedelta(seconds=30), timedelta(minutes=30)
"""When to ask again a server that does not answer, and for how long after the message came."""
BUSY_WAIT = timedelta(seconds=2)
AT_ONCE = 4
"""Fetches of one process: slow servers must not keep replies waiting."""


class Files:
    """Fetches attachments for the jobs of one process."""

    def __init__(self, station: Station, fetcher: Fetcher, data: Path) -> None:
        self._station, self._fetcher, self._data = station, fetcher, data
        self._running = 0

    async def fetch(self, attachment_id: int) -> None:
        """Fetch one attachment that waits.

        Raises:
            psycopg.Error, psycopg_pool.PoolTimeout, procrastinate.exceptions.ConnectorException: the database is away.
        """
        if self._running >= AT_ONCE:
            await self._again(attachment_id, BUSY_WAIT)
            return
        self._running += 1
        try:
            async with self._station.pool.connection() as connection:
                row = await waiting_attachment(connection, attachment_id)
            if row is not None:
                await self._settle(row, await self._fetcher.fetch(row["url"]))
        finally:
            self._running -= 1

    async def _settle(self, row: Row, result: Fetched | Refused) -> None:
        if isinstance(result, Fetched):
            async with self._station.pool.connection() as connection, connection.transaction():
                await store_content(connection, row["id"], result.content, media_type=result.media_type)
            return
        if result.reason == "unreachable" and self._station.now() - row["created_at"] < LONGEST:
            await self._again(row["id"], AGAIN)
            return
        await self._refuse(row, result.reason)

    async def _refuse(self, row: Row, reason: Reason) -> None:
        logger.info("attachment %d is not kept: %s", row["id"], reason)
        said = await asyncio.to_thread(card_reply, self._data) if reason == "id_card" else None
        now = self._station.now()
        async with self._station.pool.connection() as connection, connection.transaction():
            await refuse_attachment(connection, row["id"], reason)
            conversation = await say_also(connection, row["turn_id"], said, at=now) if said else None
            if conversation is not None:
                await defer_delivery(connection, self._station.queue, conversation)

    async def _again(self, attachment_id: int, wait: timedelta) -> None:
        async with self._station.pool.connection() as connection:
            await defer_fetch(connection, self._station.queue, attachment_id, not_before=self._station.now() + wait)


def card_reply(data: Path) -> str:
    """What a citizen reads about a photo of a card.

    Raises:
        KeyError: the knowledge base has no such reply.
    """
    return Loader(data).replies()[CARD_REPLY].text
