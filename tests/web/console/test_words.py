"""States and times in words."""

from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest

from storage.audit import What
from storage.channels import Account, State
from tests.pipeline import MONDAY_MORNING as NOW
from web.console import words

ACCOUNT = Account(
    id="zalo:1", kind="zalo", unit="u", name="n", app_id="1", secrets=b"", tokens=None, tokens_at=None,
    access_expires_at=None, refresh_expires_at=None, state="connected", alarm=None, alarm_at=None, package=None,
    package_until=None, plain_text_until=None, paid_quota_left=None, seen_event_at=None, checked_at=None,
    created_at=NOW,
)  # fmt: skip


def test_every_state_has_words_and_what_is_not_well_says_what_to_do() -> None:
    for state in get_args(State):
        found = words.health(replace(ACCOUNT, state=state))
        assert found.state and bool(found.todo) == (state != "connected")
    assert words.health(replace(ACCOUNT, alarm="x")).mood == "warn"
    assert words.health(replace(ACCOUNT, alarm="x", state="revoked")).mood == "bad"


def test_everything_that_is_noted_has_words() -> None:
    assert set(words.DONE) == set(get_args(What))


@pytest.mark.parametrize(("ago", "told"), [
    (timedelta(seconds=-5), "vừa xong"),
    (timedelta(seconds=59), "vừa xong"),
    (timedelta(seconds=60), "1 phút trước"),
    (timedelta(minutes=59, seconds=59), "59 phút trước"),
    (timedelta(hours=1), "1 giờ trước"),
    (timedelta(hours=23, minutes=59), "23 giờ trước"),
    (timedelta(days=1), "1 ngày trước"),
    (timedelta(days=400), "400 ngày trước"),
])  # fmt: skip
def test_an_age_is_told_in_its_largest_unit(ago, told) -> None:
    assert words.age(NOW - ago, NOW) == told


def test_what_never_was_is_told_too() -> None:
    assert words.age(None, NOW) == words.moment(None) == words.package(ACCOUNT, NOW.date())[0] == "chưa có"
    assert words.moment(NOW) == "09:00 23/11/2026"


@pytest.mark.parametrize(
    ("until", "ends"), [(date(2026, 12, 8), False), (date(2026, 12, 7), True), (date(2026, 1, 1), True)]
)
def test_a_package_that_ends_within_two_weeks_stands_out(until, ends) -> None:
    found = replace(ACCOUNT, package="Nâng cao", package_until=until)
    assert words.package(found, NOW.date()) == (f"Nâng cao, đến {until:%d/%m/%Y}", ends)


def test_the_first_consent_and_the_next_have_other_buttons() -> None:
    assert words.connect_label(ACCOUNT) == "Kết nối"
    assert words.connect_label(replace(ACCOUNT, tokens_at=NOW)) == "Kết nối lại"
