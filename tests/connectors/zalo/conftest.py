"""A web process with the webhook of 18 accounts, for the tests that call it."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from psycopg.rows import dict_row

from connectors.zalo import webhook
from tests.connectors.zalo.calling import CODE, SECRET, SENT, Caller, save
from tests.pipeline import Clock
from tests.web.serving import serve, settings_for


@pytest.fixture(scope="module")
def process(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Clock]]:
    asyncio.run(save(database))
    clock = Clock(SENT + timedelta(minutes=1))
    settings = settings_for(database, tmp_path_factory.mktemp("zalo"), secret=SECRET)
    server = serve(settings, database, now=clock, extra=webhook.routes([CODE]))
    yield server.url, database, clock
    server.stop()


@pytest.fixture
def zalo(process: tuple[str, str, Clock]) -> Iterator[Caller]:
    """Calls the process; every test begins with no rows but the accounts, a minute after the samples were sent."""
    url, database, clock = process
    clock.now = SENT + timedelta(minutes=1)
    with psycopg.connect(database, autocommit=True, row_factory=dict_row) as connection:
        connection.execute("TRUNCATE conversation, channel_event, attachment_content, procrastinate_jobs CASCADE")
        yield Caller(url, connection, clock)
