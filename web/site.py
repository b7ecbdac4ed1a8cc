"""What every request of this process may use."""

from __future__ import annotations

from dataclasses import dataclass

import procrastinate
from starlette.requests import Request

from storage.database import Pool
from storage.settings import Settings
from web.front import Front
from web.live import Live
from web.meter import Meter
from web.security import Clock, Keys

DATABASE_SECONDS = 3.0
"""How long a request waits for a connection before it says that the system is busy."""


@dataclass(frozen=True)
class Site:
    """The open resources of one web process."""

    settings: Settings
    now: Clock
    keys: Keys
    front: Front
    pool: Pool
    queue: procrastinate.App
    live: Live
    meter: Meter


def site_of(request: Request) -> Site:
    """The site a request came to."""
    site = request.app.state.site
    assert isinstance(site, Site)
    return site
