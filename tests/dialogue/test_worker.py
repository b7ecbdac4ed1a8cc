"""The worker without its process: heartbeat, loading, what it tells the queue. Killing it: test_kill.py."""

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg
import pytest

from dialogue import worker
from dialogue.knowledge import LiveKnowledge
from dialogue.turn import Context
from storage.beat import Postponed, keep_beating
from storage.queue import make_queue
from storage.settings import read_settings
from tests.pipeline import MONDAY_MORNING, Clock, FakeBrain, eventually


def test_a_worker_without_a_model_still_starts(tmp_path: Path) -> None:
    assert worker.try_load(replace(read_settings({}), models=tmp_path)) is None


def test_a_broken_archive_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "broken.tar.gz").write_bytes(b"no archive")
    assert worker.try_load(replace(read_settings({}), models=tmp_path)) is None


async def test_what_the_queue_logs_about_an_error_holds_no_text(pool, knowledge, monkeypatch) -> None:
    async def fails(*_):
        raise psycopg.OperationalError("Failing row contains (1, bí mật)")

    monkeypatch.setattr(worker, "take_turn", fails)
    task = worker._worker_task(Context(pool, FakeBrain(), knowledge, Clock()))
    with pytest.raises(Postponed) as raised:
        await task(7)
    assert str(raised.value) == "turn 7: OperationalError"
    assert raised.value.__suppress_context__


async def beating(pool, database, live, brain, until):
    """Let the heartbeat run until `until` is true of the worker's row."""

    async def row():
        async with pool.connection() as connection:
            found = await (await connection.execute("SELECT * FROM dialogue_worker WHERE name = 'w'")).fetchone()
        return found if found and until(found) else None

    async with make_queue(database).open_async() as queue:
        beat = asyncio.create_task(keep_beating(queue, partial(worker.report, "w", pool, live, brain, MONDAY_MORNING)))
        try:
            return await eventually(row, seconds=20, what="a heartbeat")
        finally:
            beat.cancel()


async def test_the_heartbeat_shows_release_knowledge_and_problems(pool, database, tmp_path) -> None:
    (tmp_path / "procedures" / "cu_tru").mkdir(parents=True)
    (tmp_path / "procedures" / "cu_tru" / "x.yml").write_text("procedure: [", encoding="utf-8")
    live = LiveKnowledge(tmp_path, unit="u", as_of=None)
    row = await beating(pool, database, live, FakeBrain(release="r1"), lambda row: True)
    assert (row["release"], row["ready_at"]) == ("r1", MONDAY_MORNING)
    assert row["problems"] and "x.yml" in row["problems"][0]


async def test_a_worker_without_a_model_is_seen_but_not_ready(pool, database, tmp_path) -> None:
    row = await beating(
        pool, database, LiveKnowledge(tmp_path, unit="u", as_of=None), None, lambda row: row["release"] is None
    )
    assert row["ready_at"] is None


async def test_an_unexpected_failure_does_not_stop_the_heart(pool, database, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("storage.beat.HEARTBEAT_SECONDS", 0.01)
    live, failed = LiveKnowledge(tmp_path, unit="u", as_of=None), []

    async def refresh(*_):
        if len(failed) < 3:
            failed.append(1)
            raise ZeroDivisionError

    monkeypatch.setattr(live, "refresh", refresh)
    await beating(pool, database, live, FakeBrain(release="again"), lambda row: row["release"] == "again")
    assert len(failed) == 3
