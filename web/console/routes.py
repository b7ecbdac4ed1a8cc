"""The addresses of the console."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from web.console.accounts import give_unit, show_account, show_accounts, show_audit
from web.console.frame import HOME
from web.console.login import log_in, log_out, show_login
from web.console.password import choose_password, show_password
from web.console.stopped import LOGIN, PASSWORD


async def lead_home(request: Request) -> Response:
    """The address without its slash."""
    return RedirectResponse(HOME, status_code=308)


ROUTES = [
    Route("/console", lead_home),
    Route(HOME, show_accounts),
    Route(LOGIN, show_login, methods=["GET"]),
    Route(LOGIN, log_in, methods=["POST"]),
    Route("/console/logout", log_out, methods=["POST"]),
    Route(PASSWORD, show_password, methods=["GET"]),
    Route(PASSWORD, choose_password, methods=["POST"]),
    Route("/console/audit", show_audit),
    Route("/console/accounts/{id}", show_account),
    Route("/console/accounts/{id}/unit", give_unit, methods=["POST"]),
]
