"""What the console shows of accounts beyond their own row, and the one thing it changes there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from storage.database import Connection

PREVIEW_CHARACTERS = 40


@dataclass(frozen=True)
class Counts:
    """How many replies of an account are on their way, and how many never will be."""

    waiting: int = 0
    undeliverable: int = 0


@dataclass(frozen=True, repr=False)
class Undelivered:
    """A reply that did not reach its citizen: the beginning of our own text, and nothing of the citizen's."""

    outbox_id: int
    reason: str
    created_at: datetime
    preview: str


async def delivery_counts(connection: Connection) -> Mapping[str, Counts]:
    """By account; one without open or undeliverable replies is missing."""
    cursor = await connection.execute(
        "SELECT channel, count(*) FILTER (WHERE state <> 'undeliverable') AS waiting,"
        " count(*) FILTER (WHERE state = 'undeliverable') AS undeliverable"
        " FROM delivery WHERE state IN ('waiting', 'sending', 'undeliverable') GROUP BY channel"
    )
    return {row["channel"]: Counts(row["waiting"], row["undeliverable"]) for row in await cursor.fetchall()}


async def undelivered(connection: Connection, account_id: str, *, limit: int = 50) -> list[Undelivered]:
    """The latest replies of an account that can't be delivered, newest first."""
    cursor = await connection.execute(
        "SELECT d.outbox_id, d.reason, d.created_at, left(o.text, %s) AS preview FROM delivery d"
        " JOIN outbox o ON o.id = d.outbox_id WHERE d.channel = %s AND d.state = 'undeliverable'"
        " ORDER BY d.created_at DESC, d.outbox_id DESC LIMIT %s",
        (PREVIEW_CHARACTERS, account_id, limit),
    )
    return [Undelivered(**row) for row in await cursor.fetchall()]


async def set_unit(connection: Connection, account_id: str, unit: str) -> bool:
    """Give an account another unit, for conversations that begin from now on; whether there is such an account."""
    cursor = await connection.execute("UPDATE channel_account SET unit = %s WHERE id = %s", (unit, account_id))
    return cursor.rowcount == 1
