"""One platform a module; every test begins with its options and faults as they were."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import PHONE, chromium
from tests.emulator.phones import DESK, opened
from tests.emulator.serving import Hook, Town

__all__ = ["chromium"]


@pytest.fixture(scope="module")
def hook() -> Iterator[Hook]:
    started = Hook().start()
    yield started
    started.running.stop()


@pytest.fixture(scope="module")
def village(hook: Hook) -> Iterator[Town]:
    made = Town(hook)
    made.found()
    yield made
    made.stop()


@pytest.fixture
def town(village: Town) -> Town:
    village.reset()
    return village


@pytest.fixture
def user(town: Town) -> str:
    """The only citizen there is."""
    town.platform.users.clear()
    return town.citizen()


@pytest.fixture
def page(chromium: Browser, town: Town, user: str) -> Iterator[Page]:
    yield from opened(chromium, town, DESK)


@pytest.fixture
def small(chromium: Browser, town: Town, user: str) -> Iterator[Page]:
    """On a small telephone, with two citizens."""
    town.control("users", oa_id=town.oa["oa_id"], name="Trần Thị Bình")
    yield from opened(chromium, town, PHONE)
