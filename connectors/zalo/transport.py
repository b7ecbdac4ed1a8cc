"""One HTTP call, and what is known of it when it fails: surely not taken, or perhaps.

Source: Zalo OA reference of 2026-11-22, §0.3 (errors come with status 200) and §2.9 (after a time-out a message may
have been sent).
"""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass
from typing import Any

import httpx

from connectors.zalo.errors import AnswerUnknown, Unreachable, ZaloError
from connectors.zalo.fields import BadJson, Fields, read_object, text_of

SECONDS = 10.0
"""Longest for a whole call; connecting takes at most half of it."""
CONNECTIONS = 20
NOT_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
CODE = re.compile(r"-?[0-9]{1,6}")
MESSAGE_CHARACTERS = 200


@dataclass(frozen=True)
class Endpoints:
    """Where the platform is; tests and a laptop point them at an emulator. No slash at the end."""

    openapi: str = "https://openapi.zalo.me"
    oauth: str = "https://oauth.zaloapp.com"
    business: str = "https://business.openapi.zalo.me"


def make_http() -> httpx.AsyncClient:
    """The connections that all calls of a process share. Close it when the process ends."""
    # Its own log line for every call holds the whole address, with the citizen's id in it.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return httpx.AsyncClient(
        timeout=httpx.Timeout(SECONDS, connect=SECONDS / 2, pool=SECONDS / 4),
        limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
    )


async def call(http: httpx.AsyncClient, method: str, address: str, **options: Any) -> httpx.Response:
    """Send a request and wait for its answer, whatever the status.

    Raises:
        Unreachable: no connection, so the request was not taken.
        AnswerUnknown: it broke after that, took longer than `SECONDS`, or the status is 408 or 5xx.
    """
    try:
        response = await asyncio.wait_for(http.request(method, address, **options), SECONDS)
    except NOT_CONNECTED as error:
        raise Unreachable(type(error).__name__) from error
    except (httpx.HTTPError, asyncio.TimeoutError) as error:
        raise AnswerUnknown(type(error).__name__) from error
    if response.status_code >= 500 or response.status_code == 408:
        raise AnswerUnknown(f"HTTP {response.status_code}")
    return response


def body_of(response: httpx.Response) -> Fields:
    """The JSON object of an answer.

    Raises:
        ZaloError: a refusal that says no more than its status.
        AnswerUnknown: a success that can't be read, such as the page of a proxy.
    """
    try:
        return read_object(response.content)
    except BadJson:
        if response.status_code < 300:
            raise AnswerUnknown("an answer that is no JSON object") from None
        raise ZaloError(response.status_code, f"HTTP {response.status_code}") from None


def code_of(body: Fields) -> int | None:
    """The error code of an answer; None where it has none that can be read."""
    value = body.get("error")
    return int(value) if isinstance(value, str) and CODE.fullmatch(value) else None


def data_of(response: httpx.Response) -> Any:
    """What a successful answer holds under `data`; None where it holds nothing.

    Raises:
        ZaloError: any code but 0, or a status that is no success.
        AnswerUnknown: nothing in the answer says whether it was done.
    """
    body = body_of(response)
    code = code_of(body)
    if code is None and response.status_code < 300:
        if "data" not in body:
            raise AnswerUnknown("an answer without a code")
        code = 0
    if code is None or (code == 0 and response.status_code >= 300):
        raise ZaloError(response.status_code, f"HTTP {response.status_code}")
    if code != 0:
        raise ZaloError(code, text_of(body.get("message"), limit=MESSAGE_CHARACTERS) or "")
    return body.get("data")
