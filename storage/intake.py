"""What the web process lends to a connector that takes messages in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import procrastinate

from storage.database import Pool


@dataclass(frozen=True)
class Intake:
    """The open resources of a web process, without its pages."""

    pool: Pool
    queue: procrastinate.App
    now: Callable[[], datetime]
    secret: str
    count: Callable[[str, bool], None]
    """Counts one call by its outcome; True: the platform says that it calls again."""
