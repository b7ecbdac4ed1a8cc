"""What every process that takes jobs does alike: work them, beat, give back jobs of those that died, stop when told."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import procrastinate
from psycopg import Error as DatabaseError
from psycopg_pool import PoolTimeout

from storage.database import opened_database
from storage.queue import HEARTBEAT_SECONDS, STALLED_AFTER_SECONDS, retry_stalled
from storage.settings import Settings, read_settings

logger = logging.getLogger(__name__)
Step = Callable[[], Awaitable[None]]
T = TypeVar("T")


class Postponed(Exception):
    """A job that is tried again; names the error, never what a citizen or the bot said."""


def quietly(work: Callable[[T], Awaitable[None]], about: str = "") -> Callable[[T], Awaitable[None]]:
    """The same job; what it raises says nothing, because the queue logs it and a database error quotes rows.

    Args:
        about: what the subject of the job is called in the log, with a space behind it.
    """

    async def task(subject: T) -> None:
        try:
            await work(subject)
        except Exception as error:
            raise Postponed(f"{about}{subject}: {type(error).__name__}") from None

    return task


async def nothing() -> None:
    """The step of a process that has nothing of its own to do at a beat."""


async def keep_beating(queue: procrastinate.App, step: Step = nothing) -> None:
    """Do `step` and give back jobs of processes that died, at every beat; until cancelled."""
    while True:
        try:
            await step()
            if returned := await retry_stalled(queue):
                logger.warning("%d jobs of a stopped process are tried again", returned)
        except (DatabaseError, PoolTimeout, procrastinate.exceptions.ConnectorException) as error:
            logger.error("the database did not answer (%s); trying again", type(error).__name__)
        except Exception:
            # Nothing may end the heartbeat: without it, this process looks dead and nobody gives back others' jobs.
            logger.exception("the heartbeat failed; trying again")
        await asyncio.sleep(HEARTBEAT_SECONDS)


async def work(
    name: str,
    queue: procrastinate.App,
    queue_name: str,
    *,
    concurrency: int = 1,
    step: Step = nothing,
    poll_seconds: float = 5.0,
    grace_seconds: float = 3600.0,
) -> None:
    """Take jobs of one queue until the process is told to stop.

    Args:
        concurrency: how many jobs at once.
        step: done at every beat.
        poll_seconds: how often to look for jobs whose time has come; new ones are told at once.
        grace_seconds: how long running jobs may go on after that, before they are cancelled.
    """
    async with queue.open_async():
        beat = asyncio.create_task(keep_beating(queue, step))
        try:
            await queue.run_worker_async(
                name=name,
                queues=[queue_name],
                concurrency=concurrency,
                fetch_job_polling_interval=poll_seconds,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_AFTER_SECONDS,
                shutdown_graceful_timeout=grace_seconds,
                delete_jobs="successful",
            )
        finally:
            beat.cancel()


def serve(run: Callable[[str, Settings, str], Coroutine[Any, Any, None]], *, name: str, niceness: int) -> None:
    """The main function of a process that takes jobs: `run` it until the process is told to stop.

    Args:
        run: takes the process's name, the settings and the address of the database.
        name: of the process, where the command line gives none.
        niceness: how much it gives way to other processes, 0 to 19.
    """
    os.nice(niceness)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    settings = read_settings()
    with opened_database(settings) as url:
        asyncio.run(run(sys.argv[1] if len(sys.argv) > 1 else name, settings, url))
