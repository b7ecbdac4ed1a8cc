"""What goes wrong on purpose: each fault with a count or a probability, at one API or everywhere.

At requests: `timeout_before` (nothing happens, no answer), `timeout_after` (it happens, no answer), `reset`,
`http_500`, `html_502`, `http_429`, `rate_limit` (-32), `error` (any other `code`), `slow`, `token_expired`, and
`lost_refresh` (the refresh token is spent, no answer). At webhooks: `webhook_duplicate`, `webhook_twin` (two at once),
`webhook_reorder`, `webhook_bad_mac`, `webhook_tampered`.
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from emulator.drop import Drop
from emulator.errors import MESSAGES, ApiError
from emulator.platform import Platform
from emulator.records import Fault

BEFORE = ("timeout_before", "reset", "http_500", "html_502", "http_429", "slow", "token_expired", "rate_limit", "error")
AFTER = ("timeout_after",)
WEBHOOK = ("webhook_duplicate", "webhook_twin", "webhook_reorder", "webhook_bad_mac", "webhook_tampered")
KINDS = (*BEFORE, *AFTER, "lost_refresh", *WEBHOOK)
BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


def check(fault: Fault) -> Fault:
    """The fault itself.

    Raises:
        ValueError: there is no such kind, or a number makes no sense.
    """
    if fault.kind not in KINDS:
        raise ValueError(f"there is no fault {fault.kind!r}; there are {', '.join(KINDS)}")
    if not 0 < fault.probability <= 1 or fault.count == 0 or fault.count < -1 or fault.seconds < 0:
        raise ValueError("probability is above 0 and at most 1, count at least 1 (or -1: no end), seconds at least 0")
    if (fault.kind == "error") != (fault.code in MESSAGES):
        raise ValueError("code must be a known code of the API for the kind error, and for no other")
    return fault


def strikes(platform: Platform, kind: str, where: str = "*") -> Fault | None:
    """The fault that happens now, or None. One that has a count is used up by it."""
    for fault in platform.faults:
        if fault.kind != kind or fault.where not in ("*", where):
            continue
        if platform.chance.random() >= fault.probability:
            continue
        platform.counts[f"fault_{kind}"] += 1
        if fault.count > 0:
            fault.count -= 1
            if not fault.count:
                platform.faults.remove(fault)
        return fault
    return None


async def before(platform: Platform, name: str, request: Request) -> Response | None:
    """The broken answer instead of doing what was asked, or None to go on.

    Raises:
        ApiError: -32, or the code of a fault of the kind `error`.
    """
    if not platform.faults:
        return None
    for kind in BEFORE:
        fault = strikes(platform, kind, name)
        if fault is None:
            continue
        if kind in ("rate_limit", "error"):
            raise ApiError(fault.code or -32)
        if kind == "slow":
            await asyncio.sleep(fault.seconds)
        elif kind == "token_expired":
            _expire(platform, request.headers.get("access_token", ""))
        else:
            return _broken(kind, fault.seconds)
    return None


def after(platform: Platform, name: str) -> Response | None:
    """The lost answer to something that was done, or None."""
    fault = strikes(platform, "timeout_after", name) if platform.faults else None
    return Drop(fault.seconds) if fault is not None else None


def _broken(kind: str, seconds: float) -> Response:
    if kind == "timeout_before":
        return Drop(seconds)
    if kind == "reset":
        return Drop(0)
    if kind == "html_502":
        return HTMLResponse(BAD_GATEWAY, status_code=502)
    # not documented: the bodies of 500 and 429.
    if kind == "http_429":
        return JSONResponse({"error": -32, "message": "Too many requests"}, status_code=429)
    return JSONResponse({"error": -200, "message": "Internal server error"}, status_code=500)


def _expire(platform: Platform, access_token: str) -> None:
    grant = platform.grants.get(access_token)
    if grant is not None:
        grant.access_until = platform.clock.now() - 1
