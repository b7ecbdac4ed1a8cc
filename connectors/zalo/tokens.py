"""The token keeper: one writer at a time, in all processes; a new pair is stored before it is used.

Source of the rules: Zalo OA reference of 2026-11-22, §3.4. A refresh token is good for one use, so two processes that
refresh at once, or a pair that is used before it is stored, can cost the grant.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx

from connectors.zalo import oauth
from connectors.zalo.accounts import APP_SECRET
from connectors.zalo.oauth import TokenError, TokenRefused, Tokens, TokenUnknown
from connectors.zalo.transport import Endpoints
from storage import channels
from storage.channels import Account
from storage.database import Connection, Pool
from storage.sealed import CantOpen, Seal

logger = logging.getLogger(__name__)
ACCESS, REFRESH = "access", "refresh"
REFRESH_AFTER = timedelta(hours=20)
"""Age at which a pair is replaced; an access token is good for 25 hours."""
REFRESH_LIFE = timedelta(days=90)
"""Of an unused refresh token: 3 months."""
REFUSED_ALARM = "Zalo không cấp khóa truy cập mới ({why}). Quản trị viên OA cần cấp quyền lại thì mới gửi được tin."
SEALED_ALARM = "Không mở được khóa của OA vì khóa bí mật của hệ thống đã đổi. Cần đặt lại khóa, hoặc cấp quyền lại."


class ConsentNeeded(Exception):
    """Nothing can be sent before an administrator of the account consents again; what waits keeps waiting."""


@dataclass(frozen=True)
class _Held:
    """The pair that an account has."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)


class TokenKeeper:
    """Hands out access tokens and refreshes them."""

    def __init__(self, pool: Pool, http: httpx.AsyncClient, endpoints: Endpoints, seal: Seal) -> None:
        self._pool, self._http, self._endpoints, self._seal = pool, http, endpoints, seal
        # Callers of one process queue here, and not each with a connection of the pool.
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._running: set[asyncio.Task[str | None]] = set()

    async def access_token(self, account_id: str, now: datetime, *, stale: str | None = None) -> str:
        """A token to call with.

        Args:
            stale: a token that was just refused; if it is still the stored one, it is replaced whatever its age.

        Raises:
            ConsentNeeded: there is none, and none will come by itself; the account says so too.
            TokenError: none came this time (later, or unknown).
        """
        async with self._turns[account_id]:
            async with self._pool.connection() as connection:
                account = await channels.read_account(connection, account_id)
            held = self._usable(account, now, stale)
            if held is not None:
                return held.access
            # A caller who is stopped here must not take the answer with the new pair along.
            task = asyncio.create_task(self._replaced(account_id, now, stale))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            token = await asyncio.shield(task)
        if token is None:
            raise ConsentNeeded(account_id)
        return token

    async def close(self) -> None:
        """Wait for what stopped callers left behind; before the pool and the connections are closed."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def store(self, account_id: str, tokens: Tokens, now: datetime) -> None:
        """Keep the first pair of a consent; the account is connected."""
        async with self._pool.connection() as connection, connection.transaction():
            account = await channels.read_account(connection, account_id, lock=True)
            if account is None:
                raise ConsentNeeded(account_id)
            await self._save(connection, account, tokens, tokens.refresh or "", now)

    def _usable(self, account: Account | None, now: datetime, stale: str | None) -> _Held | None:
        """The pair, where it need not be replaced."""
        if account is None or account.state != "connected" or account.tokens_at is None:
            return None
        if now - account.tokens_at >= REFRESH_AFTER:
            return None
        held = self._held(account)
        return held if held is not None and held.access != stale else None

    def _held(self, account: Account) -> _Held | None:
        """The pair; None where there is none that can be opened."""
        try:
            tokens = self._seal.open(account.tokens) if account.tokens else {}
        except CantOpen:
            return None
        return _Held(tokens[ACCESS], tokens[REFRESH]) if tokens else None

    async def _replaced(self, account_id: str, now: datetime, stale: str | None) -> str | None:
        """A token of the locked account, committed; None when an administrator has to consent first."""
        async with self._pool.connection() as connection, connection.transaction():
            # Somebody else may have refreshed while this one waited for the row.
            account = await channels.read_account(connection, account_id, lock=True)
            held = self._usable(account, now, stale)
            if held is not None:
                return held.access
            if account is None or account.state != "connected":
                return None
            return await self._renewed(connection, account, now, stale)

    async def _renewed(self, connection: Connection, account: Account, now: datetime, stale: str | None) -> str | None:
        held, app_secret = self._held(account), self._app_secret(account)
        if held is None or app_secret is None:
            await self._give_up(connection, account, SEALED_ALARM, now)
            return None
        try:
            tokens = await self._refresh(account, app_secret, held)
        except TokenRefused as error:
            why = str(error.code) if error.code is not None else error.name or "không có mã lỗi"
            await self._give_up(connection, account, REFUSED_ALARM.format(why=why), now)
            return None
        except TokenError:
            if held.access != stale and account.access_expires_at and now < account.access_expires_at:
                logger.warning("no new token for %s this time; the old one is still good", account.id)
                return held.access
            raise
        await self._save(connection, account, tokens, held.refresh, now)
        return tokens.access

    def _app_secret(self, account: Account) -> str | None:
        try:
            return self._seal.open(account.secrets)[APP_SECRET]
        except CantOpen:
            return None

    async def _refresh(self, account: Account, app_secret: str, held: _Held) -> Tokens:
        """The next pair; where the answer is lost, one more try with the same refresh token."""
        try:
            return await oauth.refresh(self._http, self._endpoints, account.app_id, app_secret, held.refresh)
        except TokenUnknown:
            logger.warning("the answer with a new token for %s was lost; trying once more", account.id)
        return await oauth.refresh(self._http, self._endpoints, account.app_id, app_secret, held.refresh)

    async def _save(
        self, connection: Connection, account: Account, tokens: Tokens, old_refresh: str, now: datetime
    ) -> None:
        kept = account.refresh_expires_at if tokens.refresh is None else None
        await channels.save_tokens(
            connection,
            account.id,
            self._seal.close({ACCESS: tokens.access, REFRESH: tokens.refresh or old_refresh}),
            at=now,
            access_expires_at=now + timedelta(seconds=tokens.seconds),
            refresh_expires_at=kept or now + REFRESH_LIFE,
        )

    async def _give_up(self, connection: Connection, account: Account, alarm: str, now: datetime) -> None:
        logger.error("%s needs a new consent", account.id)
        await channels.set_state(connection, account.id, "consent_needed", alarm=alarm, at=now)
