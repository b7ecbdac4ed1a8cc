"""The emulator, for whatever calls the platform."""

from collections.abc import Iterator

import pytest

from tests.emulator.serving import Hook, Town


@pytest.fixture(scope="module")
def village() -> Iterator[Town]:
    """A platform with one application, one account and a grant."""
    hook = Hook().start()
    made = Town(hook)
    made.found()
    yield made
    made.stop()
    hook.running.stop()
