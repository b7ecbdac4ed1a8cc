"""The one way to call the platform: counted, with a good token."""

from datetime import timedelta

import pytest

from connectors.zalo.errors import ZaloError
from connectors.zalo.station import Wait, ask, endpoints_of, next_minute
from connectors.zalo.transport import Endpoints
from storage.settings import read_settings
from tests.pipeline import MONDAY_MORNING


def test_without_settings_the_platform_is_the_real_one() -> None:
    assert endpoints_of(read_settings({})) == Endpoints()
    other = endpoints_of(read_settings({"MOTCUA_PLATFORM_OAUTH": "http://127.0.0.1:1/oauth"}))
    assert (other.openapi, other.oauth) == (Endpoints().openapi, "http://127.0.0.1:1/oauth")


def test_the_next_minute_is_a_whole_one() -> None:
    late = MONDAY_MORNING + timedelta(seconds=59, microseconds=5)
    assert next_minute(late) == next_minute(MONDAY_MORNING) == MONDAY_MORNING + timedelta(minutes=1)


async def test_a_call_is_counted_whatever_becomes_of_it(office) -> None:
    station = office.station(limit=2)
    account = await office.account()
    assert (await ask(station, account, station.client.oa_details)).oa_id == office.town.oa["oa_id"]
    office.town.fault("error", where="getoa", code=-204, count=1)
    with pytest.raises(ZaloError):
        await ask(station, account, station.client.oa_details)
    with pytest.raises(Wait) as raised:
        await ask(station, account, station.client.oa_details)
    assert raised.value.until == next_minute(office.now())


async def test_a_refused_token_is_replaced_once_and_no_more(office) -> None:
    station, account = office.station(), await office.account()
    office.town.fault("token_expired", where="getoa", count=1)
    assert (await ask(station, account, station.client.oa_details)).name
    office.town.fault("token_expired", where="getoa", count=2)
    with pytest.raises(ZaloError) as raised:
        await ask(station, account, station.client.oa_details)
    assert raised.value.retry_class == "refresh"
