"""Registration of a webhook's address."""

from typing import Any

import pytest

from emulator.probe import NO_WEBHOOK
from tests.emulator.serving import Town


def register(town: Town, status: int = 200, **more: Any) -> Any:
    return town.control(f"apps/{town.app['app_id']}/webhook", status=status, url=town.hook.url, **more)


def test_registration_posts_an_unsigned_empty_object(town: Town) -> None:
    register(town)
    (got,) = town.hook.got
    assert (got.method, got.body) == ("POST", b"{}") and "x-zevent-signature" not in got.headers


def test_registration_may_also_get(town: Town) -> None:
    town.options(probe_get=True)
    register(town)
    assert [got.method for got in town.hook.got] == ["POST", "GET"]


@pytest.mark.parametrize("status", [204, 302, 404, 500])
def test_an_address_that_does_not_answer_200_is_not_registered(town: Town, status) -> None:
    town.hook.answers[:] = [status]
    assert register(town, status=400) == {"error": NO_WEBHOOK}
    assert town.control(f"apps/{town.app['app_id']}/webhook", status=400, url="http://127.0.0.1:1/") == {
        "error": NO_WEBHOOK
    }
    assert town.look(f"apps/{town.app['app_id']}")["webhook_url"] == town.hook.url
