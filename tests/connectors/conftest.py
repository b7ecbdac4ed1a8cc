"""The emulator, for whatever calls the platform."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from connectors.courier import POOL_SIZE
from connectors.zalo.transport import make_http
from storage.database import make_pool
from tests.connectors.zalo.office import Office
from tests.emulator.serving import Hook, Town


@pytest.fixture(scope="module")
def village() -> Iterator[Town]:
    """A platform with one application, one account and a grant."""
    hook = Hook().start()
    made = Town(hook)
    made.found()
    yield made
    made.stop()
    hook.running.stop()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with make_http() as opened:
        yield opened


@pytest.fixture
async def office(village: Town, database: str, http: httpx.AsyncClient) -> AsyncIterator[Office]:
    """A courier's desk with one connected account, and as many connections as a courier has."""
    async with make_pool(database, size=POOL_SIZE) as pool:
        made = Office(village, pool, http, database)
        await made.open()
        yield made
