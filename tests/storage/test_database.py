"""Connections."""

from dataclasses import replace

import pytest
from psycopg import OperationalError

from storage.database import database_url, make_pool, opened_database
from storage.settings import read_settings
from tests.pipeline import eventually


def test_a_given_address_starts_nothing() -> None:
    url, stop = database_url(replace(read_settings({}), database_url="postgresql://somewhere/x"))
    assert url == "postgresql://somewhere/x"
    stop()


async def test_rows_are_dicts_and_a_dead_connection_fails_once_only(database) -> None:
    async with make_pool(database, size=1) as pool:
        async with pool.connection() as connection:
            row = await (await connection.execute("SELECT pg_backend_pid() AS pid")).fetchone()
        async with make_pool(database, size=1) as other, other.connection() as killer:
            await killer.execute("SELECT pg_terminate_backend(%s)", (row["pid"],))

            async def gone() -> bool:
                query = "SELECT count(*) AS n FROM pg_stat_activity WHERE pid = %s"
                return (await (await killer.execute(query, (row["pid"],))).fetchone())["n"] == 0

            await eventually(gone, seconds=10, what="the end of the connection")
        # Connections are not checked before each use: the turn that meets a dead one is tried again by the queue.
        with pytest.raises(OperationalError):
            async with pool.connection() as connection:
                await connection.execute("SELECT 1")
        async with pool.connection() as connection:
            again = await (await connection.execute("SELECT pg_backend_pid() AS pid")).fetchone()
    assert again["pid"] != row["pid"]


def test_what_was_opened_is_left_also_after_an_error(tmp_path) -> None:
    settings = replace(read_settings({}), var=tmp_path, database_url="")
    with pytest.raises(ZeroDivisionError), opened_database(settings) as url:
        assert url
        assert (tmp_path / "postgres" / "postmaster.pid").exists()
        raise ZeroDivisionError
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()
