"""Where actions get the catalog, the day and the unit from.

The worker sets a provider; a bare Rasa command reads the tree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from procedures.model import Catalog, Unit
from procedures.validate import validate
from storage.settings import local_now, read_settings


@dataclass(frozen=True)
class Knowledge:
    """What an action may know: the catalog, the day to answer for, the unit that owns the conversation."""

    catalog: Catalog
    on: date
    unit: Unit | None


Provider = Callable[[datetime], Knowledge]
_provider: Provider | None = None


def use(provider: Provider) -> None:
    """Let actions of this process ask `provider` for knowledge as of a moment."""
    global _provider
    _provider = provider


def current(now: datetime) -> Knowledge:
    """The knowledge to answer with at the moment `now`."""
    if _provider is None:
        use(_from_tree())
    assert _provider is not None
    return _provider(now)


def _from_tree() -> Provider:
    """Knowledge for `rasa shell` and `rasa run actions`, which have no worker around them."""
    settings = read_settings()
    catalog, _ = validate(settings.data, settings.as_of or local_now().date())
    unit = catalog.units.get(settings.unit)
    return lambda now: Knowledge(catalog, settings.as_of or now.date(), unit)
