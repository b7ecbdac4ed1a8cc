"""What the timers of a courier read and write: how far an account's history was read, what is known, what is kept.

Every function takes the connection: callers set transactions.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from storage.database import Connection
from storage.deliveries import forget_windows
from storage.events import forget_events

BODIES_KEPT, KEYS_KEPT, WINDOWS_KEPT = timedelta(days=7), timedelta(days=30), timedelta(hours=1)


async def caught_up_at(connection: Connection, account_id: str) -> datetime | None:
    """When the history of an account was last read to its end; None before the first time."""
    cursor = await connection.execute("SELECT caught_up_at FROM channel_account WHERE id = %s", (account_id,))
    row = await cursor.fetchone()
    return row["caught_up_at"] if row else None


async def note_caught_up(connection: Connection, account_id: str, at: datetime) -> None:
    """Record that the history was read to its end, beginning at this time."""
    await connection.execute("UPDATE channel_account SET caught_up_at = %s WHERE id = %s", (at, account_id))


async def rename_account(connection: Connection, account_id: str, name: str) -> None:
    """Take over the name that the platform shows."""
    await connection.execute("UPDATE channel_account SET name = %s WHERE id = %s", (name, account_id))


async def known_messages(
    connection: Connection, *, channel: str, citizen: str, ids: Iterable[str], names: Iterable[str]
) -> frozenset[str]:
    """Which of these messages of a citizen are turns already, or came as an event.

    The event alone counts too: what a citizen had erased must not come back.

    Args:
        names: of the events by which a message may have come.
    """
    wanted = list(ids)
    keys = [f"{name}:{one}" for name in names for one in wanted]
    cursor = await connection.execute(
        "SELECT t.message_id AS id FROM turn t JOIN conversation c ON c.id = t.conversation_id"
        " WHERE c.channel = %(channel)s AND c.citizen = %(citizen)s AND t.message_id = ANY(%(ids)s)"
        " UNION SELECT split_part(key, ':', 2) FROM channel_event WHERE channel = %(channel)s AND key = ANY(%(keys)s)",
        {"channel": channel, "citizen": citizen, "ids": wanted, "keys": keys},
    )
    return frozenset(row["id"] for row in await cursor.fetchall())


async def forget_old(connection: Connection, now: datetime) -> None:
    """Empty bodies and delete keys, counts and contents whose time is over or that nothing needs."""
    await connection.execute(
        "UPDATE channel_event SET body = NULL WHERE body IS NOT NULL AND accepted_at < %s", (now - BODIES_KEPT,)
    )
    await forget_events(connection, now - KEYS_KEPT)
    await forget_windows(connection, now - WINDOWS_KEPT)
    await connection.execute(
        "DELETE FROM attachment_content k WHERE NOT EXISTS (SELECT 1 FROM attachment a WHERE a.sha256 = k.sha256)"
    )
