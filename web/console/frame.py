"""What every page of the console stands on: who is logged in, checked forms, and pages. Connectors are lent it too."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from procedures.load import Loader
from storage.console import Form, Kind
from storage.intake import media_type, read_body, storable
from storage.operators import SESSION_LIFE, Session, key_of, leave_notice, read_session, take_notice
from storage.settings import Settings
from web.console.stopped import LOGIN, NO_STORE, PASSWORD, STALE, UNREADABLE, Elsewhere, Stopped
from web.security import same_origin
from web.site import DATABASE_SECONDS, site_of

BODY_BYTES = 16 * 1024
MOST_FIELDS = 20
FORM = "application/x-www-form-urlencoded"
HOME = "/console/"


def cookie_name(settings: Settings) -> str:
    """The browser itself guards the `__Host-` prefix, but only over HTTPS."""
    return "__Host-motcua-console" if settings.secure_cookies else "motcua-console"


def token_of(request: Request) -> str:
    """What the browser's cookie says; it is a session only if the database knows it."""
    return request.cookies.get(cookie_name(site_of(request).settings), "")


def set_token(request: Request, response: Response, token: str) -> None:
    """Give the browser a token; an empty one takes it away."""
    settings = site_of(request).settings
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(SESSION_LIFE.total_seconds()) if token else 0,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )


def new_token() -> str:
    """A token that is no session: what the log-in form is tied to."""
    return secrets.token_urlsafe(32)


def csrf_of(request: Request, token: str) -> str:
    """The form token of a browser; made of the hash, because it can be read back."""
    return site_of(request).keys.csrf(f"console:{key_of(token).hex()}")


async def signed_in(request: Request, *, with_any_password: bool = False) -> Session:
    """The session of a request.

    Args:
        with_any_password: also with one that has to be changed first.

    Raises:
        Elsewhere: nobody is logged in, or a password has to be chosen first.
    """
    site = site_of(request)
    async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
        session = await read_session(connection, token_of(request), at=site.now())
    if session is None:
        raise Elsewhere(LOGIN)
    if session.must_change and not with_any_password:
        raise Elsewhere(PASSWORD)
    return session


async def posted(request: Request, *, with_any_password: bool = False) -> tuple[Session, Mapping[str, str]]:
    """The session and the fields of a form that this session was shown.

    Raises:
        Elsewhere: as `signed_in`.
        Stopped: not a form, or not one of this session.
    """
    session = await signed_in(request, with_any_password=with_any_password)
    return session, await read_form(request)


async def read_form(request: Request) -> Mapping[str, str]:
    """The fields of a form that this browser was shown, logged in or not.

    Raises:
        Stopped: 400, 403, 413 or 415.
    """
    if media_type(request.headers.get("content-type", "")) != FORM:
        raise Stopped(415, UNREADABLE)
    fields = _fields(await _body(request))
    token = token_of(request)
    expected = f"console:{key_of(token).hex()}"
    if not token or not site_of(request).keys.csrf_matches(expected, fields.get("csrf", "")):
        raise Stopped(403, STALE)
    if not same_origin(request):
        raise Stopped(403, STALE)
    return fields


async def _body(request: Request) -> bytes:
    try:
        body = await read_body(request.stream(), BODY_BYTES)
    except ClientDisconnect:
        raise Stopped(400, UNREADABLE) from None
    if body is None:
        raise Stopped(413, UNREADABLE)
    return body


def _fields(body: bytes) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Stopped(400, UNREADABLE) from None
    return {name: storable(value) for name, value in pairs}


async def page(
    request: Request, session: Session, template: str, *, title: str, status: int = 200, **values: Any
) -> Response:
    """A page for somebody who is logged in, with what was left for it to say."""
    site = site_of(request)
    async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
        notice = await take_notice(connection, session.key)
    content = site.front.page(
        f"console/{template}",
        title=title,
        operator=session.operator,
        csrf=csrf_of(request, token_of(request)),
        notice=notice,
        **values,
    )
    return HTMLResponse(content, status, NO_STORE)


async def form_page(
    request: Request, session: Session, form: Form, *, problem: str = "", status: int = 200, back: str = HOME
) -> Response:
    """A page with one form, and what was wrong with it the last time."""
    return await page(
        request, session, "form.html", title=form.title, status=status, form=form, problem=problem, back=back
    )


async def back_to(
    request: Request, session: Session, account_id: str | None, notice: str, *, good: bool = True
) -> Response:
    """To an account's page, or to the first one, which says `notice` once."""
    async with site_of(request).pool.connection(timeout=DATABASE_SECONDS) as connection:
        await leave_notice(connection, session.key, notice, good=good)
    address = account_address(account_id) if account_id else HOME
    return RedirectResponse(address, status_code=303, headers=NO_STORE)


def account_address(account_id: str) -> str:
    """Where the page of an account is."""
    return f"/console/accounts/{account_id}"


def address_of(request: Request) -> str:
    """The address of this site, as a platform is told it."""
    return site_of(request).settings.site_address or str(request.base_url).rstrip("/")


async def units(request: Request) -> Mapping[str, str]:
    """The units of the knowledge base as it is now: id to name."""
    data = site_of(request).settings.data
    found = await anyio.to_thread.run_sync(lambda: Loader(data).units())
    return {ident: unit.name for ident, unit in found.items()}


def kinds(request: Request) -> Mapping[str, Kind]:
    """The platforms of this installation, by their id."""
    found: Mapping[str, Kind] = request.app.state.kinds
    return found
