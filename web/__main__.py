"""Run the web process: `python -m web`. The launcher has set `DATABASE_URL` and migrated the database.

The one module that knows both the site and the connectors, whose routes it adds.
"""

from __future__ import annotations

import logging

import uvicorn

from connectors.zalo import webhook
from connectors.zalo.pages import Pages
from connectors.zalo.station import endpoints_of
from storage.database import opened_database
from storage.settings import read_settings
from web.app import make_app
from web.console import frame

GRACE_SECONDS = 5


def main() -> None:
    """Serve until told to stop."""
    settings = read_settings()
    # At its debug level this library logs what it sends, which is what citizens and the bot said.
    logging.getLogger("sse_starlette").setLevel(logging.WARNING)
    pages = Pages(frame, endpoints_of(settings), settings.site_codes)
    extra = [*webhook.routes(settings.site_codes), *pages.routes()]
    with opened_database(settings) as url:
        uvicorn.run(
            make_app(settings, url, extra=extra, kinds=[pages.kind()]),
            host=settings.host,
            port=settings.port,
            # Addresses and paths of visitors are nobody's business.
            access_log=False,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=GRACE_SECONDS,
        )


if __name__ == "__main__":
    main()
