"""What has to happen without a message: tokens, health, catching up, silence, forgetting, lost jobs.

Every courier runs this, and one at a time does the work.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from procrastinate.exceptions import ConnectorException
from psycopg import Error as DatabaseError
from psycopg_pool import PoolTimeout

from connectors.zalo import health
from connectors.zalo.accounts import KIND
from connectors.zalo.catchup import catch_up
from connectors.zalo.errors import AnswerUnknown, Unreachable, ZaloError
from connectors.zalo.oauth import TokenError
from connectors.zalo.station import Station, Wait
from connectors.zalo.tokens import ConsentNeeded
from storage import channels
from storage.channels import Account
from storage.deliveries import forgotten_conversations
from storage.locks import alone
from storage.queue import defer_delivery
from storage.sealed import CantOpen
from storage.watch import forget_old

logger = logging.getLogger(__name__)
LOCK = "zalo timers"
TICK_SECONDS = 10.0
AGAIN = timedelta(minutes=1)
AT_ONCE = 4
"""Accounts: each may hold a connection for as long as a refresh takes."""
LOST = timedelta(minutes=2)
"""How long a reply may be due without a job."""
DATABASE = (DatabaseError, PoolTimeout, ConnectorException)
PLATFORM = (Wait, ConsentNeeded, TokenError, ZaloError, Unreachable, AnswerUnknown, CantOpen)


@dataclass(frozen=True)
class Task:
    """Something to do for each account that is connected, or once for all."""

    name: str
    every: timedelta
    work: Callable[[Station, Account], Awaitable[object]]


async def keep_token(station: Station, account: Account) -> None:
    """Replace a token before it is too old, also when nobody writes."""
    await station.keeper.access_token(account.id, station.now())


FOR_EACH = (
    Task("token", timedelta(minutes=10), keep_token),
    Task("history", timedelta(minutes=5), catch_up),
    Task("health", timedelta(minutes=15), health.check),
    Task("silence", timedelta(minutes=1), health.listen),
)
FORGET_EVERY, LOST_EVERY = timedelta(hours=1), timedelta(minutes=1)


class Timers:
    """Knows when each task is due; at the start, all are."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._due: dict[tuple[str, str], datetime] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Do what is due while no other process does; until cancelled."""
        while True:
            try:
                async with alone(self._station.pool, LOCK) as connection:
                    if connection is not None:
                        self._due.clear()
                    while connection is not None:
                        await self.tick()
                        await asyncio.sleep(TICK_SECONDS)
                        # The lock is ours as long as this connection lives.
                        await connection.execute("SELECT 1")
            except DATABASE as error:
                logger.error("the database did not answer (%s); trying again", type(error).__name__)
            except Exception as error:
                # What an unforeseen error quotes may be a citizen's words.
                logger.error("the timers failed (%s); trying again", type(error).__name__)
            await asyncio.sleep(TICK_SECONDS)

    async def tick(self) -> None:
        """Everything that is due now, once."""
        station = self._station
        if self._is_due("forget", "", FORGET_EVERY):
            async with station.pool.connection() as connection, connection.transaction():
                await forget_old(connection, station.now())
        if self._is_due("lost", "", LOST_EVERY):
            await queue_lost(station)
        async with station.pool.connection() as connection:
            accounts = await channels.list_accounts(connection, KIND)
        await asyncio.gather(*(self._serve(account) for account in accounts if account.state == "connected"))

    async def _serve(self, account: Account) -> None:
        async with self._turns:
            for task in FOR_EACH:
                if self._is_due(task.name, account.id, task.every):
                    await self._do(task, account)

    async def _do(self, task: Task, account: Account) -> None:
        try:
            await task.work(self._station, account)
        except (*PLATFORM, *DATABASE) as error:
            logger.warning("%s of %s: %s", task.name, account.id, _short(error))
            self._due[task.name, account.id] = self._station.now() + min(AGAIN, task.every)

    def _is_due(self, name: str, account_id: str, every: timedelta) -> bool:
        """Whether it is time; if so, the next time is noted."""
        now = self._station.now()
        if now < self._due.get((name, account_id), now):
            return False
        self._due[name, account_id] = now + every
        return True


def _short(error: Exception) -> str:
    return f"{type(error).__name__} {error.code}" if isinstance(error, ZaloError) else type(error).__name__


async def queue_lost(station: Station) -> None:
    """Queue the sending of replies that are due and have no job."""
    async with station.pool.connection() as connection, connection.transaction():
        lost = await forgotten_conversations(connection, station.now() - LOST)
        for conversation in lost:
            await defer_delivery(connection, station.queue, conversation)
    if lost:
        logger.error("%d conversations had replies without a job", len(lost))
