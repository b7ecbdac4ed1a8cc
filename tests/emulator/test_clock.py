"""The clock."""

import pytest

from emulator.clock import Clock
from tests.emulator.serving import NOON


def test_advancing_moves_the_time_and_tells_who_waits() -> None:
    clock, told = Clock(base=lambda: NOON), []
    clock.watchers.append(lambda: told.append(clock.now()))
    clock.advance(1.5)
    assert told == [int(NOON * 1000) + 1500]


def test_the_local_time_is_that_of_viet_nam() -> None:
    assert Clock(base=lambda: NOON).local().isoformat() == "2026-11-25T12:00:00+07:00"


def test_the_clock_never_goes_back() -> None:
    with pytest.raises(ValueError, match="forward"):
        Clock().advance(-1)
