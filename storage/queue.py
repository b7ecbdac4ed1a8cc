"""The queue between web, workers and couriers, with one lock a conversation and task.

The bodies of tasks are given by the process that works them; the others only defer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import procrastinate
from procrastinate import PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from psycopg.errors import RaiseException

from storage.database import Connection

logger = logging.getLogger(__name__)
TURN_TASK, DELIVER_TASK, FETCH_TASK = "take_turn", "deliver", "fetch_attachment"
TURN_QUEUE, DELIVERY_QUEUE = "turns", "deliveries"
DELIVERY_LOCK = "out:"
"""Followed by the id of the conversation."""
STALLED_AFTER_SECONDS = 6.0
HEARTBEAT_SECONDS = 2.0
RECORD_AGAIN_SECONDS = 1.0
WORKED_BY = {TURN_TASK: "a dialogue worker", DELIVER_TASK: "a courier", FETCH_TASK: "a courier"}


class EndsRecorded(JobManager):
    """Records how a job of this process ended (done, or to be tried again) until the database has taken it.

    A worker records it once. A job whose end meets a connection that breaks would stay `doing` in the name of a
    process that lives and beats: nobody would give it back, and everything behind its lock would wait for ever.
    Until its end is recorded, a job counts as running: who stops the worker waits for it too.
    """

    async def finish_job(self, job: Job, *how: Any, **also: Any) -> None:
        """Record the end of a job that is not tried again."""
        await _recorded(job, partial(super().finish_job, job, *how, **also))

    async def retry_job(self, job: Job, *how: Any, **also: Any) -> None:
        """Record that a job is tried again."""
        await _recorded(job, partial(super().retry_job, job, *how, **also))


async def _recorded(job: Job, record: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            return await record()
        except ConnectorException as error:
            if isinstance(error.__cause__, RaiseException):
                # It is not `doing` any more: only the answer to an earlier try was lost, or others took this process
                # for dead and gave the job back. Tasks stand being worked twice, so it is nothing to raise.
                return None
            logger.error("how job %s ended is not recorded yet (%s)", job.id, type(error.__cause__).__name__)
        await asyncio.sleep(RECORD_AGAIN_SECONDS)


def make_queue(
    url: str,
    take_turn: Callable[[int], Awaitable[None]] | None = None,
    *,
    deliver: Callable[[str], Awaitable[None]] | None = None,
    fetch_attachment: Callable[[int], Awaitable[None]] | None = None,
) -> procrastinate.App:
    """The queue of the database `url`.

    Args:
        take_turn: works the oldest waiting turn of a turn's conversation; only dialogue workers pass it.
        deliver: sends what waits in a conversation, by its id; only couriers pass it.
        fetch_attachment: fetches an attachment by its id; only couriers pass it.
    """
    app = procrastinate.App(connector=PsycopgConnector(conninfo=url))
    app.job_manager = EndsRecorded(app.connector)

    async def run_turn(turn_id: int) -> None:
        await _given(take_turn, TURN_TASK)(turn_id)

    async def run_delivery(conversation_id: str) -> None:
        await _given(deliver, DELIVER_TASK)(conversation_id)

    async def run_fetch(attachment_id: int) -> None:
        await _given(fetch_attachment, FETCH_TASK)(attachment_id)

    # No last attempt: a task only raises while the database is away, and then it has to wait for it.
    retry = procrastinate.RetryStrategy(wait=1)
    app.task(name=TURN_TASK, queue=TURN_QUEUE, retry=retry)(run_turn)
    app.task(name=DELIVER_TASK, queue=DELIVERY_QUEUE, retry=retry)(run_delivery)
    app.task(name=FETCH_TASK, queue=DELIVERY_QUEUE, retry=retry)(run_fetch)
    return app


def _given(work: Callable[..., Awaitable[None]] | None, name: str) -> Callable[..., Awaitable[None]]:
    if work is None:
        raise RuntimeError(f"this process only queues {name}; start {WORKED_BY[name]}")
    return work


async def defer_turn(connection: Connection, queue: procrastinate.App, conversation_id: UUID, turn_id: int) -> None:
    """Queue a turn in the transaction of `connection`; turns of a conversation are worked one by one."""
    task = queue.configure_task(TURN_TASK, lock=str(conversation_id), connection=connection)
    await task.defer_async(turn_id=turn_id)


async def defer_delivery(
    connection: Connection, queue: procrastinate.App, conversation_id: UUID, *, not_before: datetime | None = None
) -> None:
    """Queue the sending of what waits in a conversation, in the transaction of `connection`."""
    task = queue.configure_task(
        DELIVER_TASK, lock=f"{DELIVERY_LOCK}{conversation_id}", connection=connection, schedule_at=not_before
    )
    await task.defer_async(conversation_id=str(conversation_id))


async def defer_fetch(
    connection: Connection, queue: procrastinate.App, attachment_id: int, *, not_before: datetime | None = None
) -> None:
    """Queue the fetching of an attachment, in the transaction of `connection`."""
    task = queue.configure_task(FETCH_TASK, lock=f"file:{attachment_id}", connection=connection, schedule_at=not_before)
    await task.defer_async(attachment_id=attachment_id)


async def retry_stalled(app: procrastinate.App, *, seconds: float = STALLED_AFTER_SECONDS) -> int:
    """Give back the jobs of workers that stopped beating; returns how many."""
    # One try each: whether a job is still stalled is to be asked again after the database was away.
    manager = JobManager(app.connector)
    jobs = list(await manager.get_stalled_jobs(seconds_since_heartbeat=seconds))
    for job in jobs:
        await manager.retry_job(job)
    return len(jobs)
