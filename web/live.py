"""Tell waiting streams of this process that a turn of their conversation is done.

One connection listens for the whole process. A bell only says "look again": its owner reads what is new from the
database, so that a notification lost while PostgreSQL was away costs nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

import psycopg
from psycopg import AsyncConnection, sql

from storage.turns import TURN_CHANNEL

STREAMS_A_CONVERSATION = 6
"""More tabs than anybody keeps open; the oldest stream gives way."""
CHECK_SECONDS = 30.0
FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0
log = logging.getLogger(__name__)


class Bell:
    """Rings when the conversation may have something new."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.closed = False

    def ring(self) -> None:
        self._event.set()

    def close(self) -> None:
        """Ask the owner to stop."""
        self.closed = True
        self._event.set()

    async def wait(self) -> None:
        """Wait for the next ring; one that came since the last wait counts."""
        await self._event.wait()
        self._event.clear()


class Live:
    """Fans notifications of PostgreSQL out to bells.

    Args:
        url: the database to listen to.
        restored: awaited whenever the database can be reached (again), before any bell rings.
    """

    def __init__(self, url: str, restored: Callable[[], Awaitable[None]]) -> None:
        self._url = url
        self._restored = restored
        self._bells: dict[UUID, list[Bell]] = {}
        self.connected = False

    @contextmanager
    def watch(self, conversation: UUID) -> Iterator[Bell]:
        """A bell of this conversation. Read the database after entering, then wait."""
        bells = self._bells.setdefault(conversation, [])
        if len(bells) >= STREAMS_A_CONVERSATION:
            bells.pop(0).close()
        bell = Bell()
        bells.append(bell)
        try:
            yield bell
        finally:
            with suppress(ValueError):
                bells.remove(bell)
            if not bells and self._bells.get(conversation) is bells:
                del self._bells[conversation]

    async def run(self) -> None:
        """Listen for ever; connects again, with growing pauses, when the connection is lost."""
        wait = FIRST_WAIT
        while True:
            try:
                await self._listen()
            except psycopg.Error as error:
                # A connection that had worked was probably cut by a restart: try again soon.
                wait = FIRST_WAIT if self.connected else min(wait * 2, LONGEST_WAIT)
                self.connected = False
                log.warning("live updates lost, next try in %.1f s: %s", wait, type(error).__name__)
            await asyncio.sleep(wait)

    async def _listen(self) -> None:
        async with await AsyncConnection.connect(self._url, autocommit=True, connect_timeout=5) as connection:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(TURN_CHANNEL)))
            await self._restored()
            self.connected = True
            self._ring_all()
            while True:
                async for notification in connection.notifies(timeout=CHECK_SECONDS):
                    self._ring(notification.payload)
                # A connection that died without a word raises here.
                await connection.execute("SELECT 1")

    def _ring(self, payload: str) -> None:
        conversation, _, _ = payload.partition(":")
        with suppress(ValueError):
            for bell in self._bells.get(UUID(conversation), []):
                bell.ring()

    def _ring_all(self) -> None:
        for bells in self._bells.values():
            for bell in bells:
                bell.ring()
