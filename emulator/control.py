"""The control API of the platform itself: apps, OAs, faults, options, the clock, statistics."""

from __future__ import annotations

from dataclasses import fields
from itertools import islice
from typing import Any, cast

from starlette.requests import Request
from starlette.routing import Route

from emulator import events, faults, oauth, options
from emulator.business import register
from emulator.desk import change, control, pick, read
from emulator.layer import platform_of
from emulator.platform import Platform
from emulator.probe import probe
from emulator.records import App, Fault, Oa
from emulator.webhook import Sender

APP_FIELDS = tuple(field.name for field in fields(App) if field.name not in ("app_id", "webhook_url", "notices"))
OA_FIELDS = tuple(field.name for field in fields(Oa) if field.name not in ("oa_id", "app_id", "templates"))
FLUSH_SECONDS = 10.0


def sender_of(request: Request) -> Sender:
    """The sender of this process."""
    return cast(Sender, request.app.state.sender)


def _app(request: Request) -> App:
    return platform_of(request).app(request.path_params["app_id"])


def _oa(request: Request) -> Oa:
    return platform_of(request).oa(request.path_params["oa_id"])


def new(known: dict[str, Any], values: dict[str, Any], key: str, allowed: tuple[str, ...]) -> dict[str, Any]:
    """Values of a new record.

    Raises:
        ValueError: a name is not allowed, or the id is taken or no number.
    """
    pick(values, (key, *allowed))
    if key in values and (not isinstance(values[key], str) or not values[key].isdecimal()):
        raise ValueError(f"{key} must be a text of digits")
    if values.get(key) in known:
        raise ValueError(f"{key} {values[key]} is taken")
    return values


async def apps(request: Request) -> Any:
    """List or add apps."""
    platform = platform_of(request)
    if request.method == "GET":
        return {"apps": [vars(app) for app in platform.apps.values()]}
    values = new(platform.apps, await read(request), "app_id", APP_FIELDS)
    app = platform.add_app(**{key: values.pop(key) for key in ("app_id",) if key in values})
    try:
        change(app, values, APP_FIELDS)
    except ValueError:
        del platform.apps[app.app_id]
        raise
    return vars(app)


async def one_app(request: Request) -> Any:
    """Show or change an app."""
    app = _app(request)
    if request.method == "PATCH":
        values = await read(request)
        change(app, values, APP_FIELDS)
        if "redirect_uri" in values:
            # A changed callback address ends every grant; the OAs must consent again.
            for oa in [oa for oa in platform_of(request).oas.values() if oa.app_id == app.app_id]:
                oauth.revoke(platform_of(request), app.app_id, oa.oa_id)
    return vars(app)


async def webhook(request: Request) -> Any:
    """Register the address of a webhook; `"probe": false` saves it unseen."""
    app, values, platform = _app(request), await read(request), platform_of(request)
    url = values.get("url")
    if not isinstance(url, str):
        raise ValueError("url must be a text")
    # The real console wants https and a domain name; a laptop has neither.
    problem = await probe(url, get=platform.options.probe_get) if url and values.get("probe", True) else ""
    if problem:
        raise ValueError(problem)
    app.webhook_url, app.subscribed = url, True
    return vars(app)


async def oas(request: Request) -> Any:
    """List or add OAs."""
    platform = platform_of(request)
    if request.method == "GET":
        return {"oas": [vars(oa) for oa in platform.oas.values()]}
    values = new(platform.oas, await read(request), "oa_id", ("app_id", *OA_FIELDS))
    if not isinstance(values.get("app_id"), str):
        raise ValueError("app_id must be the id of an app")
    oa = platform.add_oa(app_id=values["app_id"], **{key: values[key] for key in ("oa_id",) if key in values})
    try:
        change(oa, {key: value for key, value in values.items() if key in OA_FIELDS}, OA_FIELDS)
    except ValueError:
        del platform.oas[oa.oa_id]
        raise
    return vars(oa)


async def one_oa(request: Request) -> Any:
    """Show or change an OA."""
    oa = _oa(request)
    if request.method == "PATCH":
        change(oa, await read(request), OA_FIELDS)
    return vars(oa)


async def grant(request: Request) -> Any:
    """A first pair of tokens without the consent page, as the API Explorer gives."""
    oa = _oa(request)
    return oauth.answer(oauth.issue(platform_of(request), oa.app_id, oa.oa_id))


async def revoke(request: Request) -> Any:
    """The OA takes its grant back."""
    platform, oa = platform_of(request), _oa(request)
    had = oauth.revoke(platform, oa.app_id, oa.oa_id)
    events.emit(platform, oa, "permission_revoked", {"oa_id": oa.oa_id})
    return {"revoked": had}


async def expire(request: Request) -> Any:
    """The access token ends now; the refresh token stays good."""
    platform, oa = platform_of(request), _oa(request)
    found = [grant for grant in platform.grants.values() if grant.oa_id == oa.oa_id]
    for each in found:
        each.access_until = platform.clock.now() - 1
    return {"expired": len(found)}


async def template(request: Request) -> Any:
    """Put a template into the registry."""
    return register(_oa(request), await read(request))


async def event(request: Request) -> Any:
    """Send any event: `event_name`, `fields`, and `user_id` when it is about a user."""
    platform, oa, values = platform_of(request), _oa(request), await read(request)
    name, extra = values.get("event_name"), values.get("fields", {})
    if not isinstance(name, str) or not isinstance(extra, dict):
        raise ValueError("event_name must be a text and fields an object")
    user = platform.user(values["user_id"]) if "user_id" in values else None
    return {"sent": events.emit(platform, oa, name, extra, user=user) is not None}


async def all_faults(request: Request) -> Any:
    """List, add or clear faults."""
    platform = platform_of(request)
    if request.method == "DELETE":
        platform.faults.clear()
    elif request.method == "POST":
        values = pick(await read(request), [field.name for field in fields(Fault)])
        fault = Fault(kind=str(values.get("kind", "")))
        change(fault, values, values)
        platform.faults.append(faults.check(fault))
    return {"faults": [vars(fault) for fault in platform.faults], "kinds": faults.KINDS}


async def all_options(request: Request) -> Any:
    """Show or change options."""
    platform = platform_of(request)
    if request.method == "PATCH":
        options.change(platform.options, await read(request))
        sender_of(request).ring()
    return vars(platform.options)


async def clock(request: Request) -> Any:
    """Show or advance the clock: `{"advance": seconds}`."""
    platform = platform_of(request)
    if request.method == "POST":
        seconds = (await read(request)).get("advance")
        if not options.fits(seconds, float):
            raise ValueError("advance must be a number of seconds, at least 0")
        platform.clock.advance(float(cast(float, seconds)))
    return {
        "now": platform.clock.now(),
        "local": platform.clock.local().isoformat(timespec="seconds"),
        "ahead": platform.clock.ahead,
    }


async def flush(request: Request) -> Any:
    """Attempt every waiting event now, and what comes of it; `{"seconds": longest wait}`."""
    seconds = (await read(request)).get("seconds", FLUSH_SECONDS)
    if not options.fits(seconds, float):
        raise ValueError("seconds must be a number, at least 0")
    done = await sender_of(request).flush(float(seconds))
    return {"done": done, **_statistics(platform_of(request), sender_of(request))}


def _statistics(platform: Platform, sender: Sender) -> dict[str, Any]:
    return {
        "webhooks": {
            "pending": len(platform.deliveries),
            "in_flight": sender.flying,
            "delivered": platform.counts["webhooks_delivered"],
            "failed": platform.counts["webhooks_failed"],
            "failed_attempts": platform.counts["webhooks_failed_attempts"],
            "unwanted": platform.counts["webhooks_unwanted"],
        },
        "accepted": sum(platform.accepted.values()),
    }


async def statistics(request: Request) -> Any:
    """Counts since the beginning, with sends accepted by user."""
    platform = platform_of(request)
    totals = _statistics(platform, sender_of(request))
    return {**totals, "accepted_by_user": dict(platform.accepted), "counts": dict(platform.counts)}


async def attempts(request: Request) -> Any:
    """The latest webhook attempts, newest first."""
    limit = int(request.query_params.get("limit", "100"))
    return {"attempts": list(islice(reversed(platform_of(request).attempts), limit))}


ROUTES = [
    Route("/apps", control(apps), methods=["GET", "POST"]),
    Route("/apps/{app_id}", control(one_app), methods=["GET", "PATCH"]),
    Route("/apps/{app_id}/webhook", control(webhook), methods=["POST"]),
    Route("/oas", control(oas), methods=["GET", "POST"]),
    Route("/oas/{oa_id}", control(one_oa), methods=["GET", "PATCH"]),
    Route("/oas/{oa_id}/grant", control(grant), methods=["POST"]),
    Route("/oas/{oa_id}/revoke", control(revoke), methods=["POST"]),
    Route("/oas/{oa_id}/expire", control(expire), methods=["POST"]),
    Route("/oas/{oa_id}/templates", control(template), methods=["POST"]),
    Route("/oas/{oa_id}/events", control(event), methods=["POST"]),
    Route("/faults", control(all_faults), methods=["GET", "POST", "DELETE"]),
    Route("/options", control(all_options), methods=["GET", "PATCH"]),
    Route("/clock", control(clock), methods=["GET", "POST"]),
    Route("/flush", control(flush), methods=["POST"]),
    Route("/statistics", control(statistics)),
    Route("/attempts", control(attempts)),
]
