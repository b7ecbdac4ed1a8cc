"""The platform's clock: a base that tests set, plus what the control API has advanced."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

Now = Callable[[], float]
"""Seconds since 1970, UTC."""
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass
class Clock:
    """Milliseconds since 1970. `ahead` is in seconds."""

    base: Now = time.time
    ahead: float = 0.0
    watchers: list[Callable[[], None]] = field(default_factory=list)
    """Called after each jump: what waits for a time looks at the clock again."""

    def now(self) -> int:
        """The time in ms."""
        return int((self.base() + self.ahead) * SECOND)

    def local(self) -> datetime:
        """The time in Viet Nam."""
        return datetime.fromtimestamp(self.now() / SECOND, timezone.utc).astimezone(LOCAL)

    def advance(self, seconds: float) -> None:
        """Jump ahead.

        Raises:
            ValueError: back in time.
        """
        if seconds < 0:
            raise ValueError("the clock only goes forward")
        self.ahead += seconds
        for watcher in self.watchers:
            watcher()
