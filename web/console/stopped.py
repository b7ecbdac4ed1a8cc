"""What ends a request of the console early, and the page or redirect that says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ExceptionHandler

from web.site import site_of

NO_STORE = {"Cache-Control": "no-store"}
LOGIN, PASSWORD = "/console/login", "/console/password"
STALE = "Trang này đã cũ, hoặc trình duyệt đang chặn cookie. Quay lại, tải lại trang rồi làm lại."
UNREADABLE = "Không đọc được dữ liệu gửi lên. Quay lại, tải lại trang rồi làm lại."
NO_ACCOUNT = "Không có tài khoản OA này."


class Elsewhere(Exception):
    """Something else has to be done first: log in, or choose a password."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class Stopped(Exception):
    """A request of the console is not accepted; `message` says why, and what to do."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}")
        self.status, self.message = status, message


async def on_elsewhere(request: Request, error: Exception) -> Response:
    """Lead there."""
    assert isinstance(error, Elsewhere)
    return RedirectResponse(error.address, status_code=303, headers=NO_STORE)


async def on_stopped(request: Request, error: Exception) -> Response:
    """Say why."""
    assert isinstance(error, Stopped)
    content = site_of(request).front.page("console/stopped.html", message=error.message, operator="", notice=None)
    return HTMLResponse(content, error.status, NO_STORE)


HANDLERS: Mapping[Any, ExceptionHandler] = {Elsewhere: on_elsewhere, Stopped: on_stopped}
