"""Numbers for Prometheus, read from the database at each scrape; every web process reports the same ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import psycopg
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from psycopg_pool import PoolTimeout
from starlette.requests import Request
from starlette.responses import Response

from storage.database import Connection, Row
from web.site import DATABASE_SECONDS, Site, site_of
from web.workers import seen_workers

QUANTILES = (0.5, 0.95, 0.99)
WINDOW = timedelta(hours=1)
# Only turns of the window are sorted; the ones that wait are found by their own index.
NUMBERS = """
SELECT (SELECT count(*) FROM turn WHERE done_at IS NULL) AS depth,
       (SELECT min(accepted_at) FROM turn WHERE done_at IS NULL) AS oldest,
       (SELECT percentile_cont(%s::float8[]) WITHIN GROUP (ORDER BY extract(epoch FROM done_at - accepted_at))
          FROM turn WHERE done_at > %s) AS seconds
"""


class Prepared(Collector):
    """Families that are ready, in the shape prometheus_client asks for."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families


async def metrics(request: Request) -> Response:
    """The exposition of this process. Without a database it still says so, and what it knows itself."""
    site = site_of(request)
    try:
        async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
            families = await _families(site, connection)
    except (psycopg.Error, PoolTimeout):
        families = [_gauge("motcua_database_up", "Whether the database answers.", 0)]
    prepared = CollectorRegistry()
    prepared.register(Prepared(families))
    content = generate_latest(prepared) + generate_latest(site.meter.registry)
    return Response(content, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"})


async def _families(site: Site, connection: Connection) -> list[Metric]:
    now = site.now()
    cursor = await connection.execute(NUMBERS, (list(QUANTILES), now - WINDOW))
    row = await cursor.fetchone()
    assert row is not None
    ready = [worker for worker in await seen_workers(connection, now) if worker["ready_at"]]
    oldest = max(0.0, (now - row["oldest"]).total_seconds()) if row["oldest"] else 0.0
    return [
        _gauge("motcua_database_up", "Whether the database answers.", 1),
        _gauge("motcua_queue_depth", "Turns that are not done.", row["depth"]),
        _gauge("motcua_oldest_waiting_seconds", "How long the oldest turn that is not done has waited.", oldest),
        _gauge("motcua_workers_ready", "Dialogue workers that are ready and were seen lately.", len(ready)),
        _turns(await site.meter.count(connection)),
        _latency(row["seconds"]),
        _models(ready),
    ]


def _gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_text, value=value)


def _turns(counts: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily("motcua_turns", "Turns done since this process started.", labels=["status"])
    for status, count in sorted(counts.items()):
        family.add_metric([status], count)
    return family


def _latency(seconds: list[Any] | None) -> Metric:
    family = GaugeMetricFamily("motcua_turn_seconds", "From accepted to done, over the last hour.", labels=["quantile"])
    for quantile, value in zip(QUANTILES, seconds or [], strict=False):
        family.add_metric([str(quantile)], float(value))
    return family


def _models(ready: list[Row]) -> Metric:
    family = GaugeMetricFamily("motcua_model_info", "What ready workers serve.", labels=["release", "knowledge"])
    for release, knowledge in sorted({(row["release"] or "", row["knowledge"] or "") for row in ready}):
        family.add_metric([release, knowledge], 1)
    return family
