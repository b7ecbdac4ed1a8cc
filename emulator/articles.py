"""Articles: created at once, ready after some polls."""

from __future__ import annotations

from typing import Any

from emulator.errors import ApiError, invalid
from emulator.ids import asset_id
from emulator.layer import Call

LIMITS = {"title": 150, "author": 50, "description": 300}


async def create(call: Call) -> dict[str, Any]:
    """`POST /v2.0/article/create`."""
    body = await call.body()
    if body.get("type") != "normal":
        raise invalid("type")
    for name, limit in LIMITS.items():
        value = body.get(name)
        if not isinstance(value, str) or not value:
            raise invalid(name)
        if len(value) > limit:
            raise ApiError(-210)
    cover, parts = body.get("cover"), body.get("body")
    if not isinstance(cover, dict) or cover.get("cover_type") != "photo" or not cover.get("photo_url"):
        raise invalid("cover")
    if not isinstance(parts, list) or not parts or not all(isinstance(part, dict) and "type" in part for part in parts):
        raise invalid("body")
    key = asset_id()
    # The token and the id are the same here; callers can't tell.
    article = {"title": body["title"], "status": body.get("status", "hide")}
    call.platform.articles[key] = {**article, "oa_id": call.oa.oa_id, "polls": call.platform.options.article_polls}
    return {"token": key}


async def verify(call: Call) -> dict[str, Any]:
    """`POST /v2.0/article/verify`: -214 for the first polls."""
    token = (await call.body()).get("token")
    article = call.platform.articles.get(token) if isinstance(token, str) else None
    if article is None or article["oa_id"] != call.oa.oa_id:
        raise invalid("token")
    if article["polls"] > 0:
        article["polls"] -= 1
        raise ApiError(-214)
    return {"id": token}
