"""A dialogue worker: loads the release and the knowledge, then takes turns from the queue until told to stop.

Run as `python -m dialogue.worker <name>`. Several may run; turns of one citizen stay in order by the queue's lock.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from psycopg.types.json import Jsonb

from actions import knowledge as actions_knowledge
from dialogue.brain import Brain, archives, load_brain, warm_up
from dialogue.danger import rules
from dialogue.knowledge import LiveKnowledge
from dialogue.turn import Context, take_turn
from storage.beat import quietly, serve, work
from storage.database import Pool, make_pool
from storage.queue import TURN_QUEUE, make_queue
from storage.settings import Settings, local_now

logger = logging.getLogger(__name__)
POOL_SIZE = 4
NICENESS = 10
"""Below web: platforms wait 2 seconds for an answer, and what is accepted can wait."""


def try_load(settings: Settings) -> Brain | None:
    """The newest release that loads, or None: danger is still answered then, and the rest goes to officers."""
    try:
        found = archives(settings.models)
    except FileNotFoundError:
        logger.exception("no model; only danger is answered")
        return None
    for archive in found:
        try:
            return load_brain(archive)
        except Exception:
            logger.exception("release %s could not be loaded", archive.name)
    return None


async def report(name: str, pool: Pool, live: LiveKnowledge, brain: Brain | None, ready: datetime) -> None:
    """Read changed knowledge, and write down what this worker can do."""
    await live.refresh(pool, local_now())
    async with pool.connection() as connection:
        await connection.execute(
            "INSERT INTO dialogue_worker (name, release, knowledge, problems, ready_at, seen_at)"
            " VALUES (%(name)s, %(release)s, %(knowledge)s, %(problems)s, %(ready)s, %(seen)s)"
            " ON CONFLICT (name) DO UPDATE SET release = excluded.release, knowledge = excluded.knowledge,"
            " problems = excluded.problems, ready_at = excluded.ready_at, seen_at = excluded.seen_at",
            {
                "name": name,
                "release": brain.release if brain else None,
                "knowledge": live.catalog.digest if live.catalog else None,
                "problems": Jsonb([str(problem) for problem in live.errors]),
                "ready": ready if brain else None,
                "seen": local_now(),
            },
        )


async def run(name: str, settings: Settings, url: str) -> None:
    """Serve until the process is told to stop."""
    live = LiveKnowledge(settings.data, unit=settings.unit, as_of=settings.as_of)
    actions_knowledge.use(live.at)
    brain = try_load(settings)
    async with make_pool(url, size=POOL_SIZE) as pool:
        await live.refresh(pool, local_now())
        rules()
        if brain:
            await warm_up(brain)
        # Jobs for couriers go through the turn's own connection, so this queue is never opened.
        context = Context(pool, brain, live.at, local_now, make_queue(url))
        queue = make_queue(url, _worker_task(context))
        await work(name, queue, TURN_QUEUE, step=partial(report, name, pool, live, brain, local_now()))


def _worker_task(context: Context) -> Callable[[int], Awaitable[None]]:
    async def task(turn_id: int) -> None:
        await take_turn(turn_id, context)

    return quietly(task, "turn ")


def main() -> None:
    serve(run, name="dialogue-1", niceness=NICENESS)


if __name__ == "__main__":
    main()
