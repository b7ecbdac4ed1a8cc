"""Store requests for an officer and reports. The caller's connection sets the transaction."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

URGENT_KINDS = frozenset({"report_fire", "emergency"})


async def request_officer(
    connection: AsyncConnection[Any], *, conversation_id: uuid.UUID, turn_id: int, reason: str, at: datetime
) -> None:
    """Record that a citizen waits for an officer; once a turn."""
    await connection.execute(
        "INSERT INTO officer_request (conversation_id, turn_id, reason, created_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (turn_id) DO NOTHING",
        (conversation_id, turn_id, reason, at),
    )


async def file_report(
    connection: AsyncConnection[Any], *, conversation_id: uuid.UUID, turn_id: int, kind: str, at: datetime
) -> None:
    """File a report for the duty desk; its text is the turn's. Once a turn."""
    await connection.execute(
        "INSERT INTO report (conversation_id, turn_id, kind, urgent, created_at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (turn_id) DO NOTHING",
        (conversation_id, turn_id, kind, kind in URGENT_KINDS, at),
    )
