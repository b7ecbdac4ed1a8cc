"""Store requests for an officer and reports. The caller's connection sets the transaction."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

URGENT_KINDS = frozenset({"report_fire", "emergency"})
WAITS_FOR = ("handoff", "failed", "no_model")
"""Reasons of requests after which the citizen waits for an answer; a complaint is read, not answered on the spot."""


async def is_waiting(connection: AsyncConnection[Any], *, conversation_id: uuid.UUID) -> bool:
    """Whether an officer already knows that this citizen waits, and has not closed the matter."""
    cursor = await connection.execute(
        "SELECT 1 FROM officer_request WHERE conversation_id = %s AND state <> 'closed' AND reason = ANY(%s) LIMIT 1",
        (conversation_id, list(WAITS_FOR)),
    )
    return await cursor.fetchone() is not None


async def has_open_report(connection: AsyncConnection[Any], *, conversation_id: uuid.UUID) -> bool:
    """Whether a report of this citizen is not closed yet."""
    cursor = await connection.execute(
        "SELECT 1 FROM report WHERE conversation_id = %s AND state <> 'closed' LIMIT 1", (conversation_id,)
    )
    return await cursor.fetchone() is not None


async def request_officer(
    connection: AsyncConnection[Any], *, conversation_id: uuid.UUID, turn_id: int, reason: str, at: datetime
) -> None:
    """Record that a citizen waits for an officer; once a turn, and once a reason while it waits (complaints each)."""
    await connection.execute(
        "INSERT INTO officer_request (conversation_id, turn_id, reason, created_at)"
        " SELECT %(conversation)s, %(turn)s, %(reason)s, %(at)s WHERE NOT EXISTS ("
        "SELECT 1 FROM officer_request WHERE conversation_id = %(conversation)s AND reason = %(reason)s"
        " AND state <> 'closed' AND %(reason)s = ANY(%(once)s)) ON CONFLICT (turn_id) DO NOTHING",
        {"conversation": conversation_id, "turn": turn_id, "reason": reason, "at": at, "once": list(WAITS_FOR)},
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
