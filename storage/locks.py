"""One at a time in all processes, by PostgreSQL's advisory locks: they end with the connection that holds them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from storage.database import Connection, Pool


@asynccontextmanager
async def alone(pool: Pool, key: str) -> AsyncIterator[Connection | None]:
    """A connection that holds the lock `key` and commits each statement; None while somebody else holds it.

    A process that is killed leaves its locks, one that only stands still keeps them.
    """
    async with pool.connection() as connection:
        await connection.set_autocommit(True)
        cursor = await connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0)) AS mine", (key,))
        row = await cursor.fetchone()
        mine = row is not None and bool(row["mine"])
        try:
            yield connection if mine else None
        finally:
            # One that broke has lost its locks already, and the pool replaces it.
            if not connection.closed:
                if mine:
                    await connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (key,))
                await connection.set_autocommit(False)
