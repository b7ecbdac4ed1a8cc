"""Is this process alive, and can a citizen get an answer right now?"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg_pool import PoolTimeout
from starlette.requests import Request
from starlette.responses import JSONResponse

from storage.database import Row
from web.site import DATABASE_SECONDS, site_of
from web.workers import SILENT_AFTER, seen_workers

NO_STORE = {"Cache-Control": "no-store"}


async def health(request: Request) -> JSONResponse:
    """This process answers; says nothing about anything it depends on."""
    return JSONResponse({"status": "ok"}, headers=NO_STORE)


async def ready(request: Request) -> JSONResponse:
    """200 when the database answers and a dialogue worker is ready; otherwise 503 with the reasons."""
    site = site_of(request)
    try:
        async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
            seen = await seen_workers(connection, site.now())
    except (psycopg.Error, PoolTimeout):
        return _answer([], ["the database does not answer"], live=site.live.connected)
    reasons: list[str] = []
    if not seen:
        reasons.append(f"no dialogue worker was seen in the last {SILENT_AFTER.seconds} seconds")
    elif not any(worker["ready_at"] for worker in seen):
        reasons.append("dialogue workers are starting")
    return _answer([worker for worker in seen if worker["ready_at"]], reasons, live=site.live.connected)


def _answer(workers: list[Row], reasons: list[str], *, live: bool) -> JSONResponse:
    newest: dict[str, Any] = workers[0] if workers else {"release": None, "knowledge": None, "problems": []}
    content = {
        "ready": not reasons,
        "reasons": reasons,
        "workers": len(workers),
        "release": newest["release"],
        "knowledge": newest["knowledge"],
        "problems": newest["problems"],
        "live_updates": live,
    }
    return JSONResponse(content, status_code=503 if reasons else 200, headers=NO_STORE)
