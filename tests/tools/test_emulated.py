"""The sample accounts of the local platform are really connected: a citizen's message becomes a turn and its reply
arrives. Everything over real HTTP, with a web process and a platform of their own."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from connectors.zalo import webhook
from connectors.zalo.accounts import save_account
from emulator.app import make_app
from storage.channels import list_accounts
from storage.database import make_pool
from storage.sealed import Seal
from storage.secret import read_secret
from storage.settings import local_now
from tests.emulator.serving import Running, until
from tests.web.serving import serve, settings_for
from tools.emulated import APP, SAMPLES, connect, has_real_accounts, pointed_at_emulator, site_of


class Place:
    """A local platform and a site."""

    def __init__(self, database: str, folder) -> None:
        self.database, self.folder = database, folder
        settings = settings_for(database, folder)
        self.platform = Running(make_app(state=folder / "emulator.json"))
        self.site = serve(settings, database, extra=webhook.routes())
        self.settings = pointed_at_emulator(replace(settings, emulator_port=_port(self.platform.url)))
        self.settings = replace(self.settings, port=_port(self.site.url))

    def control(self, path: str, **values):
        answer = httpx.request("POST" if values else "GET", f"{self.platform.url}/control{path}", json=values or None)
        return answer.raise_for_status().json()

    async def connect(self) -> None:
        await connect(self.settings, self.database, local_now())

    async def accounts(self):
        async with make_pool(self.database, size=1) as pool, pool.connection() as connection:
            return await list_accounts(connection, "zalo")

    def stop(self) -> None:
        self.site.stop()
        self.platform.stop()


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])


@pytest.fixture
def place(database: str, tmp_path) -> Iterator[Place]:
    made = Place(database, tmp_path)
    yield made
    made.stop()


async def wipe(place: Place) -> None:
    async with make_pool(place.database, size=1) as pool, pool.connection() as connection:
        await connection.execute("TRUNCATE conversation, channel_account, channel_event CASCADE")


async def test_two_sample_accounts_are_connected_by_consent_and_again_without(place) -> None:
    await wipe(place)
    await place.connect()
    accounts = await place.accounts()
    assert [(account.unit, account.state) for account in accounts] == [
        ("don_vi_mau", "connected"), ("xa_thu_nghiem", "connected"),
    ]  # fmt: skip
    first = [account.tokens for account in accounts]
    await place.connect()
    assert [account.tokens for account in await place.accounts()] == first
    assert len(place.control("/users")["users"]) == 3
    # Tokens that died are asked for again.
    place.control(f"/oas/{SAMPLES[0].oa_id}/revoke", now=True)
    await place.connect()
    again = [account.tokens for account in await place.accounts()]
    assert again[0] != first[0] and again[1] == first[1]


async def test_what_a_sample_citizen_writes_arrives_at_the_right_unit(place) -> None:
    await wipe(place)
    await place.connect()
    citizen = next(iter(SAMPLES[1].citizens))
    place.control(f"/users/{citizen}/acts", act="text", text="xin chào")

    async def turns() -> list:
        async with make_pool(place.database, size=1) as pool, pool.connection() as connection:
            cursor = await connection.execute("SELECT c.unit, t.text FROM turn t JOIN conversation c"
                                              " ON c.id = t.conversation_id")  # fmt: skip
            return await cursor.fetchall()

    await asyncio.to_thread(until, lambda: place.control("/statistics")["webhooks"]["delivered"], "the webhook")
    assert await turns() == [{"unit": "xa_thu_nghiem", "text": "xin chào"}]


async def test_beside_a_real_account_the_sample_ones_are_switched_off(place) -> None:
    await wipe(place)
    assert not await has_real_accounts(place.database, local_now())
    await place.connect()
    assert not await has_real_accounts(place.database, local_now())
    async with make_pool(place.database, size=1) as pool, pool.connection() as connection:
        await save_account(
            connection, Seal(read_secret(place.settings)), oa_id="4234567890123456783", unit="don_vi_mau", name="OA",
            app_id="1234567890123456789", oa_secret="a", app_secret="b", at=local_now(),
        )  # fmt: skip
    assert await has_real_accounts(place.database, local_now())
    assert [a.state for a in await place.accounts() if a.app_id == APP] == ["disabled", "disabled"]


def test_a_site_that_listens_everywhere_is_found_on_this_machine(tmp_path) -> None:
    settings = settings_for("", tmp_path, host="0.0.0.0", port=8080)
    assert site_of(settings) == "http://127.0.0.1:8080"
    assert site_of(replace(settings, host="10.0.0.1")) == "http://10.0.0.1:8080"
