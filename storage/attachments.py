"""The rows of attachments and their contents. Every function takes the connection: callers set transactions.

A row begins as `none`; the turn decides whether it is kept (`waiting`, and a courier fetches it) or `refused`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage.database import Connection, Row

NOT_NEEDED = "not_needed"
"""Reason of what was sent without an open report: it is never fetched."""


@dataclass(frozen=True)
class Attached:
    """One thing sent along with a message.

    `kind` is one of image, gif, file, audio, video, sticker, location, link, contact; `declared_size` is in bytes, as
    the sender claims; coordinates are in degrees.
    """

    kind: str
    url: str | None = None
    name: str | None = None
    declared_size: int | None = None
    latitude: float | None = None
    longitude: float | None = None


async def add_attachments(
    connection: Connection, conversation_id: UUID, turn_id: int, attached: Sequence[Attached], *, at: datetime
) -> None:
    """Store the attachments of a turn, in order."""
    for position, one in enumerate(attached):
        await connection.execute(
            "INSERT INTO attachment (turn_id, conversation_id, position, kind, url, name, declared_size, latitude,"
            " longitude, created_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (turn_id, conversation_id, position, one.kind, one.url, one.name, one.declared_size, one.latitude,
             one.longitude, at),
        )  # fmt: skip


async def keep_attachments(connection: Connection, turn_id: int, kinds: Sequence[str]) -> list[int]:
    """Let the attachments of these kinds wait for a courier; returns their ids."""
    cursor = await connection.execute(
        "UPDATE attachment SET state = 'waiting' WHERE turn_id = %s AND kind = ANY(%s) AND state = 'none'"
        " AND url IS NOT NULL RETURNING id",
        (turn_id, list(kinds)),
    )
    return sorted(int(row["id"]) for row in await cursor.fetchall())


async def drop_attachments(connection: Connection, turn_id: int, kinds: Sequence[str]) -> None:
    """Refuse the attachments of these kinds as not needed, and forget where they are."""
    await connection.execute(
        "UPDATE attachment SET state = 'refused', reason = %s, url = NULL, name = NULL"
        " WHERE turn_id = %s AND kind = ANY(%s) AND state = 'none'",
        (NOT_NEEDED, turn_id, list(kinds)),
    )


async def waiting_attachment(connection: Connection, attachment_id: int) -> Row | None:
    """An attachment that waits to be fetched, with its `channel`; None when it is done or gone.

    Its row is not locked: a citizen who is erased must not wait for somebody's server.
    """
    cursor = await connection.execute(
        "SELECT a.*, c.channel FROM attachment a JOIN conversation c ON c.id = a.conversation_id"
        " WHERE a.id = %s AND a.state = 'waiting'",
        (attachment_id,),
    )
    return await cursor.fetchone()


async def store_content(connection: Connection, attachment_id: int, content: bytes, *, media_type: str) -> None:
    """Keep what was fetched, once for equal contents."""
    digest = hashlib.sha256(content).digest()
    await connection.execute(
        "INSERT INTO attachment_content (sha256, content) VALUES (%s, %s) ON CONFLICT (sha256) DO NOTHING",
        (digest, content),
    )
    await connection.execute(
        "UPDATE attachment SET state = 'stored', sha256 = %s, size = %s, media_type = %s"
        " WHERE id = %s AND state = 'waiting'",
        (digest, len(content), media_type, attachment_id),
    )


async def refuse_attachment(connection: Connection, attachment_id: int, reason: str) -> None:
    """Record why an attachment is not kept, and forget where it is."""
    await connection.execute(
        "UPDATE attachment SET state = 'refused', reason = %s, url = NULL, name = NULL"
        " WHERE id = %s AND state = 'waiting'",
        (reason, attachment_id),
    )
