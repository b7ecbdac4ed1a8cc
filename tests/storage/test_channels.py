"""Accounts of channels, on a real PostgreSQL."""

import asyncio
from datetime import date, timedelta

import psycopg
import pytest

from storage import channels
from storage.channels import list_accounts, read_account, save_account
from tests.pipeline import MONDAY_MORNING
from tests.storage.channel_rows import rows

HOUR = timedelta(hours=1)


async def make(connection, id: str, **changes) -> None:
    values = {"kind": "zalo", "unit": "u", "name": "OA mẫu", "app_id": "1", "secrets": b"s", "at": MONDAY_MORNING}
    await save_account(connection, id=id, **{**values, **changes})


async def connect_it(connection, id: str, at=MONDAY_MORNING) -> None:
    await channels.save_tokens(
        connection, id, b"t", at=at, access_expires_at=at + 25 * HOUR, refresh_expires_at=at + timedelta(90)
    )


async def test_a_new_account_is_not_connected(connection) -> None:
    await make(connection, "zalo:1")
    account = await read_account(connection, "zalo:1")
    assert (account.state, account.tokens, account.secrets) == ("not_connected", None, b"s")
    assert (account.alarm, account.created_at) == (None, MONDAY_MORNING)
    assert await read_account(connection, "zalo:none") is None


async def test_new_settings_leave_the_tokens(connection) -> None:
    await make(connection, "zalo:2")
    await connect_it(connection, "zalo:2")
    await make(connection, "zalo:2", name="Tên mới", secrets=b"s2")
    account = await read_account(connection, "zalo:2")
    assert (account.name, account.secrets, account.tokens, account.state) == ("Tên mới", b"s2", b"t", "connected")
    assert account.access_expires_at == MONDAY_MORNING + 25 * HOUR


async def test_accounts_of_a_platform_are_listed_by_id(connection) -> None:
    for id in ("list:b", "list:a"):
        await make(connection, id, kind="list")
    await make(connection, "other:a", kind="other")
    assert [account.id for account in await list_accounts(connection, "list")] == ["list:a", "list:b"]


async def test_tokens_end_an_alarm(connection) -> None:
    await make(connection, "zalo:3")
    await channels.set_state(connection, "zalo:3", "consent_needed", alarm="Cần cấp quyền lại", at=MONDAY_MORNING)
    account = await read_account(connection, "zalo:3")
    assert (account.state, account.alarm, account.alarm_at) == ("consent_needed", "Cần cấp quyền lại", MONDAY_MORNING)
    await connect_it(connection, "zalo:3")
    account = await read_account(connection, "zalo:3")
    assert (account.state, account.alarm, account.alarm_at) == ("connected", None, None)


async def test_an_alarm_that_goes_on_keeps_its_first_moment(connection) -> None:
    await make(connection, "zalo:4")
    for hours, alarm in enumerate(("một", "một", "hai")):
        await channels.set_alarm(connection, "zalo:4", alarm, at=MONDAY_MORNING + hours * HOUR)
        account = await read_account(connection, "zalo:4")
        assert account.alarm_at == MONDAY_MORNING + (2 * HOUR if alarm == "hai" else timedelta())
    await channels.set_alarm(connection, "zalo:4", None, at=MONDAY_MORNING)
    assert (await read_account(connection, "zalo:4")).alarm_at is None


@pytest.mark.parametrize(("tokens", "state"), [(None, "revoked"), (-HOUR, "revoked"), (HOUR, "connected")])
async def test_a_permission_given_after_it_was_taken_back_counts(connection, tokens, state) -> None:
    id = f"zalo:revoked-{tokens}"
    await make(connection, id)
    if tokens is not None:
        await connect_it(connection, id, MONDAY_MORNING + tokens)
    await channels.revoke(connection, id, "thu hồi", sent_at=MONDAY_MORNING, at=MONDAY_MORNING)
    account = await read_account(connection, id)
    assert (account.state, account.alarm) == (state, "thu hồi" if state == "revoked" else None)


async def test_what_the_platform_says_about_an_account_is_kept(connection) -> None:
    await make(connection, "zalo:5")
    package = {"package": "Cơ bản", "package_until": date(2026, 12, 31), "quota": 500}
    await channels.note_check(connection, "zalo:5", **package, at=MONDAY_MORNING)
    await channels.note_quota(connection, "zalo:5", 499)
    await channels.note_plain_text(connection, "zalo:5", MONDAY_MORNING + 24 * HOUR)
    account = await read_account(connection, "zalo:5")
    assert (account.package, account.package_until, account.paid_quota_left) == ("Cơ bản", date(2026, 12, 31), 499)
    assert (account.checked_at, account.plain_text_until) == (MONDAY_MORNING, MONDAY_MORNING + 24 * HOUR)


async def test_events_are_noted_to_the_minute(connection) -> None:
    await make(connection, "zalo:6")
    for seconds, noted in ((0, 0), (59, 0), (61, 61), (30, 61)):
        await channels.note_event(connection, "zalo:6", MONDAY_MORNING + timedelta(seconds=seconds))
        account = await read_account(connection, "zalo:6")
        assert account.seen_event_at == MONDAY_MORNING + timedelta(seconds=noted)


async def test_noting_an_event_does_not_wait_for_whoever_refreshes_tokens(pool, connection) -> None:
    await make(connection, "zalo:7")
    async with pool.connection() as own, own.transaction():
        await read_account(own, "zalo:7", lock=True)
        await asyncio.wait_for(channels.note_event(connection, "zalo:7", MONDAY_MORNING), 5)
    assert (await read_account(connection, "zalo:7")).seen_event_at is None


async def test_two_who_refresh_tokens_come_one_after_the_other(pool, connection) -> None:
    await make(connection, "zalo:8")
    await connection.execute("SET lock_timeout = '100ms'")
    async with pool.connection() as own, own.transaction():
        await read_account(own, "zalo:8", lock=True)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            await read_account(connection, "zalo:8", lock=True)
    assert await read_account(connection, "zalo:8", lock=True)
    await connection.execute("RESET lock_timeout")


async def test_nothing_of_an_account_is_printed(connection) -> None:
    await make(connection, "zalo:9", secrets=b"secret")
    assert "secret" not in repr(await read_account(connection, "zalo:9"))


async def test_a_state_nobody_knows_is_refused(connection) -> None:
    await make(connection, "zalo:10")
    with pytest.raises(psycopg.errors.CheckViolation):
        await channels.set_state(connection, "zalo:10", "odd", alarm=None, at=MONDAY_MORNING)
    assert await rows(connection, "SELECT state FROM channel_account WHERE id = 'zalo:10'") == [
        {"state": "not_connected"}
    ]
