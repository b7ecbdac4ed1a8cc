"""What platforms tell: each event is taken once. Every function takes the connection: callers set transactions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from storage.database import Connection


@dataclass(frozen=True)
class Arrived:
    """An event as it came.

    `key` is the same however often it is delivered; `body` is only kept of what becomes no turn; `sent_at` is the
    platform's time.
    """

    channel: str
    key: str
    name: str
    sent_at: datetime
    citizen: str | None = None
    body: bytes | None = None


async def store_event(connection: Connection, event: Arrived, *, at: datetime) -> int | None:
    """The id of a new event; None when it had been stored before."""
    cursor = await connection.execute(
        "INSERT INTO channel_event (channel, key, name, citizen, sent_at, accepted_at, body)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (channel, key) DO NOTHING RETURNING id",
        (event.channel, event.key, event.name, event.citizen, event.sent_at, at, event.body),
    )
    row = await cursor.fetchone()
    return int(row["id"]) if row else None


async def link_turn(connection: Connection, event_id: int, turn_id: int) -> None:
    """Record that an event became a turn."""
    await connection.execute("UPDATE channel_event SET turn_id = %s, body = NULL WHERE id = %s", (turn_id, event_id))


async def note_interaction(connection: Connection, conversation_id: uuid.UUID, at: datetime) -> None:
    """Record that the citizen wrote or came; a turn that is being worked says so itself when it is done."""
    await connection.execute(
        "UPDATE conversation SET last_interaction_at = %(at)s WHERE id = (SELECT id FROM conversation"
        " WHERE id = %(id)s AND (last_interaction_at IS NULL OR last_interaction_at < %(at)s)"
        " FOR NO KEY UPDATE SKIP LOCKED)",
        {"at": at, "id": conversation_id},
    )


async def give_to_officer(connection: Connection, conversation_id: uuid.UUID, until: datetime) -> None:
    """An officer answered elsewhere and has the conversation until then; one who took it here keeps it."""
    await connection.execute(
        "UPDATE conversation SET owner_until = CASE WHEN owner = 'officer' AND owner_until IS NULL THEN NULL"
        " ELSE greatest(owner_until, %s) END, owner = 'officer' WHERE id = %s",
        (until, conversation_id),
    )


async def erase_citizen(connection: Connection, *, channel: str, citizen: str) -> None:
    """Erase all that is known of a citizen on a channel.

    The keys of events stay, with nothing of the citizen's: a late second delivery must not bring the person back.
    """
    cursor = await connection.execute(
        "SELECT DISTINCT a.sha256 FROM attachment a JOIN conversation c ON c.id = a.conversation_id"
        " WHERE c.channel = %s AND c.citizen = %s AND a.sha256 IS NOT NULL",
        (channel, citizen),
    )
    contents = [bytes(row["sha256"]) for row in await cursor.fetchall()]
    await connection.execute("DELETE FROM conversation WHERE channel = %s AND citizen = %s", (channel, citizen))
    await connection.execute(
        "DELETE FROM attachment_content k WHERE sha256 = ANY(%s)"
        " AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.sha256 = k.sha256)",
        (contents,),
    )
    await connection.execute(
        "UPDATE channel_event SET citizen = NULL, body = NULL WHERE channel = %s AND citizen = %s", (channel, citizen)
    )


async def forget_events(connection: Connection, before: datetime) -> int:
    """Delete events that came before then; returns how many. The platform's retries must be over by then."""
    cursor = await connection.execute("DELETE FROM channel_event WHERE accepted_at < %s", (before,))
    return cursor.rowcount
