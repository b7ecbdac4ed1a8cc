"""Reply windows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.clock import DAY, HOUR
from emulator.errors import ApiError
from emulator.windows import Standing, agent_may, judge

NOW = 1_795_582_800_000


def outcome(age: int | None, *, used: int = 0, quota: int = 500, **mode) -> str | int:
    last = None if age is None else NOW - age
    try:
        return judge(Standing(last, NOW, used, quota), **mode)
    except ApiError as refusal:
        return refusal.code


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (0, "free"),
        (48 * HOUR, "free"),
        (48 * HOUR + 1, "paid"),
        (7 * DAY, "paid"),
        (7 * DAY + 1, -230),
        (None, -232),
    ],
)
def test_a_window_ends_with_its_last_millisecond(age, expected) -> None:
    assert outcome(age) == expected


@pytest.mark.parametrize(("quota", "expected"), [(1, "paid"), (0, -211)])
def test_after_48_hours_the_package_pays_until_it_is_empty(quota, expected) -> None:
    assert outcome(3 * DAY, quota=quota) == expected


@pytest.mark.parametrize(
    ("used", "paid", "expected"), [(7, False, "free"), (8, False, -311), (8, True, "paid"), (7, True, "free")]
)
def test_in_the_older_mode_the_ninth_message_is_refused_or_paid(used, paid, expected) -> None:
    assert outcome(HOUR, used=used, mode="legacy8", legacy_paid=paid) == expected


@given(st.integers(0, 10 * DAY), st.integers(0, 20), st.integers(0, 3), st.booleans(), st.booleans())
def test_a_message_is_free_paid_or_refused_by_exactly_one_rule(age, used, quota, legacy, paid) -> None:
    mode = {"mode": "legacy8" if legacy else "2026", "legacy_paid": paid}
    got = outcome(age, used=used, quota=quota, **mode)
    if age > 7 * DAY:
        assert got == -230
    elif age <= 48 * HOUR and (not legacy or used < 8):
        assert got == "free"
    elif age <= 48 * HOUR and not paid:
        assert got == -311
    else:
        assert got == ("paid" if quota else -211)


@given(st.integers(0, 10 * DAY), st.integers(0, 10 * DAY))
def test_nobody_gets_more_by_waiting(age, later) -> None:
    order = ["free", "paid", -230]
    assert order.index(outcome(age)) <= order.index(outcome(age + later))


def test_a_person_in_the_console_may_write_for_365_days() -> None:
    assert agent_may(NOW - 365 * DAY, NOW) and not agent_may(NOW - 365 * DAY - 1, NOW) and not agent_may(None, NOW)
