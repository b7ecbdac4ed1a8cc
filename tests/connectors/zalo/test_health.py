"""How an account is, over real HTTP against the emulator."""

from datetime import date, timedelta

import pytest

from connectors.zalo import health
from connectors.zalo.errors import OA_IS_OFF, QUOTA, Unreachable, ZaloError
from connectors.zalo.health import SILENT, day_of, is_silent
from connectors.zalo.transport import Endpoints
from storage.channels import set_alarm
from tests.pipeline import MONDAY_MORNING

DAY = MONDAY_MORNING.replace(hour=0)


async def test_package_name_and_quota_are_written_down(office) -> None:
    office.town.control(f"oas/{office.town.oa['oa_id']}", "PATCH", name="Công an xã Mới", quota_remain=7)
    await health.check(office.station(), await office.account())
    account = await office.account()
    assert (account.name, account.package, account.package_until) == ("Công an xã Mới", "Nâng cao", date(2027, 12, 31))
    assert (account.paid_quota_left, account.checked_at) == (7, office.now())


async def test_an_account_that_may_not_ask_for_its_quota_keeps_what_it_knew(office) -> None:
    await office.execute("UPDATE channel_account SET paid_quota_left = 9")
    office.town.fault("error", where="quota", code=-223, count=3)
    await health.check(office.station(), await office.account())
    assert (await office.account()).paid_quota_left == 9


async def test_a_locked_account_is_an_alarm_until_it_answers_again(office) -> None:
    office.town.fault("error", where="getoa", code=-204, count=1)
    with pytest.raises(ZaloError):
        await health.check(office.station(), await office.account())
    assert (await office.account()).alarm == OA_IS_OFF.reason
    await health.check(office.station(), await office.account())
    assert (await office.account()).alarm is None


@pytest.mark.parametrize("left", [0, 3])
async def test_the_alarm_about_quota_ends_when_there_is_some(office, left) -> None:
    async with office.pool.connection() as connection:
        await set_alarm(connection, office.account_id, QUOTA.reason, at=office.now())
    office.town.control(f"oas/{office.town.oa['oa_id']}", "PATCH", quota_remain=left)
    await health.check(office.station(), await office.account())
    assert ((await office.account()).alarm is None) == (left > 0)


async def test_a_platform_that_is_away_is_no_alarm(office) -> None:
    station = office.station(endpoints=Endpoints(openapi="http://127.0.0.1:9"))
    with pytest.raises(Unreachable):
        await health.check(station, await office.account())
    assert (await office.account()).alarm is None


async def test_six_silent_hours_are_an_alarm_until_something_arrives(office) -> None:
    office.town.advance((24 + 14 - office.now().hour) % 24 * 3600)
    station = office.station()
    await office.execute("UPDATE channel_account SET seen_event_at = %s", office.now() - timedelta(hours=6))
    await health.listen(station, await office.account())
    first = await office.account()
    assert (first.alarm, first.alarm_at) == (SILENT, office.now())
    await health.listen(station, first)
    await office.execute("UPDATE channel_account SET seen_event_at = %s", office.now())
    await health.listen(station, await office.account())
    assert (await office.account()).alarm is None


async def test_another_alarm_is_not_covered_by_silence(office) -> None:
    await office.execute("UPDATE channel_account SET seen_event_at = created_at - interval '9 days'")
    async with office.pool.connection() as connection:
        await set_alarm(connection, office.account_id, OA_IS_OFF.reason, at=office.now())
    await health.listen(office.station(), await office.account())
    assert (await office.account()).alarm == OA_IS_OFF.reason


@pytest.mark.parametrize(
    ("seen", "now", "silent"),
    [
        (8, 13.99, False), (8, 14, True), (8, 20.9, True), (-3, 12.99, False), (-3, 13, True), (-30, 3, False),
        (16, 21, False), (15, 21, True), (16, 23.5, False),
    ],
)  # fmt: skip
def test_only_hours_of_the_day_count(seen, now, silent) -> None:
    assert is_silent(DAY + timedelta(hours=seen), DAY + timedelta(hours=now)) == silent


def test_a_day_is_read_or_nothing() -> None:
    assert day_of("31/12/2027") == date(2027, 12, 31)
    assert day_of(None) is None and day_of("") is None and day_of("2027-12-31") is None
