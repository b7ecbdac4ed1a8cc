"""Citizens on the web chat: each opens the page, asks, hears the answer over the page's event stream, asks again."""

from __future__ import annotations

import asyncio
import re
import ssl
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

import httpx
import psycopg

from storage.settings import local_now
from tools.bench_measure import Texts, spread

MESSAGES_A_VISIT = 20
"""Below what one citizen may send a minute, so that the limit of the web stays on."""
ANSWER_SECONDS = 60.0
DRAIN_SECONDS = 120.0
WARM_TURNS = 80
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass(frozen=True)
class Plan:
    """How much load: so many citizens at a time, for so long."""

    citizens: int
    seconds: float


@dataclass
class Load:
    """One run of citizens against `address`: what they may still ask, and what they measured."""

    address: str
    texts: Iterator[str]
    ends: float
    left: int = 1_000_000
    accepts: list[float] = field(default_factory=list)
    turns: list[float] = field(default_factory=list)
    # Making a context reads the machine's certificates; one is enough for all clients, which don't even use it.
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def open(self) -> bool:
        return self.left > 0 and time.perf_counter() < self.ends

    def client(self) -> httpx.AsyncClient:
        """A browser of its own: cookies and connections are not shared between citizens."""
        return httpx.AsyncClient(base_url=self.address, verify=self.context, trust_env=False, timeout=ANSWER_SECONDS)

    async def run(self, citizens: int) -> None:
        """All citizens until the end; each hears its last answer."""
        await asyncio.gather(*(self._seat() for _ in range(citizens)))

    async def _seat(self) -> None:
        """One citizen after the other."""
        while self.open():
            async with self.client() as client:
                await Visit(client, self).run()


class Visit:
    """One citizen's visit."""

    def __init__(self, client: httpx.AsyncClient, load: Load) -> None:
        self.client, self.load = client, load
        self.newest, self.bell = 0, asyncio.Event()

    async def run(self) -> None:
        page = await self.client.get("/")
        found = CSRF.search(page.text)
        if page.status_code != 200 or not found:
            raise RuntimeError(f"the chat page answered {page.status_code} without a form")
        listening: asyncio.Task[None] | None = None
        try:
            for _ in range(MESSAGES_A_VISIT):
                if not self.load.open():
                    return
                started = time.perf_counter()
                turn = await self._post(found[1])
                listening = listening or asyncio.create_task(self._listen())
                await asyncio.wait_for(self._until(turn, listening), ANSWER_SECONDS)
                self.load.turns.append(time.perf_counter() - started)
        finally:
            if listening:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)

    async def _post(self, csrf: str) -> int:
        """Send the next text; returns its turn. A message that is not accepted ends the measurement."""
        self.load.left -= 1
        content = {"message_id": str(uuid.uuid4()), "text": next(self.load.texts)}
        started = time.perf_counter()
        response = await self.client.post("/chat/messages", json=content, headers={"X-CSRF-Token": csrf})
        if response.status_code != 202:
            raise RuntimeError(f"a message was answered with {response.status_code}")
        self.load.accepts.append(time.perf_counter() - started)
        return int(response.json()["turn"])

    async def _listen(self) -> None:
        """Note the newest turn answered; an event's id is the turn's."""
        async with self.client.stream("GET", "/chat/stream", timeout=None) as response:
            async for line in response.aiter_lines():
                if line.startswith("id:"):
                    self.newest = int(line[3:])
                    self.bell.set()

    async def _until(self, turn: int, listening: asyncio.Task[None]) -> None:
        while self.newest < turn:
            self.bell.clear()
            ringing = asyncio.create_task(self.bell.wait())
            await asyncio.wait({ringing, listening}, return_when=asyncio.FIRST_COMPLETED)
            ringing.cancel()
            if listening.done() and self.newest < turn:
                raise RuntimeError("the stream of answers ended before the answer came")


async def measure_one(address: str, texts: Texts) -> dict[str, float]:
    """Whole turns one at a time, as a citizen sees them: from sending until the answer is in the browser."""
    warm = Load(address, iter(texts.warm), time.perf_counter() + ANSWER_SECONDS, left=len(texts.warm))
    await warm.run(1)
    load = Load(address, iter(texts.turn), time.perf_counter() + 5 * ANSWER_SECONDS, left=len(texts.turn))
    await load.run(1)
    return {**spread("http_turn", load.turns), **spread("http_accept", load.accepts)}


async def measure_load(address: str, database: str, texts: Sequence[str], plan: Plan) -> dict[str, Any]:
    """Sustained turns a second with `plan.citizens` at a time, counted in PostgreSQL."""
    warm = Load(address, cycle(texts), time.perf_counter() + ANSWER_SECONDS, left=WARM_TURNS)
    await warm.run(plan.citizens)
    begin = local_now()
    load = Load(address, cycle(texts), time.perf_counter() + plan.seconds)
    running = asyncio.create_task(load.run(plan.citizens))
    try:
        async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
            await asyncio.wait({running}, timeout=plan.seconds)
            depth = await _waiting(connection)
            await running
            drained = await _drain(connection)
            end = begin + timedelta(seconds=plan.seconds)
            done, statuses = await _done(connection, begin, end)
    finally:
        running.cancel()
    return {
        "citizens": plan.citizens,
        "seconds": plan.seconds,
        "turns": done,
        "turns_per_second": round(done / plan.seconds, 2),
        **spread("accept", load.accepts),
        **spread("answer", load.turns),
        "queue_depth_at_end": depth,
        "queue_depth_after_drain": drained,
        "statuses": statuses,
    }


async def _waiting(connection: psycopg.AsyncConnection[Any]) -> int:
    cursor = await connection.execute("SELECT count(*) FROM turn WHERE done_at IS NULL")
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def _drain(connection: psycopg.AsyncConnection[Any]) -> int:
    """How many turns still wait when the time to drain is over; 0 as soon as none does."""
    end = time.monotonic() + DRAIN_SECONDS
    while (waiting := await _waiting(connection)) and time.monotonic() < end:
        await asyncio.sleep(0.1)
    if waiting:
        raise RuntimeError(f"{waiting} turns still wait {DRAIN_SECONDS:.0f} s after the load ended")
    return waiting


async def _done(connection: psycopg.AsyncConnection[Any], begin: datetime, end: datetime) -> tuple[int, dict[str, int]]:
    cursor = await connection.execute(
        "SELECT status, count(*) FROM turn WHERE done_at >= %s AND done_at < %s GROUP BY status ORDER BY status",
        (begin, end),
    )
    statuses = {str(status): int(count) for status, count in await cursor.fetchall()}
    return sum(statuses.values()), statuses
