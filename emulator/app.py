"""The application: one server that stands for the hosts openapi, oauth and business, and for the files of the CDN."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from emulator import articles, business, control, control_users, legacy, oauth, page, people, reading, sending
from emulator.cdn import Cdn, media_type
from emulator.clock import Clock
from emulator.drop import Droppable
from emulator.layer import Handler, api, platform_of
from emulator.platform import Platform
from emulator.snapshot import keep, load
from emulator.uploads import upload
from emulator.webhook import Sender


def make_app(clock: Clock | None = None, *, state: Path | None = None, base_url: str = "") -> Starlette:
    """The platform as an application.

    Args:
        clock: tests give their own.
        state: where the state is kept; its files go into a folder beside it. None: in memory only.
        base_url: where it is reached, for addresses of files. Empty: where the first request went to.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        platform = Platform(clock=clock or Clock(), base_url=base_url)
        if state is not None:
            platform.cdn = Cdn(state.with_name(state.name + ".files"))
            if state.exists():
                load(platform, state.read_text(encoding="utf-8"))
        app.state.platform, app.state.sender = platform, Sender(platform)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(app.state.sender.run)
            if state is not None:
                tasks.start_soon(keep, platform, state)
            yield
            tasks.cancel_scope.cancel()

    return Droppable(routes=ROUTES, lifespan=lifespan)


HARMLESS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
"""What a citizen sent is no page of this address."""


async def cdn(request: Request) -> Response:
    """A file."""
    name = request.path_params["name"]
    content = platform_of(request).cdn.get(name)
    if content is None:
        return Response(status_code=404)
    return Response(content, media_type=media_type(name), headers=HARMLESS)


async def health(request: Request) -> Response:
    """Whether it runs."""
    return JSONResponse({"ok": True, "now": platform_of(request).clock.now()})


def _get(path: str, name: str, handler: Handler, *, bad_token: int = -216) -> Route:
    return Route(path, api(name, handler, bad_token=bad_token), methods=["GET"])


def _post(path: str, name: str, handler: Handler, *, bad_token: int = -216) -> Route:
    return Route(path, api(name, handler, bad_token=bad_token), methods=["POST"])


OPENAPI = [
    _post("/v3.0/oa/message/cs", "cs", sending.send),
    _post("/v3.0/oa/message/transaction", "transaction", legacy.retired),
    _post("/v3.0/oa/message/promotion", "promotion", legacy.retired),
    _post("/v3.0/oa/message/template", "template", business.by_user),
    _post("/v2.0/oa/message", "message_v2", legacy.message_v2),
    *(_post(f"/v2.0/oa/upload/{kind}", "upload", upload(kind)) for kind in ("image", "gif", "file")),
    _get("/v3.0/oa/user/detail", "user_detail", people.detail),
    _get("/v3.0/oa/user/getlist", "user_list", people.get_list),
    _post("/v3.0/oa/user/update", "user_update", people.update),
    _post("/v2.0/oa/tag/tagfollower", "tag", people.tag_follower),
    _post("/v2.0/oa/tag/rmfollowerfromtag", "tag", people.untag_follower),
    _post("/v2.0/oa/tag/rmtag", "tag", people.remove_tag),
    _get("/v2.0/oa/tag/gettagsofoa", "tag", people.tags),
    _get("/v2.0/oa/conversation", "conversation", reading.conversation),
    _get("/v2.0/oa/listrecentchat", "recent", reading.recent),
    _get("/v2.0/oa/getoa", "getoa", reading.get_oa),
    _post("/v3.0/oa/quota/message", "quota", reading.quota),
    _post("/v2.0/article/create", "article", articles.create),
    _post("/v2.0/article/verify", "article", articles.verify),
]
OAUTH = [
    Route("/v4/oa/permission", oauth.permission, methods=["GET"]),
    Route("/v4/oa/access_token", oauth.access_token, methods=["POST"]),
]
BUSINESS = [
    _post("/message/template", "business", business.by_phone, bad_token=-124),
    _get("/message/status", "business_status", business.status, bad_token=-124),
]
ROUTES = [
    Mount("/openapi", routes=OPENAPI),
    Mount("/oauth", routes=OAUTH),
    Mount("/business", routes=BUSINESS),
    Mount("/control", routes=[*control.ROUTES, *control_users.ROUTES]),
    Route("/cdn/{name}", cdn),
    Route("/health", health),
    *page.ROUTES,
]
