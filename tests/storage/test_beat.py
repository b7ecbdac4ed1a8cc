"""What every process that takes jobs does alike, on a real queue."""

import asyncio

import psycopg
import pytest

from storage import beat
from storage.queue import DELIVERY_QUEUE, defer_delivery, make_queue
from tests.pipeline import eventually
from tests.storage.channel_rows import conversation_of


@pytest.fixture(autouse=True)
def quick(monkeypatch) -> None:
    monkeypatch.setattr(beat, "HEARTBEAT_SECONDS", 0.05)


async def test_jobs_are_worked_at_once_and_the_process_beats_until_it_is_told_to_stop(
    pool, connection, database
) -> None:
    done, beats, both = [], [], asyncio.Event()

    async def deliver(conversation: str) -> None:
        done.append(conversation)
        if len(done) == 2:
            both.set()
        await both.wait()

    async def step() -> None:
        beats.append(1)

    wanted = [await conversation_of(connection) for _ in range(2)]
    async with pool.connection() as own:
        for conversation in wanted:
            await defer_delivery(own, make_queue(database), conversation)
    queue = make_queue(database, deliver=deliver)
    working = asyncio.create_task(beat.work("c", queue, DELIVERY_QUEUE, concurrency=2, step=step, poll_seconds=0.05))

    async def finished() -> bool:
        cursor = await connection.execute("SELECT count(*) AS n FROM procrastinate_jobs")
        return len(beats) > 1 and (await cursor.fetchone())["n"] == 0

    await eventually(finished, seconds=20, what="both jobs, which wait for each other")
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert sorted(done) == sorted(map(str, wanted))


@pytest.mark.parametrize("failure", [psycopg.OperationalError("bí mật"), ZeroDivisionError("x")])
async def test_no_failure_stops_the_heart(database, caplog, failure) -> None:
    failed = []

    async def step() -> None:
        failed.append(1)
        raise failure

    async with make_queue(database).open_async() as queue:
        beating = asyncio.create_task(beat.keep_beating(queue, step))

        async def again() -> bool:
            return len(failed) > 2

        await eventually(again, seconds=5, what="it beats again")
        beating.cancel()
    assert "bí mật" not in caplog.text


async def test_without_a_step_of_its_own_a_process_only_gives_jobs_back(database, monkeypatch) -> None:
    looked = []

    async def retry(_) -> int:
        looked.append(1)
        return 0

    monkeypatch.setattr(beat, "retry_stalled", retry)
    async with make_queue(database).open_async() as queue:
        beating = asyncio.create_task(beat.keep_beating(queue))

        async def twice() -> bool:
            return len(looked) > 1

        await eventually(twice, seconds=5, what="it looks for jobs of the dead")
        beating.cancel()
