"""A connection for tests of storage."""

import pytest


@pytest.fixture
async def connection(pool):
    """Commits each statement."""
    async with pool.connection() as connection:
        await connection.set_autocommit(True)
        yield connection
        await connection.set_autocommit(False)
