"""One at a time, on a real PostgreSQL."""

import pytest

from storage.locks import alone, locked


async def test_a_lock_is_in_one_hand_and_free_afterwards(pool) -> None:
    async with alone(pool, "a") as first:
        assert first is not None
        async with alone(pool, "a") as second, alone(pool, "b") as other:
            assert second is None and other is not None
    async with alone(pool, "a") as again:
        assert again is not None


async def test_a_failure_frees_the_lock_and_gives_the_connection_back_as_it_was(pool) -> None:
    with pytest.raises(ZeroDivisionError):
        async with alone(pool, "a") as connection:
            assert connection.autocommit
            raise ZeroDivisionError
    async with alone(pool, "a") as again:
        assert again is not None
    async with pool.connection() as connection:
        assert not connection.autocommit


async def test_a_connection_that_dies_takes_its_lock_along(pool) -> None:
    with pytest.raises(Exception, match=r"terminat|closed|lost"):
        async with alone(pool, "a") as connection:
            cursor = await connection.execute("SELECT pg_backend_pid() AS pid")
            pid = (await cursor.fetchone())["pid"]
            async with pool.connection() as other:
                await other.execute("SELECT pg_terminate_backend(%s)", (pid,))
            await connection.execute("SELECT 1")
    async with alone(pool, "a") as again:
        assert again is not None


async def test_a_connection_may_hold_one_more_lock(pool) -> None:
    async with alone(pool, "a") as one, pool.connection() as two:
        await two.set_autocommit(True)
        async with locked(one, "b") as mine, locked(two, "b") as other:
            assert mine and not other
        async with locked(two, "b") as again:
            assert again
        await two.set_autocommit(False)
