"""Choose a password: the first thing after the first log-in, and whenever an operator likes."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from storage import operators
from storage.audit import note
from storage.operators import Session
from storage.passwords import LONGEST, SHORTEST
from web.console import checking, frame
from web.console.stopped import NO_STORE
from web.site import DATABASE_SECONDS, site_of

WRONG_OLD = "Mật khẩu hiện tại không đúng."
TOO_SHORT = f"Mật khẩu mới cần ít nhất {SHORTEST} và nhiều nhất {LONGEST} ký tự."
NOT_TWICE = "Hai lần nhập mật khẩu mới không giống nhau."
NOT_NEW = "Mật khẩu mới phải khác mật khẩu hiện tại và khác tên đăng nhập."
CHANGED = "Đã đổi mật khẩu."


async def show_password(request: Request) -> Response:
    """The form."""
    return await _page(request, await frame.signed_in(request, with_any_password=True))


async def _page(request: Request, session: Session, *, status: int = 200, problem: str = "") -> Response:
    return await frame.page(
        request, session, "password.html", title="Đổi mật khẩu", status=status, forced=session.must_change,
        problem=problem,
    )  # fmt: skip


async def choose_password(request: Request) -> Response:
    """Take a new password; this browser goes on with a new token, and all others are logged out."""
    session, fields = await frame.posted(request, with_any_password=True)
    name, problem = session.operator, _problem(session.operator, fields)
    if problem:
        return await _page(request, session, status=422, problem=problem)
    if not await checking.may_try(request, name):
        return await _page(request, session, status=429, problem=checking.TOO_OFTEN)
    if await checking.operator_with(request, name, fields.get("old", "")) is None:
        await checking.note_failure(request, name, "password_failed")
        return await _page(request, session, status=403, problem=WRONG_OLD)
    return await _changed(request, name, await checking.hash_of(request, fields["new"]))


def _problem(name: str, fields: Mapping[str, str]) -> str:
    old, new = fields.get("old", ""), fields.get("new", "")
    if not SHORTEST <= len(new) <= LONGEST:
        return TOO_SHORT
    if new != fields.get("again"):
        return NOT_TWICE
    return NOT_NEW if new in (old, name) else ""


async def _changed(request: Request, name: str, hashed: str) -> Response:
    site = site_of(request)
    async with site.pool.connection(timeout=DATABASE_SECONDS) as connection, connection.transaction():
        await operators.change_password(connection, name, hashed)
        await operators.forget_attempts(connection, name)
        token = await operators.begin_session(connection, name, at=site.now())
        await operators.leave_notice(connection, operators.key_of(token), CHANGED, good=True)
        await note(connection, name, "password_changed", at=site.now())
    response = RedirectResponse(frame.HOME, status_code=303, headers=NO_STORE)
    frame.set_token(request, response, token)
    return response
