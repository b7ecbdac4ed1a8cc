"""What the database of an installation says: what waits, how fast it is worked, which reply answers which message."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

LOOK_SECONDS, QUIET_SECONDS = 0.5, 120.0
WAITING = """
SELECT (SELECT count(*) FROM turn WHERE done_at IS NULL) AS turns,
       (SELECT count(*) FROM delivery WHERE state IN ('waiting', 'sending')) AS deliveries
"""
WORKED = """
SELECT (SELECT count(*) FROM turn WHERE done_at > %(begin)s AND done_at <= %(end)s) AS turns,
       (SELECT max(done_at) FROM turn) AS last_turn,
       (SELECT count(*) FROM delivery WHERE sent_at > %(begin)s AND sent_at <= %(end)s) AS replies,
       (SELECT max(sent_at) FROM delivery) AS last_reply
"""
REPLIES = """
SELECT DISTINCT ON (t.id) t.message_id, d.platform_ids[1] AS reply
  FROM turn t JOIN outbox o ON o.turn_id = t.id JOIN delivery d ON d.outbox_id = o.id
 WHERE t.message_id = ANY(%(messages)s) ORDER BY t.id, o.position
"""
UNDELIVERABLE = "SELECT count(*) AS count FROM delivery WHERE state = 'undeliverable'"


@dataclass(frozen=True)
class Waiting:
    """What is not done."""

    turns: int
    deliveries: int

    def __bool__(self) -> bool:
        return bool(self.turns or self.deliveries)


class Rows:
    """Reads the database of an installation, each time with a connection of its own."""

    def __init__(self, database: str) -> None:
        self._database = database

    async def waiting(self) -> Waiting:
        return Waiting(**(await self.read(WAITING))[0])

    async def drained(self, seconds: float) -> float | None:
        """How many seconds it took until nothing waited; None when something still did after `seconds`."""
        started = time.monotonic()
        while await self.waiting():
            if time.monotonic() - started > seconds:
                return None
            await asyncio.sleep(LOOK_SECONDS)
        return time.monotonic() - started

    async def quiet(self) -> None:
        """Wait until nothing waits.

        Raises:
            RuntimeError: that takes longer than anything should.
        """
        if await self.drained(QUIET_SECONDS) is None:
            raise RuntimeError(f"{await self.waiting()} after {QUIET_SECONDS:.0f} s")

    async def rates(self, begin: datetime, end: datetime) -> dict[str, float]:
        """Turns and replies a second between `begin` and `end`, or until the last of them."""
        row = (await self.read(WORKED, begin=begin, end=end))[0]
        return {
            "turns_per_second": per_second(row["turns"], begin, min(end, row["last_turn"] or end)),
            "replies_per_second": per_second(row["replies"], begin, min(end, row["last_reply"] or end)),
        }

    async def replies(self, messages: Sequence[str]) -> Mapping[str, str]:
        """The platform's id of the first reply to each message that got one."""
        return {row["message_id"]: row["reply"] for row in await self.read(REPLIES, messages=messages) if row["reply"]}

    async def undeliverable(self) -> int:
        return int((await self.read(UNDELIVERABLE))[0]["count"])

    async def read(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """What any query finds."""
        connection = await psycopg.AsyncConnection.connect(self._database, row_factory=dict_row, autocommit=True)
        async with connection:
            return await (await connection.execute(query.encode(), values)).fetchall()


def per_second(count: int, begin: datetime, end: datetime) -> float:
    """How many in each second, 0 where no time passed."""
    seconds = (end - begin).total_seconds()
    return round(count / seconds, 2) if seconds > 0 else 0.0
