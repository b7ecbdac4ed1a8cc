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
        try:
            async with locked(connection, key) as mine:
                yield connection if mine else None
        finally:
            if not connection.closed:
                await connection.set_autocommit(False)


@asynccontextmanager
async def locked(connection: Connection, key: str) -> AsyncIterator[bool]:
    """Hold one more lock on a connection that commits each statement; False while somebody else holds it."""
    cursor = await connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0)) AS mine", (key,))
    row = await cursor.fetchone()
    mine = row is not None and bool(row["mine"])
    try:
        yield mine
    finally:
        # One that broke has lost its locks already, and the pool replaces it.
        if mine and not connection.closed:
            await connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (key,))
