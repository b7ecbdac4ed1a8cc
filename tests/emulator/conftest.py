"""One platform a module; every test begins with its options and faults as they were."""

from collections.abc import Iterator

import pytest

from tests.emulator.serving import Hook, Town


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
