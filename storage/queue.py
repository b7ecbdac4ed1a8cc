"""The queue between web and workers: one task, `take_turn`, locked per conversation.

The task's body is given by the worker process; the web process only defers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import procrastinate
from procrastinate import PsycopgConnector

TURN_TASK = "take_turn"
TURN_QUEUE = "turns"
STALLED_AFTER_SECONDS = 6.0
HEARTBEAT_SECONDS = 2.0


def make_queue(url: str, take_turn: Callable[[int], Awaitable[None]] | None = None) -> procrastinate.App:
    """The queue of the database `url`.

    Args:
        take_turn: works one turn by its id; only workers pass it.
    """
    app = procrastinate.App(connector=PsycopgConnector(conninfo=url))

    async def run(turn_id: int) -> None:
        if take_turn is None:
            raise RuntimeError("this process only queues turns; start a dialogue worker")
        await take_turn(turn_id)

    # No last attempt: a turn only raises while the database is away, and then it has to wait for it.
    retry = procrastinate.RetryStrategy(wait=1)
    app.task(name=TURN_TASK, queue=TURN_QUEUE, retry=retry)(run)
    return app


async def retry_stalled(app: procrastinate.App, *, seconds: float = STALLED_AFTER_SECONDS) -> int:
    """Give back the jobs of workers that stopped beating; returns how many."""
    jobs = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=seconds))
    for job in jobs:
        await app.job_manager.retry_job(job)
    return len(jobs)
