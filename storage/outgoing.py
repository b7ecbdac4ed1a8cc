"""Files that replies carry: the content once by its SHA-256, and the ids that platforms gave to uploads of it.

A reply names the content, so what waits is what was meant when it was said. Callers set transactions.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage.database import Connection, Row

IMAGE = "image/"
"""How the media types of pictures begin."""


@dataclass(frozen=True)
class Enclosed:
    """A file as a reply of its own, with what is said about it; `sha256` (hex digits) names a content that is kept."""

    caption: str
    name: str
    sha256: str


@dataclass(frozen=True)
class Upload:
    """What is uploaded, and where: one account of one application, one content under one name."""

    channel: str
    app_id: str
    sha256: bytes
    name: str


async def missing(connection: Connection, digests: Collection[str]) -> set[str]:
    """Those of some contents, by SHA-256 in hex digits, that are not kept yet."""
    cursor = await connection.execute(
        "SELECT encode(sha256, 'hex') AS known FROM outgoing_file WHERE sha256 = ANY(%s)",
        ([bytes.fromhex(digest) for digest in digests],),
    )
    return set(digests) - {row["known"] for row in await cursor.fetchall()}


async def keep(connection: Connection, sha256: str, media_type: str, content: bytes, *, at: datetime) -> None:
    """Keep a content, once."""
    await connection.execute(
        "INSERT INTO outgoing_file (sha256, media_type, content, created_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (sha256) DO NOTHING",
        (bytes.fromhex(sha256), media_type, content, at),
    )


async def contents(connection: Connection, digests: Collection[str]) -> dict[str, bytes]:
    """The contents that are kept, by SHA-256 in hex digits."""
    cursor = await connection.execute(
        "SELECT encode(sha256, 'hex') AS name, content FROM outgoing_file WHERE sha256 = ANY(%s)",
        ([bytes.fromhex(digest) for digest in digests],),
    )
    return {row["name"]: bytes(row["content"]) for row in await cursor.fetchall()}


async def file_of(connection: Connection, conversation_id: UUID, outbox_id: int) -> Row | None:
    """The file of a reply to this conversation: `name`, `media_type`, `content`; None where there is none."""
    cursor = await connection.execute(
        "SELECT o.file_name AS name, f.media_type, f.content FROM outbox o JOIN outgoing_file f"
        " ON f.sha256 = o.file_sha256 WHERE o.id = %s AND o.conversation_id = %s",
        (outbox_id, conversation_id),
    )
    return await cursor.fetchone()


async def uploaded_id(connection: Connection, upload: Upload, *, at: datetime) -> str | None:
    """The platform's id of an upload that it still knows at that time."""
    cursor = await connection.execute(
        "SELECT platform_id FROM uploaded WHERE channel = %s AND app_id = %s AND sha256 = %s AND name = %s"
        " AND expires_at > %s",
        (upload.channel, upload.app_id, upload.sha256, upload.name, at),
    )
    row = await cursor.fetchone()
    return str(row["platform_id"]) if row else None


async def note_uploaded(connection: Connection, upload: Upload, platform_id: str, *, expires_at: datetime) -> None:
    """Keep the platform's id of an upload in place of an older one."""
    await connection.execute(
        "INSERT INTO uploaded (channel, app_id, sha256, name, platform_id, expires_at) VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (channel, app_id, sha256, name)"
        " DO UPDATE SET platform_id = excluded.platform_id, expires_at = excluded.expires_at",
        (upload.channel, upload.app_id, upload.sha256, upload.name, platform_id, expires_at),
    )


async def forget_uploaded(connection: Connection, upload: Upload) -> None:
    """The platform does not know its id any more."""
    await connection.execute(
        "DELETE FROM uploaded WHERE channel = %s AND app_id = %s AND sha256 = %s AND name = %s",
        (upload.channel, upload.app_id, upload.sha256, upload.name),
    )
