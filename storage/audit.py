"""Who did what in the console. Never holds a password, a secret or anything of a citizen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from storage.database import Connection

What: TypeAlias = Literal[
    "login", "login_failed", "logout", "password_changed", "password_failed", "operator_saved", "operator_disabled",
    "account_added", "secrets_changed", "unit_changed", "connected", "connect_failed",
]  # fmt: skip


@dataclass(frozen=True)
class Noted:
    """One thing done. `who` is empty where nobody of that name exists; `about` is an account or an address."""

    at: datetime
    who: str
    what: What
    about: str


async def note(connection: Connection, who: str, what: What, about: str = "", *, at: datetime) -> None:
    """Write one line."""
    await connection.execute("INSERT INTO audit (at, who, what, about) VALUES (%s, %s, %s, %s)", (at, who, what, about))


async def latest(connection: Connection, *, limit: int = 100) -> list[Noted]:
    """The last lines, newest first."""
    cursor = await connection.execute("SELECT at, who, what, about FROM audit ORDER BY id DESC LIMIT %s", (limit,))
    return [Noted(**row) for row in await cursor.fetchall()]


async def secrets_set_at(connection: Connection, account_id: str) -> datetime | None:
    """When the secrets of an account were last set in the console; None: never there."""
    cursor = await connection.execute(
        "SELECT max(at) AS at FROM audit WHERE about = %s AND what IN ('account_added', 'secrets_changed')",
        (account_id,),
    )
    row = await cursor.fetchone()
    return row["at"] if row else None
