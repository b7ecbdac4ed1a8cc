"""Replies on their way to a platform, and the calls that all processes made. Callers set transactions.

States: `waiting` → `sending` (committed before the call) → `sent` | `undeliverable`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage.database import Connection
from storage.queue import DELIVERY_LOCK
from storage.turns import is_delivered


@dataclass(frozen=True)
class Delivery:
    """One reply that is not delivered yet. `sending_since` is set when a call's answer was never recorded.

    `message_id` is the platform's id of the message that is answered; `attempts` counts the calls for the next piece.
    A file has `file_sha256`, `file_name` and `media_type`, and `said`: the replies before it in its turn.
    """

    outbox_id: int
    turn_id: int
    message_id: str
    conversation_id: UUID
    channel: str
    citizen: str
    text: str
    buttons: list[dict[str, str]]
    pieces_sent: int
    attempts: int
    not_before: datetime | None
    sending_since: datetime | None
    platform_ids: list[str]
    maybe_doubled: bool
    created_at: datetime
    last_interaction_at: datetime | None
    file_sha256: bytes | None
    file_name: str | None
    media_type: str | None
    said: str | None


async def open_deliveries(connection: Connection, conversation_id: UUID) -> list[Delivery]:
    """What a conversation still has to be told, in order."""
    cursor = await connection.execute(
        "SELECT d.outbox_id, o.turn_id, t.message_id, d.conversation_id, d.channel, c.citizen, o.text, o.buttons,"
        " d.pieces_sent, d.attempts, d.not_before, d.sending_since, d.platform_ids, d.maybe_doubled, d.created_at,"
        " c.last_interaction_at, o.file_sha256, o.file_name, f.media_type, CASE WHEN f.sha256 IS NOT NULL THEN"
        " (SELECT string_agg(e.text, E'\\n' ORDER BY e.position) FROM outbox e"
        " WHERE e.turn_id = o.turn_id AND e.position < o.position) END AS said"
        " FROM delivery d JOIN outbox o ON o.id = d.outbox_id JOIN turn t ON t.id = o.turn_id"
        " JOIN conversation c ON c.id = d.conversation_id LEFT JOIN outgoing_file f ON f.sha256 = o.file_sha256"
        " WHERE d.conversation_id = %s AND d.state IN ('waiting', 'sending') ORDER BY d.outbox_id",
        (conversation_id,),
    )
    return [Delivery(**row) for row in await cursor.fetchall()]


async def start_sending(connection: Connection, outbox_id: int, *, at: datetime, doubled: bool = False) -> None:
    """Record, before the call, that a piece is being sent; commit this first.

    Args:
        doubled: the citizen may have got this piece already.
    """
    await connection.execute(
        "UPDATE delivery SET state = 'sending', sending_since = %s, attempts = attempts + 1, not_before = NULL,"
        " maybe_doubled = maybe_doubled OR %s WHERE outbox_id = %s AND state IN ('waiting', 'sending')",
        (at, doubled, outbox_id),
    )


async def count_attempt(connection: Connection, outbox_id: int) -> None:
    """Record a call for the next piece that failed before anything was sent."""
    await connection.execute("UPDATE delivery SET attempts = attempts + 1 WHERE outbox_id = %s", (outbox_id,))


async def piece_sent(
    connection: Connection, outbox_id: int, platform_id: str | None, *, last: bool, at: datetime
) -> None:
    """Record that one more piece is with the platform; with the last one the reply is sent.

    Args:
        platform_id: of the message; None where the platform did not say.
    """
    await connection.execute(
        "UPDATE delivery SET pieces_sent = pieces_sent + 1, attempts = CASE WHEN %(last)s THEN attempts ELSE 0 END,"
        " platform_ids = platform_ids || array_remove(ARRAY[%(id)s::text], NULL), sending_since = NULL,"
        " not_before = NULL, state = CASE WHEN %(last)s THEN 'sent' ELSE 'waiting' END,"
        " sent_at = CASE WHEN %(last)s THEN %(at)s::timestamptz END"
        " WHERE outbox_id = %(outbox)s AND state IN ('waiting', 'sending')",
        {"id": platform_id, "last": last, "at": at, "outbox": outbox_id},
    )


async def look_later(connection: Connection, outbox_id: int, not_before: datetime) -> None:
    """Whether the platform took it is not known yet; somebody looks then."""
    await connection.execute(
        "UPDATE delivery SET not_before = %s WHERE outbox_id = %s AND state = 'sending'", (not_before, outbox_id)
    )


async def sent_ids(connection: Connection, conversation_id: UUID, *, limit: int = 20) -> frozenset[str]:
    """The platform's ids of the latest replies of a conversation."""
    cursor = await connection.execute(
        "SELECT unnest(platform_ids) AS id FROM (SELECT platform_ids FROM delivery WHERE conversation_id = %s"
        " ORDER BY outbox_id DESC LIMIT %s) latest",
        (conversation_id, limit),
    )
    return frozenset(row["id"] for row in await cursor.fetchall())


async def postpone(connection: Connection, outbox_id: int, not_before: datetime) -> None:
    """The platform surely did not take it: wait, and try again later."""
    await connection.execute(
        "UPDATE delivery SET state = 'waiting', sending_since = NULL, not_before = %s"
        " WHERE outbox_id = %s AND state IN ('waiting', 'sending')",
        (not_before, outbox_id),
    )


async def give_up(connection: Connection, outbox_ids: Sequence[int], reason: str) -> None:
    """Record that replies can't be delivered, with the reason an officer reads."""
    await connection.execute(
        "UPDATE delivery SET state = 'undeliverable', sending_since = NULL, reason = %s"
        " WHERE outbox_id = ANY(%s) AND state IN ('waiting', 'sending')",
        (reason, list(outbox_ids)),
    )


async def forgotten_conversations(connection: Connection, before: datetime, *, limit: int = 500) -> list[UUID]:
    """Conversations with a reply that has been open since before then and is due, and no job; the longest first."""
    cursor = await connection.execute(
        "SELECT d.conversation_id FROM delivery d"
        " WHERE d.state IN ('waiting', 'sending') AND d.created_at < %(before)s"
        " AND coalesce(d.not_before, d.sending_since, d.created_at) < %(before)s"
        " AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j"
        " WHERE j.lock = %(lock)s || d.conversation_id AND j.status IN ('todo', 'doing'))"
        " GROUP BY d.conversation_id ORDER BY min(d.created_at) LIMIT %(limit)s",
        {"before": before, "lock": DELIVERY_LOCK, "limit": limit},
    )
    return [row["conversation_id"] for row in await cursor.fetchall()]


async def say_also(connection: Connection, turn_id: int, text: str, *, at: datetime) -> UUID | None:
    """Put one more reply behind those of a finished turn, once; returns the conversation if it has to be delivered."""
    cursor = await connection.execute(
        "SELECT c.channel FROM turn t JOIN conversation c ON c.id = t.conversation_id WHERE t.id = %s"
        " FOR NO KEY UPDATE OF t",
        (turn_id,),
    )
    turn = await cursor.fetchone()
    cursor = await connection.execute(
        "INSERT INTO outbox (turn_id, conversation_id, position, text, created_at)"
        " SELECT t.id, t.conversation_id, coalesce(max(o.position) + 1, 0), %(text)s, %(at)s FROM turn t"
        " LEFT JOIN outbox o ON o.turn_id = t.id WHERE t.id = %(turn)s GROUP BY t.id"
        " HAVING count(*) FILTER (WHERE o.text = %(text)s) = 0 RETURNING id, conversation_id",
        {"turn": turn_id, "text": text, "at": at},
    )
    said = await cursor.fetchone()
    if turn is None or said is None or not is_delivered(turn["channel"]):
        return None
    await connection.execute(
        "INSERT INTO delivery (outbox_id, conversation_id, channel, created_at) VALUES (%s, %s, %s, %s)",
        (said["id"], said["conversation_id"], turn["channel"], at),
    )
    conversation: UUID = said["conversation_id"]
    return conversation


async def spend_call(connection: Connection, app_id: str, *, at: datetime, limit: int) -> bool:
    """Count one call of an application in this minute; False when the minute's `limit` is used up.

    Commit at once: the row is locked for all other callers until then.
    """
    cursor = await connection.execute(
        "INSERT INTO rate_window AS w (app_id, minute, used) VALUES (%s, date_trunc('minute', %s::timestamptz), 1)"
        " ON CONFLICT (app_id, minute) DO UPDATE SET used = w.used + 1 WHERE w.used < %s RETURNING used",
        (app_id, at, limit),
    )
    return await cursor.fetchone() is not None


async def use_up_minute(connection: Connection, app_id: str, *, at: datetime, limit: int) -> None:
    """The platform says that the minute's calls are used up: nobody calls again before the next one."""
    await connection.execute(
        "INSERT INTO rate_window (app_id, minute, used) VALUES (%s, date_trunc('minute', %s::timestamptz), %s)"
        " ON CONFLICT (app_id, minute) DO UPDATE SET used = excluded.used",
        (app_id, at, limit),
    )


async def forget_windows(connection: Connection, before: datetime) -> None:
    """Delete the counts of minutes that are over."""
    await connection.execute("DELETE FROM rate_window WHERE minute < %s", (before,))
