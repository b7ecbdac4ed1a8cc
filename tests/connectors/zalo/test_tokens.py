import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from connectors.zalo.accounts import channel_of, save_account
from connectors.zalo.oauth import TokenLater, Tokens, TokenUnknown
from connectors.zalo.tokens import REFRESH_AFTER, ConsentNeeded, TokenKeeper
from connectors.zalo.transport import Endpoints, make_http
from storage import channels
from storage.sealed import Seal
from tests.connectors.zalo.emulated import endpoints_of
from tests.emulator.serving import Town
from tests.pipeline import MONDAY_MORNING, eventually

NOW = MONDAY_MORNING
LATER = NOW + REFRESH_AFTER
SECRET = "installation"


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with make_http() as opened:
        yield opened


@dataclass
class Desk:
    """An account with a grant of the emulator, and what a test looks at."""

    town: Town
    pool: Any
    http: httpx.AsyncClient

    @property
    def id(self) -> str:
        return channel_of(self.town.oa["oa_id"])

    def keeper(self, *, url: str = "", secret: str = SECRET) -> TokenKeeper:
        endpoints = Endpoints(oauth=url) if url else endpoints_of(self.town)
        return TokenKeeper(self.pool, self.http, endpoints, Seal(secret))

    async def account(self) -> channels.Account:
        async with self.pool.connection() as connection:
            found = await channels.read_account(connection, self.id)
        assert found is not None
        return found

    async def held(self) -> dict[str, str]:
        account = await self.account()
        assert account.tokens is not None
        return Seal(SECRET).open(account.tokens)

    def issued(self) -> int:
        return self.town.look("statistics")["counts"].get("tokens_issued", 0)

    def works(self, access: str) -> bool:
        return self.town.call("/openapi/v2.0/oa/getoa", token=access).json()["error"] == 0


@pytest.fixture
async def desk(village: Town, pool: Any, http: httpx.AsyncClient) -> Desk:
    village.reset()
    made = Desk(village, pool, http)
    async with pool.connection() as connection:
        await connection.execute("DELETE FROM channel_account")
        await save_account(
            connection, Seal(SECRET), oa_id=village.oa["oa_id"], unit="don_vi_mau", name="Công an xã Mẫu",
            app_id=village.app["app_id"], oa_secret=village.oa["secret"], app_secret=village.app["secret"], at=NOW,
        )  # fmt: skip
    pair = village.grant()
    await made.keeper().store(made.id, Tokens(pair["access_token"], pair["refresh_token"], 90_000), NOW)
    return made


async def test_a_young_token_is_handed_out_as_it_is(desk) -> None:
    before = desk.issued()
    token = await desk.keeper().access_token(desk.id, LATER - timedelta(seconds=1))
    assert desk.works(token) and desk.issued() == before


async def test_an_old_token_is_replaced_and_stored_before_it_is_used(desk) -> None:
    old = await desk.held()
    token = await desk.keeper().access_token(desk.id, LATER)
    held, account = await desk.held(), await desk.account()
    assert held["access"] == token and held["refresh"] != old["refresh"]
    assert desk.works(token) and not desk.works(old["access"])
    assert account.tokens_at == LATER and account.access_expires_at == LATER + timedelta(hours=25)
    assert account.refresh_expires_at == LATER + timedelta(days=90)


async def test_tokens_are_not_readable_in_the_database(desk) -> None:
    stored, held = (await desk.account()).tokens, await desk.held()
    assert held["access"].encode() not in stored and held["refresh"].encode() not in stored


@pytest.mark.parametrize("stale", [False, True])
async def test_twenty_callers_of_two_processes_make_one_refresh(desk, stale) -> None:
    old, before = (await desk.held())["access"], desk.issued()
    now = NOW if stale else LATER
    keepers = desk.keeper(), desk.keeper()
    calls = (keepers[n % 2].access_token(desk.id, now, stale=old if stale else None) for n in range(20))
    tokens = set(await asyncio.gather(*calls))
    assert desk.issued() == before + 1 and tokens == {(await desk.held())["access"]} and old not in tokens


async def test_a_refused_token_is_replaced_once(desk) -> None:
    old, before = (await desk.held())["access"], desk.issued()
    new = await desk.keeper().access_token(desk.id, NOW, stale=old)
    assert await desk.keeper().access_token(desk.id, NOW, stale=old) == new != old
    assert desk.issued() == before + 1


@pytest.mark.parametrize("kind", ["reset", "html_502", "http_500"])
async def test_a_lost_answer_is_asked_for_once_more(desk, kind) -> None:
    desk.town.fault(kind, where="oauth", count=1)
    assert desk.works(await desk.keeper().access_token(desk.id, LATER))
    assert (await desk.account()).state == "connected"


async def test_a_spent_token_needs_a_new_consent_and_says_so(desk) -> None:
    desk.town.fault("lost_refresh", seconds=0)
    with pytest.raises(ConsentNeeded):
        await desk.keeper().access_token(desk.id, LATER)
    account = await desk.account()
    assert (account.state, account.alarm_at) == ("consent_needed", LATER)
    assert "-14014" in account.alarm and "cấp quyền lại" in account.alarm


async def test_a_refusal_without_a_number_is_one_too(desk) -> None:
    desk.town.options(error_name_only=True)
    desk.town.control(f"oas/{desk.town.oa['oa_id']}/revoke")
    with pytest.raises(ConsentNeeded):
        await desk.keeper().access_token(desk.id, LATER)
    assert "Invalid refresh token" in (await desk.account()).alarm


async def test_without_consent_the_platform_is_not_asked_again(desk) -> None:
    desk.town.control(f"oas/{desk.town.oa['oa_id']}/revoke")
    with pytest.raises(ConsentNeeded):
        await desk.keeper().access_token(desk.id, LATER)
    asked = desk.town.look("statistics")["counts"]["refused_oauth_-14014"]
    for stale in (None, (await desk.held())["access"]):
        with pytest.raises(ConsentNeeded):
            await desk.keeper().access_token(desk.id, LATER, stale=stale)
    assert desk.town.look("statistics")["counts"]["refused_oauth_-14014"] == asked


async def test_a_new_consent_ends_the_alarm(desk) -> None:
    desk.town.control(f"oas/{desk.town.oa['oa_id']}/revoke")
    with pytest.raises(ConsentNeeded):
        await desk.keeper().access_token(desk.id, LATER)
    pair = desk.town.grant()
    await desk.keeper().store(desk.id, Tokens(pair["access_token"], pair["refresh_token"], 90_000), LATER)
    assert await desk.keeper().access_token(desk.id, LATER) == pair["access_token"]
    assert (await desk.account()).alarm is None


@pytest.mark.parametrize("state", ["revoked", "disabled", "not_connected"])
async def test_an_account_that_may_not_send_gets_no_token(desk, state) -> None:
    async with desk.pool.connection() as connection:
        await channels.set_state(connection, desk.id, state, alarm=None, at=NOW)
    before = desk.issued()
    for now in (NOW, LATER):
        with pytest.raises(ConsentNeeded):
            await desk.keeper().access_token(desk.id, now)
    assert desk.issued() == before and (await desk.account()).state == state


async def test_an_unknown_account_has_no_token(desk) -> None:
    with pytest.raises(ConsentNeeded):
        await desk.keeper().access_token("zalo:1", NOW)
    with pytest.raises(ConsentNeeded):
        await desk.keeper().store("zalo:1", Tokens("a", "b", 1), NOW)


async def test_while_the_platform_is_away_the_old_token_is_used_as_long_as_it_is_good(desk) -> None:
    old = (await desk.held())["access"]
    away = desk.keeper(url="http://127.0.0.1:9")
    assert await away.access_token(desk.id, LATER) == old
    with pytest.raises(TokenLater):
        await away.access_token(desk.id, NOW + timedelta(hours=25))
    with pytest.raises(TokenLater):
        await away.access_token(desk.id, NOW, stale=old)
    assert (await desk.account()).state == "connected"


async def test_two_lost_answers_are_left_for_the_next_time(desk) -> None:
    old = (await desk.held())["access"]
    desk.town.fault("html_502", where="oauth", count=2)
    with pytest.raises(TokenUnknown):
        await desk.keeper().access_token(desk.id, NOW, stale=old)
    assert (await desk.account()).state == "connected"
    assert desk.works(await desk.keeper().access_token(desk.id, NOW, stale=old))


async def test_a_caller_who_is_stopped_does_not_take_the_new_pair_along(desk) -> None:
    old = (await desk.held())["access"]
    desk.town.fault("slow", where="oauth", seconds=0.3, count=1)
    keeper, before = desk.keeper(), desk.issued()
    call = asyncio.create_task(keeper.access_token(desk.id, LATER))

    async def struck() -> bool:
        return desk.town.look("statistics")["counts"].get("fault_slow", 0) > 0

    await eventually(struck, seconds=5, what="the refresh is under way")
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await keeper.close()
    held = (await desk.held())["access"]
    assert held != old and desk.works(held) and desk.issued() == before + 1


async def test_another_installation_secret_opens_nothing_and_spends_nothing(desk) -> None:
    before = desk.issued()
    with pytest.raises(ConsentNeeded):
        await desk.keeper(secret="another").access_token(desk.id, NOW)
    account = await desk.account()
    assert account.state == "consent_needed" and "khóa bí mật" in account.alarm and desk.issued() == before
    assert (await desk.held())["access"]


async def test_no_token_is_in_the_log(desk, caplog) -> None:
    caplog.set_level("DEBUG")
    desk.town.fault("lost_refresh", seconds=0)
    held = await desk.held()
    with pytest.raises(ConsentNeeded):
        await desk.keeper().access_token(desk.id, LATER)
    assert desk.id in caplog.text
    assert held["access"] not in caplog.text and held["refresh"] not in caplog.text
