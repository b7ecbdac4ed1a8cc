"""The files that replies carry, for the citizen they were sent to."""

from __future__ import annotations

from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from storage.outgoing import IMAGE, file_of
from storage.turns import find_conversation
from web.accept import CHANNEL
from web.security import citizen_of
from web.site import DATABASE_SECONDS, site_of

LONGEST_ID = 18
"""Digits; more don't fit PostgreSQL's bigint."""


async def download(request: Request) -> Response:
    """The file of one reply; 404 for everybody but the citizen whose cookie comes along, as if there were none."""
    site, number = site_of(request), str(request.path_params["id"])
    citizen = citizen_of(request, site.keys, site.settings)
    found = None
    if citizen is not None and len(number) <= LONGEST_ID:
        async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
            conversation = await find_conversation(connection, channel=CHANNEL, citizen=citizen)
            found = await file_of(connection, conversation, int(number)) if conversation else None
    if found is None:
        raise HTTPException(404)
    # A picture is shown in its bubble; anything else is kept, not opened inside this site.
    way = "inline" if found["media_type"].startswith(IMAGE) else "attachment"
    headers = {
        "Content-Disposition": f"{way}; filename*=UTF-8''{quote(found['name'], safe='')}",
        "Cache-Control": "private, max-age=3600",
    }
    return Response(found["content"], media_type=found["media_type"], headers=headers)
