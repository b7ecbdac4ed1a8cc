"""Consents under way: which account a session is connecting. Each is good once, for a short time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.database import Connection
from storage.operators import key_of

CONSENT_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, repr=False)
class Consent:
    """What a state stands for; `sealed` is the connector's own."""

    account_id: str
    sealed: bytes


async def begin_consent(connection: Connection, state: str, consent: Consent, *, session: bytes, at: datetime) -> None:
    """Remember what a random `state` stands for."""
    await connection.execute("DELETE FROM consent WHERE expires_at <= %s", (at,))
    await connection.execute(
        "INSERT INTO consent (key, session_key, account_id, sealed, expires_at) VALUES (%s, %s, %s, %s, %s)",
        (key_of(state), session, consent.account_id, consent.sealed, at + CONSENT_LIFE),
    )


async def end_consent(connection: Connection, state: str, *, session: bytes, at: datetime) -> Consent | None:
    """What a state of this session stands for; None when it is unknown, spent or too old."""
    cursor = await connection.execute(
        "DELETE FROM consent WHERE key = %s AND session_key = %s RETURNING account_id, sealed, expires_at > %s AS good",
        (key_of(state), session, at),
    )
    row = await cursor.fetchone()
    return Consent(row["account_id"], bytes(row["sealed"])) if row and row["good"] else None
