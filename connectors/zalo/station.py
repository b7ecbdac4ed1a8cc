"""What a courier works with, and the one way in which it calls the platform: counted, with a good token.

Source: Zalo OA reference of 2026-11-22, §3.4 (a refused token is replaced once) and §5 (4,000 calls a minute and
application).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import httpx
import procrastinate

from connectors.zalo.client import Client
from connectors.zalo.errors import ZaloError
from connectors.zalo.tokens import TokenKeeper
from connectors.zalo.transport import Endpoints
from storage.channels import Account
from storage.database import Pool
from storage.deliveries import spend_call, use_up_minute
from storage.sealed import Seal
from storage.settings import Settings

T = TypeVar("T")
CALLS_A_MINUTE = 4_000
MINUTE = timedelta(minutes=1)


class Wait(Exception):
    """Nothing can be called before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


@dataclass(frozen=True)
class Station:
    """The open resources of a courier. `queue` only queues, in the transactions of connections of `pool`."""

    pool: Pool
    queue: procrastinate.App
    http: httpx.AsyncClient
    client: Client
    keeper: TokenKeeper
    secret: str
    now: Callable[[], datetime]
    calls_a_minute: int = CALLS_A_MINUTE


def make_station(
    pool: Pool,
    queue: procrastinate.App,
    http: httpx.AsyncClient,
    endpoints: Endpoints,
    secret: str,
    now: Callable[[], datetime],
    *,
    calls_a_minute: int = CALLS_A_MINUTE,
) -> Station:
    """A station whose parts share their connections."""
    keeper = TokenKeeper(pool, http, endpoints, Seal(secret))
    return Station(pool, queue, http, Client(http, endpoints), keeper, secret, now, calls_a_minute)


def endpoints_of(settings: Settings) -> Endpoints:
    """Where the platform is: Zalo itself, where the settings name nothing else."""
    real = Endpoints()
    return Endpoints(
        settings.platform_api or real.openapi,
        settings.platform_oauth or real.oauth,
        settings.platform_business or real.business,
    )


async def ask(station: Station, account: Account, call: Callable[[str], Awaitable[T]]) -> T:
    """Make one call with an access token; once more with a new one where that was refused.

    Raises:
        Wait: the minute's calls are used up, by whichever process.
        ConsentNeeded, TokenError: there is no token.
        ZaloError, Unreachable, AnswerUnknown: as the call itself.
    """
    access = await station.keeper.access_token(account.id, station.now())
    try:
        return await _counted(station, account, call, access)
    except ZaloError as error:
        if error.retry_class != "refresh":
            raise
    access = await station.keeper.access_token(account.id, station.now(), stale=access)
    return await _counted(station, account, call, access)


async def _counted(station: Station, account: Account, call: Callable[[str], Awaitable[T]], access: str) -> T:
    now, limit = station.now(), station.calls_a_minute
    async with station.pool.connection() as connection:
        if not await spend_call(connection, account.app_id, at=now, limit=limit):
            raise Wait(next_minute(now))
    try:
        return await call(access)
    except ZaloError as error:
        if error.retry_class != "wait_minute":
            raise
    async with station.pool.connection() as connection:
        await use_up_minute(connection, account.app_id, at=now, limit=limit)
    raise Wait(next_minute(now))


def next_minute(now: datetime) -> datetime:
    """When the calls are counted anew."""
    return now.replace(second=0, microsecond=0) + MINUTE
