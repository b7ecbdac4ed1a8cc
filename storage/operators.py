"""Who may use the console: operators, their sessions, and what failed lately. Callers set transactions.

Only the SHA-256 of a session's token is stored, so that a copy of the database logs nobody in.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.database import Connection

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
SESSION_LIFE = timedelta(hours=12)
FAILURES, FAILURE_WINDOW = 5, timedelta(minutes=15)
"""So many failures of one name, or from one address, and then none is tried before the window has passed."""


@dataclass(frozen=True, repr=False)
class Operator:
    """Somebody who may log in, unless `disabled`; with `must_change` the password was given by somebody else."""

    name: str
    password_hash: str
    created_at: datetime
    must_change: bool
    disabled: bool


@dataclass(frozen=True)
class Session:
    """A browser that is logged in. `key` is the hash of its token."""

    key: bytes
    operator: str
    must_change: bool


def key_of(token: str) -> bytes:
    """What is stored of a random token."""
    return hashlib.sha256(token.encode()).digest()


async def save_operator(connection: Connection, name: str, password_hash: str, *, at: datetime) -> bool:
    """Make an operator, or give a known one a new first password; whoever was logged in is so no more.

    Returns:
        Whether the operator is new.

    Raises:
        ValueError: a name that is none.
    """
    if not NAME.fullmatch(name):
        raise ValueError("a name has up to 40 letters a-z, digits, dots, - and _, and begins with a letter or a digit")
    cursor = await connection.execute(
        "INSERT INTO operator (name, password_hash, created_at) VALUES (%s, %s, %s) ON CONFLICT (name) DO UPDATE SET"
        " password_hash = excluded.password_hash, must_change = true, disabled = false RETURNING xmax = 0 AS made",
        (name, password_hash, at),
    )
    row = await cursor.fetchone()
    await end_sessions(connection, name)
    await forget_attempts(connection, name)
    return bool(row and row["made"])


async def disable_operator(connection: Connection, name: str) -> bool:
    """Let an operator in no more, at once; whether there is one of this name."""
    cursor = await connection.execute("UPDATE operator SET disabled = true WHERE name = %s", (name,))
    await end_sessions(connection, name)
    return cursor.rowcount == 1


async def read_operator(connection: Connection, name: str) -> Operator | None:
    """An operator, disabled or not."""
    cursor = await connection.execute(
        "SELECT name, password_hash, created_at, must_change, disabled FROM operator WHERE name = %s", (name,)
    )
    row = await cursor.fetchone()
    return Operator(**row) if row else None


async def change_password(connection: Connection, name: str, password_hash: str) -> None:
    """The operator has chosen a password; all sessions that began with the one before are over."""
    await connection.execute(
        "UPDATE operator SET password_hash = %s, must_change = false WHERE name = %s", (password_hash, name)
    )
    await end_sessions(connection, name)


async def begin_session(connection: Connection, name: str, *, at: datetime) -> str:
    """The token of a new session; it is told to the browser and nowhere kept."""
    token = secrets.token_urlsafe(32)
    await connection.execute("DELETE FROM operator_session WHERE expires_at <= %s", (at,))
    await connection.execute(
        "INSERT INTO operator_session (key, operator, created_at, expires_at) VALUES (%s, %s, %s, %s)",
        (key_of(token), name, at, at + SESSION_LIFE),
    )
    return token


async def read_session(connection: Connection, token: str, *, at: datetime) -> Session | None:
    """The session of a token; None when it is over, or its operator is disabled."""
    cursor = await connection.execute(
        "SELECT s.key, s.operator, o.must_change FROM operator_session s JOIN operator o ON o.name = s.operator"
        " WHERE s.key = %s AND s.expires_at > %s AND NOT o.disabled",
        (key_of(token), at),
    )
    row = await cursor.fetchone()
    return Session(bytes(row["key"]), row["operator"], row["must_change"]) if row else None


async def end_session(connection: Connection, key: bytes) -> None:
    """Log one browser out."""
    await connection.execute("DELETE FROM operator_session WHERE key = %s", (key,))


async def end_sessions(connection: Connection, name: str) -> None:
    """Log an operator out everywhere."""
    await connection.execute("DELETE FROM operator_session WHERE operator = %s", (name,))


async def leave_notice(connection: Connection, key: bytes, text: str, *, good: bool) -> None:
    """What the session's next page says, once."""
    await connection.execute(
        "UPDATE operator_session SET notice = %s, notice_good = %s WHERE key = %s", (text, good, key)
    )


async def take_notice(connection: Connection, key: bytes) -> tuple[str, bool] | None:
    """What the next page has to say and whether it is good news; then it is gone."""
    cursor = await connection.execute(
        "UPDATE operator_session s SET notice = NULL FROM operator_session old"
        " WHERE s.key = %s AND old.key = s.key AND s.notice IS NOT NULL RETURNING old.notice, old.notice_good",
        (key,),
    )
    row = await cursor.fetchone()
    return (row["notice"], row["notice_good"]) if row else None


async def begin_attempt(connection: Connection, name: str, address: str, *, at: datetime) -> int:
    """Record, before a password is looked at, that one is being tried; commit at once. Returns its id."""
    await connection.execute("DELETE FROM login_attempt WHERE at <= %s", (at - FAILURE_WINDOW,))
    cursor = await connection.execute(
        "INSERT INTO login_attempt (name, address, at) VALUES (%s, %s, %s) RETURNING id", (name, address, at)
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row["id"])


async def may_try(connection: Connection, attempt: int, *, at: datetime) -> bool:
    """Whether the password of an attempt may be looked at; one that may not counts no further.

    The attempt is committed, so however many come at once, each one counts those that were there before it.
    """
    cursor = await connection.execute(
        "SELECT max(n) AS most FROM (SELECT count(*) AS n FROM login_attempt l JOIN login_attempt me ON me.id = %(id)s"
        " WHERE l.name = me.name AND l.at > %(since)s UNION ALL SELECT count(*) FROM login_attempt l"
        " JOIN login_attempt me ON me.id = %(id)s WHERE l.address = me.address AND l.at > %(since)s) counts",
        {"id": attempt, "since": at - FAILURE_WINDOW},
    )
    row = await cursor.fetchone()
    if row and row["most"] <= FAILURES:
        return True
    await connection.execute("DELETE FROM login_attempt WHERE id = %s", (attempt,))
    return False


async def forget_attempts(connection: Connection, name: str) -> None:
    """The password of this name was right."""
    await connection.execute("DELETE FROM login_attempt WHERE name = %s", (name,))
