"""The queue: order within a conversation, one turn a message, turns of dead workers given back."""

import asyncio
import uuid

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from storage import queue as queues
from storage.queue import DELIVERY_QUEUE, TURN_QUEUE, defer_delivery, defer_fetch, make_queue, retry_stalled
from storage.turns import Incoming, accept, open_conversation
from tests.pipeline import MONDAY_MORNING, eventually


async def jobs(pool):
    async with pool.connection() as connection:
        cursor = await connection.execute("SELECT * FROM procrastinate_jobs ORDER BY id")
        return await cursor.fetchall()


CRASH = """
CREATE SEQUENCE crashes;
CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A sequence counts on where transactions are rolled back.
    IF nextval('crashes') <= {times} THEN
        PERFORM pg_terminate_backend(pg_backend_pid());
        -- The signal ends this wait at once.
        PERFORM pg_sleep(60);
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER crash BEFORE UPDATE OF status OR DELETE ON procrastinate_jobs
    FOR EACH ROW WHEN (OLD.status = '{status}') EXECUTE FUNCTION crash();
"""


@pytest.fixture
async def breaks(pool):
    """The connection breaks, so many times, on which a job of this status is changed."""

    async def when(status: str, times: int) -> None:
        async with pool.connection() as connection:
            await connection.execute(CRASH.format(status=status, times=times))

    yield when
    async with pool.connection() as connection:
        await connection.execute("DROP FUNCTION IF EXISTS crash CASCADE")
        await connection.execute("DROP SEQUENCE IF EXISTS crashes")


@pytest.fixture
def at_once(monkeypatch) -> None:
    """An end that could not be recorded is recorded again without a wait."""
    monkeypatch.setattr(queues, "RECORD_AGAIN_SECONDS", 0.0)


@pytest.fixture(autouse=True)
async def empty(pool) -> None:
    async with pool.connection() as connection:
        await connection.execute("TRUNCATE procrastinate_jobs CASCADE")


async def send(pool, queue, citizen: str, text: str, message: str | None = None):
    async with pool.connection() as connection:
        conversation = await open_conversation(connection, channel="q", citizen=citizen, unit="u", at=MONDAY_MORNING)
        message = message or uuid.uuid4().hex
        return await accept(connection, queue, Incoming(conversation, message, text), at=MONDAY_MORNING)


async def test_a_message_and_its_job_are_one_transaction(pool, database) -> None:
    async with make_queue(database).open_async() as queue:
        with pytest.raises(ZeroDivisionError):
            async with pool.connection() as connection, connection.transaction():
                conversation = await open_conversation(
                    connection, channel="q", citizen="x", unit="u", at=MONDAY_MORNING
                )
                await accept(connection, queue, Incoming(conversation, "m", "a"), at=MONDAY_MORNING)
                raise ZeroDivisionError
        assert not await jobs(pool)
        accepted = await send(pool, queue, "x", "a", "m")
        await send(pool, queue, "x", "a", "m")
        assert [job["args"] for job in await jobs(pool)] == [{"turn_id": accepted.turn_id}]


async def test_turns_of_a_citizen_run_in_order_and_of_others_in_between(pool, database) -> None:
    running: set[str] = set()
    order: list[int] = []
    lock_of: dict[int, str] = {}

    async def work(turn_id: int) -> None:
        citizen = lock_of[turn_id]
        assert citizen not in running, "two turns of one citizen at once"
        running.add(citizen)
        await asyncio.sleep(0)
        order.append(turn_id)
        running.remove(citizen)

    async with make_queue(database, work).open_async() as queue:
        for number in range(4):
            for citizen in ("an", "binh"):
                lock_of[(await send(pool, queue, citizen, str(number))).turn_id] = citizen

        async def all_done() -> bool:
            return len(order) == len(lock_of)

        # Not wait=False: that ends when every job left is behind a lock.
        worker = asyncio.create_task(
            queue.run_worker_async(
                queues=[TURN_QUEUE], concurrency=3, fetch_job_polling_interval=0.05, install_signal_handlers=False
            )
        )
        await eventually(all_done, seconds=20, what="every turn of both citizens")
        worker.cancel()
        await asyncio.wait([worker])
    for citizen in ("an", "binh"):
        own = [turn for turn in order if lock_of[turn] == citizen]
        assert len(own) == 4 and own == sorted(own)


async def test_a_turn_that_could_not_be_recorded_is_tried_again_until_it_can(pool, database) -> None:
    tries = []

    async def work(turn_id: int) -> None:
        tries.append(turn_id)
        if len(tries) < 3:
            raise psycopg.OperationalError("away")

    async with make_queue(database, work).open_async() as queue:
        accepted = await send(pool, queue, "an", "a")
        worker = asyncio.create_task(
            queue.run_worker_async(queues=[TURN_QUEUE], install_signal_handlers=False, fetch_job_polling_interval=0.2)
        )

        async def three() -> bool:
            return len(tries) == 3

        await eventually(three, seconds=20, what="a third attempt")
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
    assert set(tries) == {accepted.turn_id}


@pytest.mark.parametrize("fails", [False, True], ids=["done", "to be tried again"])
async def test_how_a_job_ended_is_recorded_though_connections_break_and_what_waits_behind_it_is_worked(
    pool, database, breaks, at_once, fails
) -> None:
    worked: list[int] = []

    async def work(turn_id: int) -> None:
        worked.append(turn_id)
        if fails and len(worked) == 1:
            raise psycopg.OperationalError("away")

    async with make_queue(database, work).open_async() as queue:
        first, second = [(await send(pool, queue, "an", text)).turn_id for text in ("a", "b")]
        await breaks("doing", times=3)
        worker = asyncio.create_task(
            queue.run_worker_async(
                queues=[TURN_QUEUE], install_signal_handlers=False, fetch_job_polling_interval=0.05,
                delete_jobs="successful",
            )
        )  # fmt: skip

        async def nothing_left() -> bool:
            return not await jobs(pool)

        await eventually(nothing_left, seconds=20, what="the end of both jobs of the same lock, by the same worker")
        worker.cancel()
        await asyncio.wait([worker])
    assert worked == [first, first, second] if fails else [first, second]


async def test_an_end_that_is_recorded_already_is_nothing_to_raise(pool, database) -> None:
    async with make_queue(database).open_async() as queue:
        await send(pool, queue, "an", "a")
        manager = queue.job_manager
        job = await manager.fetch_job([TURN_QUEUE], await manager.register_worker())
        for _ in range(2):
            await manager.retry_job(job)
            assert [row["status"] for row in await jobs(pool)] == ["todo"]
        for _ in range(2):
            await manager.finish_job(job, Status.SUCCEEDED, delete_job=True)
            assert not await jobs(pool)


async def test_a_worker_whose_connection_breaks_while_it_takes_a_job_ends(pool, database, breaks) -> None:
    async with make_queue(database).open_async() as queue:
        await send(pool, queue, "an", "a")
        await breaks("todo", times=1)
        with pytest.raises(ConnectorException):
            await queue.run_worker_async(queues=[TURN_QUEUE], install_signal_handlers=False)
    assert [job["status"] for job in await jobs(pool)] == ["todo"]


async def test_a_job_that_a_worker_took_without_getting_to_know_it_is_given_back_at_once(
    pool, database, monkeypatch
) -> None:
    async with make_queue(database).open_async() as queue:
        await send(pool, queue, "an", "a")
        fetch = queue.job_manager.fetch_job

        async def answer_lost(**which) -> None:
            await fetch(**which)
            raise ConnectorException from psycopg.OperationalError("away")

        monkeypatch.setattr(queue.job_manager, "fetch_job", answer_lost)
        with pytest.raises(ConnectorException):
            await queue.run_worker_async(queues=[TURN_QUEUE], install_signal_handlers=False)
        assert [job["status"] for job in await jobs(pool)] == ["doing"]
        assert await retry_stalled(queue, seconds=60) == 1
    assert [job["status"] for job in await jobs(pool)] == ["todo"]


async def test_jobs_of_a_worker_that_stopped_beating_are_given_back(pool, database) -> None:
    async with make_queue(database).open_async() as queue:
        await send(pool, queue, "an", "a")
        async with pool.connection() as connection:
            cursor = await connection.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
            worker = (await cursor.fetchone())["id"]
            await connection.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", (worker,))
        assert await retry_stalled(queue, seconds=60) == 0
        async with pool.connection() as connection:
            await connection.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
        assert await retry_stalled(queue, seconds=60) == 1
        assert [job["status"] for job in await jobs(pool)] == ["todo"]
        assert await retry_stalled(queue, seconds=60) == 0


async def test_a_process_that_only_queues_does_not_work_turns(database) -> None:
    task = make_queue(database).tasks["take_turn"]
    with pytest.raises(RuntimeError, match="dialogue worker"):
        await task.func(1)


@pytest.mark.parametrize("name", ["deliver", "fetch_attachment"])
async def test_only_a_courier_sends_and_fetches(database, name) -> None:
    task = make_queue(database).tasks[name]
    with pytest.raises(RuntimeError, match="courier"):
        await task.func(1)


async def test_jobs_for_a_courier_go_with_the_transaction_and_have_their_own_locks(pool, database) -> None:
    queue, conversation, later = make_queue(database), uuid.uuid4(), MONDAY_MORNING
    with pytest.raises(ZeroDivisionError):
        async with pool.connection() as connection:
            await defer_delivery(connection, queue, conversation)
            raise ZeroDivisionError
    assert not await jobs(pool)
    async with pool.connection() as connection:
        await defer_delivery(connection, queue, conversation, not_before=later)
        await defer_fetch(connection, queue, 7)
    found = [(job["queue_name"], job["lock"], job["args"], job["scheduled_at"]) for job in await jobs(pool)]
    assert found == [
        ("deliveries", f"out:{conversation}", {"conversation_id": str(conversation)}, later),
        ("deliveries", "file:7", {"attachment_id": 7}, None),
    ]


async def test_a_courier_gets_what_was_queued(pool, database) -> None:
    done: list[object] = []

    async def note(what: object) -> None:
        done.append(what)

    conversation = uuid.uuid4()
    async with make_queue(database, deliver=note, fetch_attachment=note).open_async() as queue:
        async with pool.connection() as connection:
            await defer_delivery(connection, queue, conversation)
            await defer_fetch(connection, queue, 7)
        await queue.run_worker_async(queues=[DELIVERY_QUEUE], wait=False, install_signal_handlers=False)
    assert sorted(done, key=str) == sorted([str(conversation), 7], key=str)
