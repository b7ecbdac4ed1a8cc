"""Accounts with sealed secrets, on a real PostgreSQL."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from psycopg_pool import PoolTimeout

from connectors.zalo.accounts import AccountBook, list_accounts, read_account, save_account
from storage.sealed import CantOpen, Seal
from tests.pipeline import MONDAY_MORNING

SEAL = Seal("s")
SETTINGS = {"unit": "u", "name": "OA mẫu", "app_id": "1", "oa_secret": "OaSecret", "app_secret": "AppSecret"}


async def save(pool, oa_id: str, **changes) -> None:
    async with pool.connection() as connection:
        await save_account(connection, SEAL, oa_id=oa_id, at=MONDAY_MORNING, **{**SETTINGS, **changes})


async def test_secrets_come_back_and_are_never_readable_in_the_database_or_in_print(pool) -> None:
    await save(pool, "1")
    async with pool.connection() as connection:
        account = await read_account(connection, SEAL, "1")
        [row] = await (await connection.execute("SELECT * FROM channel_account WHERE id = 'zalo:1'")).fetchall()
        assert await read_account(connection, SEAL, "none") is None
    assert (account.oa_id, account.oa_secret, account.app_secret, account.unit) == ("1", "OaSecret", "AppSecret", "u")
    assert "Secret" not in str(row) and "Secret" not in repr(account)


async def test_secrets_of_another_installation_do_not_open_and_are_no_secret(pool, caplog) -> None:
    await save(pool, "2")
    async with pool.connection() as connection:
        with pytest.raises(CantOpen):
            await read_account(connection, Seal("other"), "2")
        found = [account for account in await list_accounts(connection, Seal("other")) if account.oa_id == "2"]
    assert [(account.oa_secret, account.app_secret) for account in found] == [("", "")]
    assert "zalo:2" in caplog.text


@pytest.mark.parametrize("wrong", [{"oa_id": "zalo:1"}, {"app_id": ""}, {"oa_secret": ""}, {"app_secret": ""}])
async def test_settings_that_cannot_work_are_refused(pool, wrong) -> None:
    with pytest.raises(ValueError, match=r"digits|secrets"):
        await save(pool, **{"oa_id": "3", **wrong})


async def test_the_book_is_read_again_after_five_seconds_and_after_a_clock_set_back(pool) -> None:
    book = AccountBook()

    async def names(seconds: float) -> dict[str, str]:
        now = MONDAY_MORNING + timedelta(seconds=seconds)
        return {oa: account.name for oa, account in (await book.accounts(pool, "s", now, timeout=5)).items()}

    await save(pool, "4", name="một")
    assert (await names(0))["4"] == "một"
    await save(pool, "4", name="hai")
    assert [(await names(seconds))["4"] for seconds in (0, 5, 5.1)] == ["một", "một", "hai"]
    await save(pool, "4", name="ba")
    assert (await names(-60))["4"] == "ba"


async def test_while_the_book_is_read_again_nobody_waits_for_it(pool) -> None:
    book, later = AccountBook(), MONDAY_MORNING + timedelta(minutes=1)
    await save(pool, "5", name="một")
    await book.accounts(pool, "s", MONDAY_MORNING, timeout=5)
    await save(pool, "5", name="hai")
    async with AsyncExitStack() as busy:
        for _ in range(pool.max_size):
            await busy.enter_async_context(pool.connection())
        reading = asyncio.create_task(book.accounts(pool, "s", later, timeout=30))
        await asyncio.sleep(0)
        assert (await book.accounts(pool, "s", later, timeout=0.01))["5"].name == "một"
    assert (await reading)["5"].name == "hai"


async def test_a_database_that_is_away_is_an_error_and_no_empty_book(pool) -> None:
    book = AccountBook()
    async with AsyncExitStack() as busy:
        for _ in range(pool.max_size):
            await busy.enter_async_context(pool.connection())
        with pytest.raises(PoolTimeout):
            await book.accounts(pool, "s", MONDAY_MORNING, timeout=0.01)
    await save(pool, "6")
    assert "6" in await book.accounts(pool, "s", MONDAY_MORNING, timeout=5)
