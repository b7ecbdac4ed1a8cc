"""The counters of one process that Prometheus reads."""

from __future__ import annotations

import asyncio
from collections import Counter

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client import Counter as Counting

from storage.database import Connection

BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)


class Meter:
    """Counts turns by status, and measures how long accepting a message takes.

    Turns are counted from the start of the process: a count of the rows that happen to be kept would shrink with
    retention, and Prometheus would take that for a restart.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.accepts = Histogram(
            "motcua_accept_seconds", "Time to accept a message.", buckets=BUCKETS, registry=self.registry
        )
        self._webhooks = Counting(
            "motcua_webhook_calls", "Calls of platforms, by what became of them.", ["outcome"], registry=self.registry
        )
        self._again = Counting("motcua_webhook_retries", "Calls that a platform made again.", registry=self.registry)
        self._done: Counter[str] = Counter()
        self._open: list[int] = []
        self._after = 0
        # Two scrapes at once must not count the same rows twice.
        self._lock = asyncio.Lock()

    def webhook(self, outcome: str, again: bool) -> None:
        """Count one call of a platform; `again`: it says that an earlier one was not answered in time."""
        self._webhooks.labels(outcome).inc()
        if again:
            self._again.inc()

    async def start(self, connection: Connection) -> None:
        """Count from here on. Turns that wait now are counted when they are done."""
        cursor = await connection.execute(
            "SELECT coalesce((SELECT max(id) FROM turn), 0) AS newest,"
            " ARRAY(SELECT id FROM turn WHERE done_at IS NULL) AS open"
        )
        row = await cursor.fetchone()
        assert row is not None
        self._after, self._open = row["newest"], row["open"]

    async def count(self, connection: Connection) -> dict[str, int]:
        """Turns done since the start, by status."""
        async with self._lock:
            cursor = await connection.execute(
                "SELECT id, status FROM turn WHERE id > %s OR id = ANY(%s)", (self._after, self._open)
            )
            rows = await cursor.fetchall()
            self._done.update(row["status"] for row in rows if row["status"])
            self._open = [row["id"] for row in rows if not row["status"]]
            self._after = max([self._after, *(row["id"] for row in rows)])
            return dict(self._done)
