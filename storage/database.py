"""Open connections to PostgreSQL: the server of `DATABASE_URL`, or the embedded one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from storage.settings import Settings

Row = dict[str, Any]
Connection = AsyncConnection[Row]
Pool = AsyncConnectionPool[Connection]


def database_url(settings: Settings) -> tuple[str, Callable[[], None]]:
    """The connection string, and a function that stops what was started for it.

    With `DATABASE_URL` nothing is started. A process started by `make run` finds `DATABASE_URL` set.
    """
    if settings.database_url:
        return settings.database_url, lambda: None
    # Only the process that starts the embedded server pays for importing it.
    from storage.embedded import start

    return start(settings.var)


@contextmanager
def opened_database(settings: Settings) -> Iterator[str]:
    """The connection string, as long as it is needed; what was started for it is stopped then."""
    url, stop = database_url(settings)
    try:
        yield url
    finally:
        stop()


def make_pool(url: str, *, size: int) -> Pool:
    """A pool of at most `size` connections whose rows are dicts; open it with `async with`."""
    return AsyncConnectionPool(
        url,
        connection_class=AsyncConnection[Row],
        kwargs={"row_factory": dict_row},
        min_size=1,
        max_size=size,
        open=False,
    )
