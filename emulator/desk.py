"""Shared by the routes of the control API: reading bodies, changing records, answering mistakes."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from emulator.errors import ApiError
from emulator.layer import platform_of
from emulator.options import fits
from emulator.records import User

Control = Callable[[Request], Awaitable[Any]]
OPTIONAL_NUMBERS = ("last_interaction",)


def control(handler: Control) -> Callable[[Request], Awaitable[Response]]:
    """A route: JSON in, JSON out; mistakes are `{"error": text}` with 400, 404 or 409."""

    async def endpoint(request: Request) -> Response:
        try:
            answer = await handler(request)
        except KeyError as missing:
            return JSONResponse({"error": f"there is no {missing.args[0]}"}, status_code=404)
        except ValueError as mistake:
            return JSONResponse({"error": str(mistake)}, status_code=400)
        except ApiError as refusal:
            return JSONResponse({"error": str(refusal.body()["message"]), "code": refusal.code}, status_code=409)
        if request.method != "GET":
            platform_of(request).changes += 1
        return answer if isinstance(answer, Response) else JSONResponse(answer)

    return endpoint


async def read(request: Request) -> dict[str, Any]:
    """The JSON object of a request; an empty body is an empty object.

    Raises:
        ValueError: it is something else.
    """
    raw = await request.body()
    value = json.loads(raw) if raw.strip() else {}
    if not isinstance(value, dict):
        raise ValueError("the body must be a JSON object")
    return value


def pick(values: dict[str, Any], allowed: Iterable[str]) -> dict[str, Any]:
    """The values, when every name is allowed.

    Raises:
        ValueError: a name is not.
    """
    names = tuple(allowed)
    for name in values:
        if name not in names:
            raise ValueError(f"{name!r} can't be set; these can: {', '.join(names)}")
    return values


def change(record: Any, values: dict[str, Any], allowed: Iterable[str]) -> None:
    """Set fields of a record, all or none.

    Raises:
        ValueError: a name is not allowed, or a value of another type.
    """
    for name, value in pick(values, allowed).items():
        current = getattr(record, name)
        good = value is None or type(value) is int if name in OPTIONAL_NUMBERS else fits(value, type(current))
        if not good:
            raise ValueError(f"{name} must be of type {type(current).__name__}, not {value!r}")
    for name, value in values.items():
        setattr(record, name, value)


def view(user: User) -> dict[str, Any]:
    """A user without the chat."""
    return {name: value for name, value in vars(user).items() if name != "log"}
