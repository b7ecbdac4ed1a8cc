"""What every call of the API goes through: faults, rate limit, token, state of OA and app, the shape of answers.

not documented: the order of checks when several errors apply. Here: rate limit, token, state of OA and app, JSON shape,
recipient, flags of the recipient, window and quota, limits of the content, uploads.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from emulator import faults
from emulator.clock import MINUTE
from emulator.errors import ApiError, invalid
from emulator.platform import Platform
from emulator.records import App, Grant, Oa

SENDING = ("cs", "transaction", "promotion", "template", "message_v2")
"""APIs that an unverified OA may not use. not documented: which they are."""


@dataclass(frozen=True)
class Call:
    """An authorised call."""

    platform: Platform
    app: App
    oa: Oa
    request: Request

    async def body(self) -> dict[str, Any]:
        """The JSON object that was posted.

        Raises:
            ApiError: -201. not documented: the code for a body that is no JSON object.
        """
        try:
            value = json.loads(await self.request.body())
        except ValueError:
            raise invalid("body") from None
        if not isinstance(value, dict):
            raise invalid("body")
        return value

    def data(self) -> dict[str, Any]:
        """The JSON object of the query parameter `data`.

        Raises:
            ApiError: -201.
        """
        try:
            value = json.loads(self.request.query_params.get("data", ""))
        except ValueError:
            raise invalid("data") from None
        if not isinstance(value, dict):
            raise invalid("data")
        return value


Handler = Callable[[Call], Awaitable[Any]]


def platform_of(request: Request) -> Platform:
    """The platform of this process; its address is the one it was first reached at."""
    platform = cast(Platform, request.app.state.platform)
    if not platform.base_url:
        platform.base_url = str(request.base_url).rstrip("/")
    return platform


def api(name: str, handler: Handler, *, bad_token: int = -216) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint. `handler` returns the `data` of the answer, None for an answer without.

    Args:
        name: what faults, missing grants and statistics call this API.
        bad_token: the code for a missing or unknown token.
    """

    async def endpoint(request: Request) -> Response:
        platform, headers = platform_of(request), dict[str, str]()
        try:
            broken = await faults.before(platform, name, request)
            if broken is not None:
                return broken
            platform.changes += 1
            call = authorise(platform, request, name, bad_token, headers)
            data = await handler(call)
            body = {"data": data, "error": 0, "message": "Success"}
            if data is None:
                del body["data"]
            platform.counts[f"accepted_{name}"] += 1
        except ApiError as refusal:
            body = refusal.body()
            platform.counts[f"refused_{name}_{refusal.code}"] += 1
        return faults.after(platform, name) or JSONResponse(body, headers=headers)

    return endpoint


def authorise(platform: Platform, request: Request, name: str, bad_token: int, headers: dict[str, str]) -> Call:
    """The app and OA of the token in the header `access_token`; fills the headers of the rate limit.

    Raises:
        ApiError: -32, -216, -220, -124, -242, -219, -205, -204, -212, -223, -221.
    """
    grant = platform.grants.get(request.headers.get("access_token", ""))
    if grant is None:
        raise ApiError(bad_token)
    app = platform.apps.get(grant.app_id)
    if app is None:
        raise ApiError(-219)
    _count(platform, app, headers)
    if platform.clock.now() >= grant.access_until:
        raise _expired(platform, bad_token)
    _check_proof(app, grant, request.headers.get("appsecret_proof"))
    oa = _check_state(platform, app, grant, name)
    return Call(platform, app, oa, request)


def _count(platform: Platform, app: App, headers: dict[str, str]) -> None:
    # not documented: whether the minute is the clock's or begins with the first call, and whether refused calls count.
    minute = platform.clock.now() // MINUTE
    before, calls = platform.calls.get(app.app_id, (minute, 0))
    calls = calls + 1 if before == minute else 1
    platform.calls[app.app_id] = (minute, calls)
    headers["X-RateLimit-Limit"] = str(app.rate_limit)
    headers["X-RateLimit-Remain"] = str(max(0, app.rate_limit - calls))
    if calls > app.rate_limit:
        raise ApiError(-32)


def _expired(platform: Platform, bad_token: int) -> ApiError:
    if bad_token != -216:
        return ApiError(bad_token)
    if platform.options.expired_code == -220:
        return ApiError(-220)
    return ApiError(-216, "Access token has expired")


def _check_proof(app: App, grant: Grant, proof: str | None) -> None:
    if proof is None and not app.proof_required:
        return
    right = secret_proof(app.secret, grant.access_token)
    if proof is None or not hmac.compare_digest(right.encode(), proof.encode()):
        raise ApiError(-242)


def secret_proof(secret: str, access_token: str) -> str:
    """The right value of the header `appsecret_proof`."""
    return hmac.new(secret.encode(), access_token.encode(), hashlib.sha256).hexdigest()


def _check_state(platform: Platform, app: App, grant: Grant, name: str) -> Oa:
    if app.disabled:
        raise ApiError(-219)
    oa = platform.oas.get(grant.oa_id)
    if oa is None:
        raise ApiError(-205)
    if oa.disabled:
        raise ApiError(-204)
    if name in app.unregistered:
        raise ApiError(-212)
    if name in oa.ungranted:
        raise ApiError(-223)
    if name in SENDING and not oa.verified:
        raise ApiError(-221)
    return oa
