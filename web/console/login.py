"""Log in and out. A browser gets a new token each time that it is let in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from storage import operators
from storage.audit import note
from storage.operators import NAME, key_of
from web.console import checking, frame
from web.console.frame import csrf_of, posted, read_form, set_token, token_of
from web.console.stopped import LOGIN, NO_STORE
from web.site import DATABASE_SECONDS, site_of

WRONG = "Tên hoặc mật khẩu không đúng."


async def show_login(request: Request) -> Response:
    """The form; whoever is logged in already needs none."""
    site = site_of(request)
    async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
        session = await operators.read_session(connection, token_of(request), at=site.now())
    if session is not None:
        return RedirectResponse(frame.HOME, status_code=303, headers=NO_STORE)
    return _page(request)


def _page(request: Request, *, status: int = 200, problem: str = "", name: str = "") -> Response:
    token = token_of(request) or frame.new_token()
    content = site_of(request).front.page(
        "console/login.html", operator="", notice=None, csrf=csrf_of(request, token), problem=problem, typed=name
    )
    response = HTMLResponse(content, status, NO_STORE)
    set_token(request, response, token)
    return response


async def log_in(request: Request) -> Response:
    """Check name and password."""
    fields = await read_form(request)
    typed = fields.get("name", "").strip().lower()
    # What is no name is often the password, typed one field too early: it must not be stored.
    name = typed if NAME.fullmatch(typed) else ""
    if not await checking.may_try(request, name):
        return _page(request, status=429, problem=checking.TOO_OFTEN, name=name)
    operator = await checking.operator_with(request, name, fields.get("password", ""))
    if operator is None:
        await checking.note_failure(request, name, "login_failed")
        return _page(request, status=403, problem=WRONG, name=name)
    return await _let_in(request, operator.name)


async def _let_in(request: Request, name: str) -> Response:
    site = site_of(request)
    async with site.pool.connection(timeout=DATABASE_SECONDS) as connection, connection.transaction():
        await operators.forget_attempts(connection, name)
        await operators.end_session(connection, key_of(token_of(request)))
        token = await operators.begin_session(connection, name, at=site.now())
        await note(connection, name, "login", checking.address_of(request), at=site.now())
    response = RedirectResponse(frame.HOME, status_code=303, headers=NO_STORE)
    set_token(request, response, token)
    return response


async def log_out(request: Request) -> Response:
    """End the session here; the browser's token is nothing any more."""
    site = site_of(request)
    session, _ = await posted(request, with_any_password=True)
    async with site.pool.connection(timeout=DATABASE_SECONDS) as connection, connection.transaction():
        await operators.end_session(connection, session.key)
        await note(connection, session.operator, "logout", at=site.now())
    response = RedirectResponse(LOGIN, status_code=303, headers=NO_STORE)
    set_token(request, response, "")
    return response
