"""A real web process in a thread, and a stand-in for the dialogue worker. Shared by tests/web and tests/e2e."""

import asyncio
import hashlib
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn
from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from starlette.routing import Route

from storage.console import Kind
from storage.outgoing import Enclosed, keep
from storage.queue import TURN_QUEUE, make_queue
from storage.settings import ROOT, Settings, local_now
from storage.turns import finish_turn, read_turn, write_replies
from web.app import make_app

Reply = tuple[str, list[dict[str, str]]]
Answer = Callable[[str, str | None], Awaitable[Any]]
"""Returns the status, the replies, and any files after them."""


def settings_for(url: str, var: Path, **changes: Any) -> Settings:
    """Settings of a test process."""
    values: dict[str, Any] = {
        "database_url": url,
        "var": var,
        "data": ROOT / "data",
        "models": var / "models",
        "as_of": None,
        "host": "127.0.0.1",
        "port": 0,
        "workers": 1,
        "unit": "don_vi_mau",
        "secret": "",
        "secure_cookies": False,
    }
    return Settings(**{**values, **changes})


async def connect(url: str) -> AsyncConnection[dict[str, Any]]:
    """A connection like the pool's."""
    return await AsyncConnection.connect(url, row_factory=dict_row)


async def answer_turn(
    url: str, turn_id: int, replies: list[Reply], status: str = "answered", files: Sequence[Enclosed] = ()
) -> None:
    """End one turn as a dialogue worker would."""
    async with await connect(url) as connection:
        found = await read_turn(connection, turn_id)
        if found is None:
            return
        row, _ = found
        now = local_now()
        await write_replies(connection, row, replies, files, at=now)
        keys = ("kind", "procedure", "question", "case_id", "confidence")
        await finish_turn(connection, row, {"status": status, "release": "r1", **dict.fromkeys(keys)}, None, at=now)


async def enclose(url: str, name: str, media_type: str, content: bytes, caption: str) -> Enclosed:
    """A file that a reply may carry."""
    digest = hashlib.sha256(content).hexdigest()
    async with await connect(url) as connection:
        await keep(connection, digest, media_type, content, at=local_now())
    return Enclosed(caption, name, digest)


async def report_worker(url: str, *, seen: datetime, ready: datetime | None, problems: list[Any] | None = None) -> None:
    """Write what a dialogue worker says about itself."""
    async with await connect(url) as connection:
        await connection.execute(
            "INSERT INTO dialogue_worker (name, release, knowledge, problems, ready_at, seen_at)"
            " VALUES ('w1', 'r1', 'abc123', %s, %s, %s) ON CONFLICT (name) DO UPDATE SET problems = excluded.problems,"
            " ready_at = excluded.ready_at, seen_at = excluded.seen_at",
            (Jsonb(problems or []), ready, seen),
        )


@dataclass
class Server:
    """A web process, and the loop it runs in."""

    url: str
    database: str
    loop: asyncio.AbstractEventLoop
    uvicorn: uvicorn.Server
    thread: threading.Thread
    jobs: list["asyncio.Task[None]"] = field(default_factory=list)

    def stop(self) -> None:
        """End the process and its worker."""
        for job in self.jobs:
            self.loop.call_soon_threadsafe(job.cancel)
        self.uvicorn.should_exit = True
        self.thread.join(timeout=20)


def serve(
    settings: Settings,
    database: str,
    *,
    answer: Answer | None = None,
    now: Any = local_now,
    extra: Sequence[Route] = (),
    kinds: Sequence[Kind] = (),
) -> Server:
    """Start a web process; with `answer`, also a worker that answers with it."""
    # Named, or asyncio does not know it for TCP and leaves every answer to wait for 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    app = make_app(settings, database, now, extra=extra, kinds=kinds)
    config = uvicorn.Config(app, access_log=False, log_level="warning", ws="none", timeout_graceful_shutdown=1)
    loop, server = asyncio.new_event_loop(), uvicorn.Server(config)
    started = threading.Event()

    async def run() -> None:
        task = asyncio.create_task(server.serve(sockets=[listening]))
        if answer is not None:
            result.jobs.append(asyncio.create_task(_work(database, answer)))
        while not server.started and not task.done():
            await asyncio.sleep(0.02)
        started.set()
        await task
        # Libraries leave watchers behind, which would complain when the loop goes.
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for each in left:
            each.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), daemon=True)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    result = Server(address, database, loop, server, thread)
    thread.start()
    assert started.wait(30), "the web process did not start"
    return result


async def _work(database: str, answer: Answer) -> None:
    async def take_turn(turn_id: int) -> None:
        async with await connect(database) as connection:
            cursor = await connection.execute("SELECT text, button FROM turn WHERE id = %s", (turn_id,))
            row = await cursor.fetchone()
        assert row is not None
        status, replies, *files = await answer(row["text"], row["button"])
        await answer_turn(database, turn_id, replies, status, files)

    queue = make_queue(database, take_turn)
    async with queue.open_async():
        await queue.run_worker_async(queues=[TURN_QUEUE], concurrency=4, install_signal_handlers=False)
