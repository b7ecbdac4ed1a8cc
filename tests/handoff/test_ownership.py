"""Who has a conversation now."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.ownership import HOLD, held_until, owner_now

NOW = datetime(2026, 11, 23, 9, 0)


def test_an_officer_has_it_until_the_moment_the_time_is_over() -> None:
    until = held_until(NOW)
    assert until == NOW + timedelta(hours=12)
    assert owner_now("officer", until, until - timedelta(microseconds=1)) == "officer"
    assert owner_now("officer", until, until) == "bot"


@given(hours=st.integers(-100, 100))
def test_an_officer_without_a_limit_keeps_it(hours) -> None:
    assert owner_now("officer", None, NOW + timedelta(hours=hours)) == "officer"


@given(owner=st.sampled_from(["bot", "queue"]), until=st.none() | st.timedeltas(-2 * HOLD, 2 * HOLD))
def test_a_limit_says_nothing_about_the_bot_and_the_queue(owner, until) -> None:
    assert owner_now(owner, None if until is None else NOW + until, NOW) == owner


def test_an_owner_nobody_knows_is_an_error() -> None:
    with pytest.raises(ValueError, match="no such owner"):
        owner_now("", None, NOW)
