"""The Official Accounts (OA) of this installation: saved with sealed secrets, read with open ones."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import channels
from storage.channels import Account
from storage.database import Connection, Pool
from storage.sealed import CantOpen, Seal

logger = logging.getLogger(__name__)
KIND = "zalo"
OA_SECRET, APP_SECRET = "oa_secret", "app_secret"
DIGITS = re.compile(r"[0-9]{1,32}")
CACHED = timedelta(seconds=5)


@dataclass(frozen=True, repr=False)
class OpenAccount:
    """An account with its secrets. `oa_secret` signs webhook calls, `app_secret` belongs to OAuth."""

    id: str
    oa_id: str
    unit: str
    name: str
    app_id: str
    oa_secret: str
    app_secret: str
    state: channels.State


def channel_of(oa_id: str) -> str:
    """The id of an account, and the channel of its conversations."""
    return f"{KIND}:{oa_id}"


async def save_account(
    connection: Connection,
    seal: Seal,
    *,
    oa_id: str,
    unit: str,
    name: str,
    app_id: str,
    oa_secret: str,
    app_secret: str,
    at: datetime,
) -> None:
    """Make an account, or give a known one other settings.

    Raises:
        ValueError: an id that is not all digits, or an empty secret, which would let everybody sign.
    """
    if not DIGITS.fullmatch(oa_id) or not DIGITS.fullmatch(app_id):
        raise ValueError("the ids of an OA and of an app are all digits")
    if not oa_secret or not app_secret:
        raise ValueError("both secrets are needed: the OA Secret Key and the App Secret")
    await channels.save_account(
        connection,
        id=channel_of(oa_id),
        kind=KIND,
        unit=unit,
        name=name,
        app_id=app_id,
        secrets=seal.close({OA_SECRET: oa_secret, APP_SECRET: app_secret}),
        at=at,
    )


async def read_account(connection: Connection, seal: Seal, oa_id: str) -> OpenAccount | None:
    """An account with its secrets, or None.

    Raises:
        CantOpen: its secrets were sealed with another installation secret.
    """
    account = await channels.read_account(connection, channel_of(oa_id))
    return _open(account, seal) if account else None


async def list_accounts(connection: Connection, seal: Seal) -> list[OpenAccount]:
    """All accounts. One whose secrets can't be opened has empty ones, with which nothing is accepted or sent."""
    return [_open_or_empty(account, seal) for account in await channels.list_accounts(connection, KIND)]


def _open(account: Account, seal: Seal) -> OpenAccount:
    return _with(account, seal.open(account.secrets))


def _open_or_empty(account: Account, seal: Seal) -> OpenAccount:
    try:
        return _open(account, seal)
    except CantOpen:
        logger.error("the secrets of %s can't be opened: the installation's secret has changed", account.id)
        return _with(account, {OA_SECRET: "", APP_SECRET: ""})


def _with(account: Account, secrets: Mapping[str, str]) -> OpenAccount:
    return OpenAccount(
        id=account.id,
        oa_id=account.id.removeprefix(f"{KIND}:"),
        unit=account.unit,
        name=account.name,
        app_id=account.app_id,
        oa_secret=secrets[OA_SECRET],
        app_secret=secrets[APP_SECRET],
        state=account.state,
    )


class AccountBook:
    """The accounts by OA id, read again after `CACHED`."""

    def __init__(self) -> None:
        self._accounts: Mapping[str, OpenAccount] = {}
        self._read_at: datetime | None = None
        self._lock = asyncio.Lock()

    async def accounts(self, pool: Pool, secret: str, now: datetime, *, timeout: float) -> Mapping[str, OpenAccount]:
        """The accounts as they were at most `CACHED` ago, or as they were before while somebody reads them again.

        Args:
            secret: the installation's.
            timeout: seconds to wait for a connection.

        Raises:
            psycopg.Error, psycopg_pool.PoolTimeout: the database does not answer.
        """
        # While the database is away, calls must not wait for one another here.
        if self._fresh(now) or (self._accounts and self._lock.locked()):
            return self._accounts
        async with self._lock:
            if not self._fresh(now):
                async with pool.connection(timeout=timeout) as connection:
                    found = await list_accounts(connection, Seal(secret))
                self._accounts, self._read_at = {account.oa_id: account for account in found}, now
            return self._accounts

    def _fresh(self, now: datetime) -> bool:
        return self._read_at is not None and abs(now - self._read_at) <= CACHED
