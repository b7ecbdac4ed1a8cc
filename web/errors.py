"""What a sender gets instead of an answer: JSON for scripts, a page in Vietnamese for people."""

from __future__ import annotations

import json

import psycopg
from psycopg_pool import PoolTimeout
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from web import refused
from web.chat import chat_page
from web.headers import security_headers
from web.incoming import wants_json
from web.refused import Refused
from web.site import site_of


async def on_refused(request: Request, error: Exception) -> Response:
    """Say why a message was not accepted, and give the citizen's draft back."""
    assert isinstance(error, Refused)
    if wants_json(request):
        return _json(error.status, error.message, error.headers)
    try:
        response = await chat_page(request, status=error.status, notice=error.message, draft=error.draft)
    except (psycopg.Error, PoolTimeout):
        return await on_database_down(request, error)
    response.headers.update(error.headers)
    return response


async def on_database_down(request: Request, error: Exception) -> Response:
    """The database doesn't answer."""
    return _plain(request, 503, refused.UNAVAILABLE, {"Retry-After": "5"})


async def on_not_found(request: Request, error: Exception) -> Response:
    """No such page."""
    return _plain(request, 404, refused.NOT_FOUND, {})


async def on_broken(request: Request, error: Exception) -> Response:
    """A mistake of ours. It is answered outside all middleware, so the headers are set here."""
    headers = security_headers(secure=site_of(request).settings.secure_cookies)
    return _plain(request, 500, refused.BROKEN, headers)


def _plain(request: Request, status: int, message: str, headers: dict[str, str]) -> Response:
    if wants_json(request):
        return _json(status, message, headers)
    content = site_of(request).front.page("notice.html", message=message)
    return HTMLResponse(content, status, {**headers, "Cache-Control": "no-store"})


def _json(status: int, message: str, headers: dict[str, str]) -> Response:
    content = json.dumps({"message": message}, ensure_ascii=False)
    return Response(content, status, {**headers, "Cache-Control": "no-store"}, media_type="application/json")
