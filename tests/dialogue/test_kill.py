"""Kill a worker with -9 in the middle of its turns: nothing is lost, and every message is answered once.

Triggers in the test's database make the worker stop at a chosen place: they wait for an advisory lock that the test
holds, so that the worker is provably inside its transaction (or between commit and the end of its job) when it dies.
"""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest

from storage.database import make_pool
from storage.embedded import create_database
from storage.migrate import migrate
from storage.queue import make_queue
from storage.settings import ROOT, child_environment, local_now
from storage.turns import Incoming, accept, history, open_conversation
from tests.pipeline import eventually

pytestmark = pytest.mark.slow
IN_TURN, AFTER_TURN = 4201, 4202
START_SECONDS, ANSWER_SECONDS = 120.0, 90.0
SAID = {
    "đăng ký tạm trú cần giấy tờ gì": "Giấy tờ cần có – Đăng ký tạm trú",
    "còn lệ phí?": "Lệ phí – Đăng ký tạm trú",
    "cháy nhà rồi cứu với": "Gọi 114 ngay",
    "cho tôi gặp cán bộ": "cán bộ",
}
TRIGGERS = f"""
CREATE FUNCTION stop_in_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock({IN_TURN}); RETURN NEW; END $$;
CREATE TRIGGER stop_in_turn BEFORE UPDATE ON turn FOR EACH ROW EXECUTE FUNCTION stop_in_turn();
CREATE FUNCTION stop_after_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock({AFTER_TURN}); RETURN OLD; END $$;
CREATE TRIGGER stop_after_turn BEFORE DELETE ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION stop_after_turn();
"""


class Worker:
    """A real worker process that can be killed."""

    def __init__(self, url: str, trained: Path, folder: Path) -> None:
        models = folder / "models"
        models.mkdir(exist_ok=True)
        if not (models / trained.name).exists():
            (models / trained.name).symlink_to(trained)
        self.log = folder / "worker.log"
        environment = child_environment(
            DATABASE_URL=url,
            MOTCUA_MODELS=str(models),
            MOTCUA_VAR=str(folder),
            RASA_TELEMETRY_ENABLED="false",
            TF_CPP_MIN_LOG_LEVEL="3",
        )
        command = [sys.executable, "-W", "ignore", "-m", "dialogue.worker", "w1"]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)

    def kill(self) -> None:
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=10)


@pytest.fixture
def url(postgres_url: str) -> Iterator[str]:
    url = create_database(postgres_url, "t_kill")
    migrate(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TRIGGERS)
    yield url


@pytest.fixture
def start(url: str, trained: Path, tmp_path: Path) -> Iterator[object]:
    started: list[Worker] = []

    def start() -> Worker:
        started.append(Worker(url, trained, tmp_path))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()


@asynccontextmanager
async def held(url: str, lock: int) -> AsyncIterator[None]:
    """Hold an advisory lock: whoever needs it stops until this ends."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("SELECT pg_advisory_lock(%s)", (lock,))
        yield


async def ask(pool, queue, citizen: str, texts: list[str]) -> object:
    """Send the messages of a citizen in order, each of them twice, as a channel that retries does."""
    async with pool.connection() as connection:
        conversation = await open_conversation(
            connection, channel="test", citizen=citizen, unit="don_vi_mau", at=local_now()
        )
        for number, text in enumerate(texts):
            message = Incoming(conversation, f"{citizen}-{number}", text)
            first = await accept(connection, queue, message, at=local_now())
            second = await accept(connection, queue, message, at=local_now())
            assert first.new and not second.new and first.turn_id == second.turn_id
    return conversation


async def stopped_at(pool, lock: int) -> bool:
    """Whether the worker waits for an advisory lock of ours, in an open transaction."""
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted", (lock,)
        )
        return (await cursor.fetchone())["n"] > 0


async def count(pool, query: str) -> int:
    async with pool.connection() as connection:
        return (await (await connection.execute(query)).fetchone())["n"]


async def test_a_killed_worker_loses_nothing_and_answers_once(url, start) -> None:
    worker = start()
    async with make_pool(url, size=3) as pool, make_queue(url).open_async() as queue:
        async with held(url, IN_TURN):
            citizens = [await ask(pool, queue, f"citizen-{number}", list(SAID)) for number in range(3)]
            await eventually(lambda: stopped_at(pool, IN_TURN), seconds=START_SECONDS, what="a worker inside a turn")
            assert await count(pool, "SELECT count(*) AS n FROM procrastinate_jobs WHERE status = 'doing'") == 1
            worker.kill()
        # Dead in the middle: its replies were written, but never committed.
        assert await count(pool, "SELECT count(*) AS n FROM turn WHERE done_at IS NOT NULL") == 0
        assert await count(pool, "SELECT count(*) AS n FROM outbox") == 0

        worker = start()
        async with held(url, AFTER_TURN):
            await eventually(lambda: stopped_at(pool, AFTER_TURN), seconds=START_SECONDS, what="a job that ends")
            # Dead after the commit, before the queue knows: the turn must not be taken a second time.
            assert await count(pool, "SELECT count(*) AS n FROM turn WHERE done_at IS NOT NULL") == 1
            worker.kill()

        worker = start()

        async def all_done() -> bool:
            return await count(pool, "SELECT count(*) AS n FROM turn WHERE done_at IS NULL") == 0

        await eventually(all_done, seconds=START_SECONDS + ANSWER_SECONDS, what="an answer to every message")

        async def queue_empty() -> bool:
            return await count(pool, "SELECT count(*) AS n FROM procrastinate_jobs") == 0

        await eventually(queue_empty, seconds=ANSWER_SECONDS, what="an empty queue")
        for conversation in citizens:
            await right(pool, conversation)
    for text in SAID:
        assert text not in worker.log.read_text(encoding="utf-8"), "citizen text in the log"


async def right(pool, conversation) -> None:
    """Every message has one answer, the right one, given in the order of the messages."""
    async with pool.connection() as connection:
        turns = await history(connection, conversation)
        cursor = await connection.execute(
            "SELECT turn_id FROM outbox WHERE conversation_id = %s ORDER BY id", (conversation,)
        )
        answered = [row["turn_id"] for row in await cursor.fetchall()]
    assert [turn["text"] for turn in turns] == list(SAID)
    assert [turn["status"] for turn in turns] == ["answered", "answered", "danger", "handed_over"]
    for turn in turns:
        assert len(turn["replies"]) == 1
        assert SAID[turn["text"]] in turn["replies"][0]["text"]
    done = [turn["done_at"] for turn in turns]
    assert done == sorted(done)
    assert answered == [turn["id"] for turn in turns]
