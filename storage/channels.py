"""The accounts through which citizens write, with their secrets and tokens sealed (`storage.sealed`).

Every function takes the connection: callers set transactions. Whoever writes tokens locks the row first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from storage.database import Connection, Row

State: TypeAlias = Literal["not_connected", "connected", "consent_needed", "revoked", "disabled"]
COLUMNS = (
    "id, kind, unit, name, app_id, secrets, tokens, tokens_at, access_expires_at, refresh_expires_at, state, alarm,"
    " alarm_at, package, package_until, plain_text_until, paid_quota_left, seen_event_at, checked_at, created_at"
)


@dataclass(frozen=True, repr=False)
class Account:
    """One account of a unit on a platform; its id, `kind:…`, is the channel of its conversations."""

    id: str
    kind: str
    unit: str
    name: str
    app_id: str
    secrets: bytes
    tokens: bytes | None
    tokens_at: datetime | None
    access_expires_at: datetime | None
    refresh_expires_at: datetime | None
    state: State
    alarm: str | None
    alarm_at: datetime | None
    package: str | None
    package_until: date | None
    plain_text_until: datetime | None
    paid_quota_left: int | None
    seen_event_at: datetime | None
    checked_at: datetime | None
    created_at: datetime


async def save_account(
    connection: Connection, *, id: str, kind: str, unit: str, name: str, app_id: str, secrets: bytes, at: datetime
) -> None:
    """Make an account, or give a known one another unit, name, application or other secrets; tokens stay."""
    await connection.execute(
        "INSERT INTO channel_account (id, kind, unit, name, app_id, secrets, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO UPDATE SET unit = excluded.unit,"
        " name = excluded.name, app_id = excluded.app_id, secrets = excluded.secrets",
        (id, kind, unit, name, app_id, secrets, at),
    )


async def read_account(connection: Connection, id: str, *, lock: bool = False) -> Account | None:
    """An account; with `lock`, only after whoever refreshes its tokens is done."""
    query = f"SELECT {COLUMNS} FROM channel_account WHERE id = %s"  # noqa: S608 - a constant of this module
    cursor = await connection.execute(query + (" FOR UPDATE" if lock else ""), (id,))
    row = await cursor.fetchone()
    return _account(row) if row else None


async def list_accounts(connection: Connection, kind: str) -> list[Account]:
    """All accounts of a platform, by id."""
    query = f"SELECT {COLUMNS} FROM channel_account WHERE kind = %s ORDER BY id"  # noqa: S608 - as above
    cursor = await connection.execute(query, (kind,))
    return [_account(row) for row in await cursor.fetchall()]


def _account(row: Row) -> Account:
    return Account(
        **{**row, "secrets": bytes(row["secrets"]), "tokens": bytes(row["tokens"]) if row["tokens"] else None}
    )


async def save_tokens(
    connection: Connection,
    id: str,
    tokens: bytes,
    *,
    at: datetime,
    access_expires_at: datetime,
    refresh_expires_at: datetime,
) -> None:
    """Store new tokens before they are used; the account is connected, and an alarm about it is over."""
    await connection.execute(
        "UPDATE channel_account SET tokens = %s, tokens_at = %s, access_expires_at = %s, refresh_expires_at = %s,"
        " state = 'connected', alarm = NULL, alarm_at = NULL WHERE id = %s",
        (tokens, at, access_expires_at, refresh_expires_at, id),
    )


async def set_state(connection: Connection, id: str, state: State, *, alarm: str | None, at: datetime) -> None:
    """Record what an account can do now, and the alarm that somebody should see; None ends an alarm."""
    await connection.execute(
        "UPDATE channel_account SET state = %s, alarm = %s, alarm_at = %s WHERE id = %s",
        (state, alarm, at if alarm else None, id),
    )


async def revoke(connection: Connection, id: str, alarm: str, *, sent_at: datetime, at: datetime) -> None:
    """The platform says that the account took its permission back; one that was given since then counts more."""
    await connection.execute(
        "UPDATE channel_account SET state = 'revoked', alarm = %s, alarm_at = %s"
        " WHERE id = %s AND (tokens_at IS NULL OR tokens_at <= %s)",
        (alarm, at, id, sent_at),
    )


async def set_alarm(connection: Connection, id: str, alarm: str | None, *, at: datetime) -> None:
    """Raise an alarm, or end it; the first moment of an alarm that goes on stays."""
    await connection.execute(
        "UPDATE channel_account SET alarm_at = CASE WHEN %(alarm)s::text IS NULL THEN NULL"
        " WHEN alarm = %(alarm)s THEN alarm_at ELSE %(at)s END, alarm = %(alarm)s WHERE id = %(id)s",
        {"alarm": alarm, "at": at, "id": id},
    )


async def note_check(
    connection: Connection, id: str, *, package: str | None, package_until: date | None, quota: int | None, at: datetime
) -> None:
    """Record what the platform says about an account: its package, and how many paid messages are left."""
    await connection.execute(
        "UPDATE channel_account SET package = %s, package_until = %s, paid_quota_left = %s, checked_at = %s"
        " WHERE id = %s",
        (package, package_until, quota, at, id),
    )


async def note_quota(connection: Connection, id: str, quota: int) -> None:
    """Record how many paid messages are left."""
    await connection.execute("UPDATE channel_account SET paid_quota_left = %s WHERE id = %s", (quota, id))


async def note_plain_text(connection: Connection, id: str, until: datetime) -> None:
    """Send no buttons of the platform until then: it refused them."""
    await connection.execute("UPDATE channel_account SET plain_text_until = %s WHERE id = %s", (until, id))


async def note_event(connection: Connection, id: str, at: datetime) -> None:
    """Record that events arrive, to the minute; not while the row is locked, because no event may wait for that."""
    await connection.execute(
        "UPDATE channel_account SET seen_event_at = %(at)s WHERE id = (SELECT id FROM channel_account"
        " WHERE id = %(id)s AND (seen_event_at IS NULL OR seen_event_at < %(at)s - interval '1 minute')"
        " FOR NO KEY UPDATE SKIP LOCKED)",
        {"at": at, "id": id},
    )
