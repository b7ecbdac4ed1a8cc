"""How an account is: what the platform says about it, and whether anything arrives at all.

Source: Zalo OA reference of 2026-11-22, §4 (`getoa`, quotas) and §5 (a dead webhook is silent).
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from functools import partial

from connectors.zalo.client import ZaloError
from connectors.zalo.errors import APP_IS_OFF, OA_IS_OFF, QUOTA
from connectors.zalo.station import Station, ask
from storage import channels
from storage.channels import Account
from storage.settings import TIME_ZONE
from storage.watch import rename_account

logger = logging.getLogger(__name__)
QUOTAS = ("sub_quota", "purchase_quota", "reward_quota")
OFF = frozenset({OA_IS_OFF.reason, APP_IS_OFF.reason})
"""Alarms that are over when the platform answers about the account."""
SILENCE = timedelta(hours=6)
MORNING, EVENING = 7, 21
SILENT = "Đã 6 giờ không nhận được tin nào từ Zalo. Cần xem lại webhook trong trang quản lý ứng dụng."


async def check(station: Station, account: Account) -> None:
    """Ask the platform about an account and write the answer down, an alarm where there is reason for one.

    Raises:
        Wait, ConsentNeeded, TokenError, ZaloError, Unreachable, AnswerUnknown: nothing was learnt.
    """
    try:
        details = await ask(station, account, station.client.oa_details)
    except ZaloError as error:
        if error.retry_class == "alarm":
            await _alarm(station, account, error.reason)
        raise
    left = await _paid_left(station, account)
    async with station.pool.connection() as connection, connection.transaction():
        await channels.note_check(
            connection,
            account.id,
            package=details.package,
            package_until=day_of(details.package_until),
            quota=left if left is not None else account.paid_quota_left,
            at=station.now(),
        )
        if details.name:
            await rename_account(connection, account.id, details.name)
        if account.alarm in OFF or (account.alarm == QUOTA.reason and left):
            await channels.set_alarm(connection, account.id, None, at=station.now())


async def _paid_left(station: Station, account: Account) -> int | None:
    """How many paid messages are left; None where the account may not ask."""
    left: list[int] = []
    for kind in QUOTAS:
        try:
            found = await ask(station, account, partial(station.client.package_quota, kind=kind))
        except ZaloError as error:
            logger.info("%s may not ask for its %s: %d", account.id, kind, error.code)
            continue
        left += [quota.remain for quota in found if quota.remain is not None]
    return sum(left) if left else None


async def listen(station: Station, account: Account) -> None:
    """Raise an alarm when nothing arrives in daytime; end it when something does. Another alarm goes first."""
    silent = is_silent(account.seen_event_at or account.created_at, station.now())
    if silent and account.alarm is None:
        logger.error("nothing arrived at %s for %d hours", account.id, SILENCE.seconds // 3600)
        await _alarm(station, account, SILENT)
    elif not silent and account.alarm == SILENT:
        await _alarm(station, account, None)


async def _alarm(station: Station, account: Account, alarm: str | None) -> None:
    async with station.pool.connection() as connection:
        await channels.set_alarm(connection, account.id, alarm, at=station.now())


def is_silent(seen: datetime, now: datetime) -> bool:
    """Whether nothing arrived for `SILENCE` of this day, which begins and ends when people write."""
    local = now.astimezone(TIME_ZONE)
    begin = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    end = local.replace(hour=EVENING, minute=0, second=0, microsecond=0)
    return min(local, end) - max(seen, begin) >= SILENCE


def day_of(text: str | None) -> date | None:
    """A day written dd/mm/yyyy; None for anything else."""
    try:
        return datetime.strptime(text or "", "%d/%m/%Y").date()
    except ValueError:
        return None
