"""What happens without a message, on a real PostgreSQL and the emulator."""

import asyncio
from datetime import timedelta

from connectors.zalo.timers import LOST, Timers, queue_lost
from connectors.zalo.tokens import REFRESH_AFTER
from storage.locks import alone
from tests.pipeline import eventually


async def test_at_the_start_everything_is_due_and_then_in_its_time(office) -> None:
    for user in office.town.platform.users.values():
        user.log.clear()
    timers, user = Timers(office.station()), office.town.citizen()
    await timers.tick()
    assert (await office.account()).checked_at == office.now()
    assert [row["text"] for row in await office.rows("SELECT text FROM turn")] == ["Xin chào"]
    office.town.act(user, "text", text="mới")
    checked = (await office.account()).checked_at
    await timers.tick()
    assert len(await office.rows("SELECT 1 FROM turn")) == 1
    office.town.advance(301)
    await timers.tick()
    assert len(await office.rows("SELECT 1 FROM turn")) == 2 and (await office.account()).checked_at == checked
    office.town.advance(601)
    await timers.tick()
    assert (await office.account()).checked_at == office.now()


async def test_tokens_are_replaced_ahead_in_quiet_times(office) -> None:
    timers, old = Timers(office.station()), (await office.account()).tokens
    await timers.tick()
    assert (await office.account()).tokens == old
    office.town.advance(REFRESH_AFTER.total_seconds())
    await timers.tick()
    account = await office.account()
    assert account.tokens != old and account.tokens_at == office.now()


async def test_a_task_that_fails_leaves_the_others_alone_and_is_done_again_in_a_minute(office) -> None:
    timers = Timers(office.station())
    office.town.fault("html_502", where="recent", count=1)
    await timers.tick()
    account = await office.account()
    assert account.checked_at == office.now()
    [row] = await office.rows("SELECT caught_up_at FROM channel_account")
    assert row["caught_up_at"] is None
    office.town.advance(61)
    await timers.tick()
    [row] = await office.rows("SELECT caught_up_at FROM channel_account")
    assert row["caught_up_at"] == office.now()


async def test_an_account_that_is_not_connected_is_left_alone(office) -> None:
    await office.execute("UPDATE channel_account SET state = 'disabled'")
    await Timers(office.station()).tick()
    assert (await office.account()).checked_at is None


async def test_replies_without_a_job_get_one(office) -> None:
    talk = await office.talk()
    await office.reply(talk, "một")
    await queue_lost(office.station())
    assert await office.jobs() == []
    office.town.advance(LOST.total_seconds() + 1)
    await queue_lost(office.station())
    await queue_lost(office.station())
    [job] = await office.jobs()
    assert job["args"] == {"conversation_id": str(talk.id)}


async def test_one_process_at_a_time_does_it_and_another_takes_over(office, monkeypatch) -> None:
    monkeypatch.setattr("connectors.zalo.timers.TICK_SECONDS", 0.02)
    done: list[str] = []

    def named(name: str) -> Timers:
        timers = Timers(office.station())

        async def tick() -> None:
            done.append(name)

        timers.tick = tick
        return timers

    first = asyncio.create_task(named("first").run())

    async def began() -> bool:
        return len(done) > 2

    await eventually(began, seconds=5, what="the first does it")
    second = asyncio.create_task(named("second").run())

    async def more() -> bool:
        return len(done) > 8

    await eventually(more, seconds=5, what="the first goes on")
    assert set(done) == {"first"}
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)

    async def over() -> bool:
        return "second" in done

    await eventually(over, seconds=5, what="the second takes over")
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)


async def test_an_unforeseen_failure_ends_nothing_and_quotes_nothing(office, monkeypatch, caplog) -> None:
    monkeypatch.setattr("connectors.zalo.timers.TICK_SECONDS", 0.02)
    timers, failed = Timers(office.station()), []

    async def tick() -> None:
        failed.append(1)
        raise ZeroDivisionError("bí mật")

    timers.tick = tick
    running = asyncio.create_task(timers.run())

    async def again() -> bool:
        return len(failed) > 2

    await eventually(again, seconds=5, what="it is tried again")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert "ZeroDivisionError" in caplog.text and "bí mật" not in caplog.text
    async with alone(office.pool, "zalo timers") as connection:
        assert connection is not None
    assert timedelta(0) < LOST
