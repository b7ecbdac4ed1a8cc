"""`POST /zalo/webhook`, one address for all accounts: who calls, and may they. Nothing is stored before that is clear.

Source: Zalo OA reference of 2026-11-22, §1.1–1.3. The order of the checks is that of docs/design/zalo.md.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

import psycopg
from procrastinate.exceptions import ConnectorException
from psycopg_pool import PoolTimeout
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from connectors.zalo import events, signature
from connectors.zalo.accounts import AccountBook, OpenAccount
from connectors.zalo.events import BadEvent, Event
from connectors.zalo.intake import DATABASE_SECONDS, take
from storage.intake import Intake, media_type, read_body

logger = logging.getLogger(__name__)
PATH = "/zalo/webhook"
BODY_BYTES = 1024 * 1024
OLDEST = timedelta(hours=3)
"""Retries keep their time, and the ladder of retries is about 2 hours long."""
RETRY_HEADER = "num_retry"
STATUS = {
    "accepted": 200,
    "duplicate": 200,
    "probe": 200,
    "unreadable": 400,
    "other_app": 403,
    "wrong_signature": 403,
    "too_old": 403,
    "unknown_account": 404,
    "too_large": 413,
    "wrong_type": 415,
    "refused_by_database": 503,
}
"""What can become of a call, and the HTTP status that says so."""
VERIFIER = '<!doctype html><html><head><meta name="zalo-platform-site-verification" content="{code}"></head></html>'


def routes(codes: Iterable[str] = ()) -> list[Route]:
    """The routes of this connector; the application's state has an `Intake`.

    Args:
        codes: by which Zalo sees that the domain is ours.
    """
    known, webhook = frozenset(codes), Webhook()

    async def verifier(request: Request) -> Response:
        """The file that proves the domain."""
        code = request.path_params["code"]
        return HTMLResponse(VERIFIER.format(code=code)) if code in known else PlainTextResponse("", 404)

    return [
        Route(PATH, say_ok, methods=["GET"]),
        Route(PATH, webhook.post, methods=["POST"]),
        Route("/zalo_verifier{code}.html", verifier, methods=["GET"]),
    ]


async def say_ok(request: Request) -> Response:
    """Some registrations only look whether somebody is there."""
    return PlainTextResponse("OK")


class Webhook:
    """Answers calls, and remembers the accounts for some seconds."""

    def __init__(self) -> None:
        self._book = AccountBook()

    async def post(self, request: Request) -> Response:
        """One call; the status says what became of it."""
        intake: Intake = request.app.state.intake
        outcome = await self._outcome(request, intake)
        intake.count(outcome, request.headers.get(RETRY_HEADER, "0") != "0")
        status = STATUS[outcome]
        return PlainTextResponse("OK" if status == 200 else outcome, status)

    async def _outcome(self, request: Request, intake: Intake) -> str:
        if media_type(request.headers.get("content-type", "")) != "application/json":
            return "wrong_type"
        try:
            raw = await read_body(request.stream(), BODY_BYTES)
            event = events.read(raw) if raw is not None else None
        except (BadEvent, ClientDisconnect):
            return "unreadable"
        if raw is None or event is None:
            return "too_large"
        if event.kind == "probe":
            return "probe"
        try:
            return await self._checked(request, intake, event, raw)
        except (psycopg.Error, PoolTimeout, ConnectorException) as error:
            # The words of a database error may quote what the citizen wrote.
            logger.error("an event could not be stored: %s", type(error).__name__)
            return "refused_by_database"

    async def _checked(self, request: Request, intake: Intake, event: Event, raw: bytes) -> str:
        now = intake.now()
        accounts = await self._book.accounts(intake.pool, intake.secret, now, timeout=DATABASE_SECONDS)
        account: OpenAccount | None = next((accounts[oa] for oa in event.oa if oa in accounts), None)
        if account is None:
            return "unknown_account"
        if event.app_id != account.app_id:
            return "other_app"
        given = request.headers.get(signature.HEADER)
        if not signature.matches(given, account.app_id, raw, event.timestamp, account.oa_secret):
            return "wrong_signature"
        if event.at < now - OLDEST:
            return "too_old"
        return "accepted" if await take(intake, account, event, raw) else "duplicate"
