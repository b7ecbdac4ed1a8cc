"""The accounts: how they are, what could not be delivered, and whose they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from storage.audit import latest, note, secrets_set_at
from storage.channels import Account, list_accounts, read_account
from storage.console import Panel
from storage.database import Connection
from storage.overview import Counts, delivery_counts, set_unit, undelivered
from web.console import frame, words
from web.console.stopped import NO_ACCOUNT, Stopped
from web.site import DATABASE_SECONDS, site_of

ID = re.compile(r"[a-z]{1,20}:[\w.-]{1,100}", re.ASCII)
NO_UNIT = "Không có đơn vị này trong data/units."
GIVEN = "Đã chuyển OA cho đơn vị: {unit}. Cuộc trò chuyện mới từ nay thuộc đơn vị này."


@dataclass(frozen=True)
class Line:
    """One account as the pages show it."""

    account: Account
    address: str
    kind: str
    unit: str
    health: words.Health
    package: str
    package_ends: bool
    seen: str
    checked: str
    token: str
    token_over: bool
    counts: Counts


async def show_accounts(request: Request) -> Response:
    """All accounts of all platforms."""
    site, session = site_of(request), await frame.signed_in(request)
    units = await frame.units(request)
    async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
        accounts = [account for kind in frame.kinds(request) for account in await list_accounts(connection, kind)]
        counts = await delivery_counts(connection)
    accounts.sort(key=lambda account: (account.name, account.id))
    lines = [_line(request, account, units.get(account.unit, account.unit), counts) for account in accounts]
    return await frame.page(
        request, session, "accounts.html", title="Tài khoản OA", lines=lines, kinds=list(frame.kinds(request).values())
    )


def _line(request: Request, account: Account, unit: str, counts: Mapping[str, Counts]) -> Line:
    now = site_of(request).now()
    package, ends = words.package(account, now.date())
    over = account.refresh_expires_at is not None and account.refresh_expires_at <= now
    return Line(
        account=account,
        address=frame.account_address(account.id),
        kind=frame.kinds(request)[account.kind].title,
        unit=unit,
        health=words.health(account),
        package=package,
        package_ends=ends,
        seen=words.age(account.seen_event_at, now),
        checked=words.age(account.checked_at, now),
        token=words.age(account.tokens_at, now),
        token_over=over,
        counts=counts.get(account.id, Counts()),
    )


async def show_account(request: Request) -> Response:
    """One account: facts to copy, its unit, its secrets, and its undeliverable replies."""
    site, session = site_of(request), await frame.signed_in(request)
    units = await frame.units(request)
    async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
        account = await _account(request, connection)
        counts = await delivery_counts(connection)
        lost = await undelivered(connection, account.id)
        set_at = await secrets_set_at(connection, account.id) or account.created_at
    line = _line(request, account, units.get(account.unit, account.unit), counts)
    options = units if account.unit in units else {account.unit: f"{account.unit} (không có trong data/units)", **units}
    return await frame.page(
        request, session, "account.html", title=account.name or account.id, line=line, units=options, lost=lost,
        moment=words.moment, connect=words.connect_label(account),
        panel=_panel(request, account, set_at),
    )  # fmt: skip


def _panel(request: Request, account: Account, set_at: datetime) -> Panel:
    return frame.kinds(request)[account.kind].panel(account, frame.address_of(request), set_at)


async def _account(request: Request, connection: Connection) -> Account:
    ident = request.path_params["id"]
    account = await read_account(connection, ident) if ID.fullmatch(ident) else None
    if account is None or account.kind not in frame.kinds(request):
        raise Stopped(404, NO_ACCOUNT)
    return account


async def give_unit(request: Request) -> Response:
    """Give an account another unit."""
    site = site_of(request)
    session, fields = await frame.posted(request)
    units, unit = await frame.units(request), fields.get("unit", "")
    if unit not in units:
        raise Stopped(422, NO_UNIT)
    async with site.pool.connection(timeout=DATABASE_SECONDS) as connection, connection.transaction():
        account = await _account(request, connection)
        await set_unit(connection, account.id, unit)
        await note(connection, session.operator, "unit_changed", account.id, at=site.now())
    return await frame.back_to(request, session, account.id, GIVEN.format(unit=units[unit]))


async def show_audit(request: Request) -> Response:
    """What was done here lately."""
    site, session = site_of(request), await frame.signed_in(request)
    async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
        noted = await latest(connection)
    return await frame.page(
        request, session, "audit.html", title="Nhật ký", noted=noted, done=words.DONE, moment=words.moment
    )
