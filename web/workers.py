"""Which dialogue workers are alive, by what they write about themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.database import Connection, Row

SILENT_AFTER = timedelta(seconds=15)


async def seen_workers(connection: Connection, now: datetime) -> list[Row]:
    """Workers seen lately, the newest release first: `name, release, knowledge, problems, ready_at, seen_at`."""
    cursor = await connection.execute(
        "SELECT name, release, knowledge, problems, ready_at, seen_at FROM dialogue_worker WHERE seen_at > %s"
        " ORDER BY ready_at DESC NULLS LAST, name",
        (now - SILENT_AFTER,),
    )
    return await cursor.fetchall()
