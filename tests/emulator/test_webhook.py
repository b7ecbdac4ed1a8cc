"""Deliveries: signature, time limit, ladder, duplicates, order."""

import hashlib
from collections import Counter

import pytest

from emulator.render import mac
from emulator.webhook import LADDER
from tests.emulator.serving import Got, Hook, Town, until


def pending(town: Town) -> int:
    return town.look("statistics")["webhooks"]["pending"]


def writes(town: Town, text: str = "Xin chào") -> str:
    user = town.control("users", oa_id=town.oa["oa_id"])["user_id"]
    town.act(user, "text", text=text)
    return user


def verifies(town: Town, got: Got) -> bool:
    right = mac(town.app["app_id"], got.body, got.event["timestamp"], town.oa["secret"])
    return got.headers["x-zevent-signature"] == right


def test_a_delivery_is_signed_over_its_exact_bytes(town: Town) -> None:
    writes(town)
    got = until(lambda: town.hook.got, "the event")[0]
    text = town.app["app_id"].encode() + got.body + got.event["timestamp"].encode() + town.oa["secret"].encode()
    assert got.headers["x-zevent-signature"] == "mac=" + hashlib.sha256(text).hexdigest()
    assert got.headers["content-type"] == "application/json" and "num_retry" not in got.headers


def attempts(town: Town, count: int) -> None:
    until(lambda: town.look("statistics")["webhooks"]["in_flight"] == 0 and len(town.hook.got) >= count, "attempts")


def test_a_failed_delivery_climbs_the_ladder_with_the_same_bytes_and_then_the_app_is_unsubscribed(town: Town) -> None:
    town.hook.answers[:] = [500] * 6
    user = writes(town)
    attempts(town, 1)
    for step, wait in enumerate(LADDER, start=1):
        town.advance(wait - 0.001)
        town.look("statistics")
        assert len(town.hook.got) == step
        town.advance(0.001)
        attempts(town, step + 1)
    assert [got.headers.get("num_retry") for got in town.hook.got] == [None, "1", "2", "3", "4", "5"]
    assert len({(got.body, got.headers["x-zevent-signature"]) for got in town.hook.got}) == 1
    until(lambda: not town.look(f"apps/{town.app['app_id']}")["subscribed"], "the end of the subscription")
    assert town.transcript(user)[0]["status"] == "failed" and pending(town) == 0
    assert writes(town) and pending(town) == 0


def test_the_ladder_can_be_shorter(town: Town) -> None:
    town.options(ladder_scale=0.01)
    town.hook.answers[:] = [500]
    user = writes(town)
    attempts(town, 1)
    town.advance(0.3)
    attempts(town, 2)
    until(lambda: town.transcript(user)[0]["status"] == "delivered", "the second attempt succeeds")


@pytest.mark.parametrize(("mode", "left"), [("any", 1), ("connection", 0)])
@pytest.mark.parametrize("answer", [403, 0.5])
def test_refused_and_slow_answers_are_tried_again_or_only_noted(town: Town, mode, left, answer) -> None:
    town.options(retry_on=mode, webhook_seconds=0.1)
    town.hook.answers[:] = [answer]
    writes(town)
    attempts(town, 1)
    until(lambda: pending(town) == left, "the outcome")
    assert town.look(f"apps/{town.app['app_id']}")["subscribed"]
    result = town.look("attempts?limit=1")["attempts"][0]["result"]
    assert result == ("403" if answer == 403 else "slow")


def test_a_failed_connection_is_always_tried_again(town: Town) -> None:
    town.options(retry_on="connection")
    app = town.app["app_id"]
    town.control(f"apps/{app}/webhook", url="http://127.0.0.1:1/nobody", probe=False)
    writes(town)
    until(lambda: town.look("attempts?limit=1")["attempts"][0]["result"] == "connection", "an attempt")
    town.control(f"apps/{app}/webhook", url=town.hook.url)
    assert pending(town) == 1
    town.advance(30)
    until(lambda: town.hook.events("user_send_text"), "the second attempt")


def test_flushing_delivers_what_waits_on_the_ladder(town: Town) -> None:
    town.hook.answers[:] = [500]
    writes(town)
    attempts(town, 1)
    until(lambda: pending(town) == 1 and town.look("statistics")["webhooks"]["in_flight"] == 0, "the failure")
    assert town.flush()["done"] and pending(town) == 0 and len(town.hook.got) == 2


def test_flushing_attempts_each_event_once_and_leaves_failures_on_their_ladder(town: Town) -> None:
    town.options(hold_webhooks=True)
    writes(town)
    town.hook.answers[:] = [500]
    assert town.flush()["done"] and pending(town) == 1 and len(town.hook.got) == 1


def test_held_events_come_as_a_burst(town: Town) -> None:
    town.options(hold_webhooks=True)
    users = [writes(town, f"tin {number}") for number in range(20)]
    assert pending(town) == 20 and town.hook.got == []
    town.options(hold_webhooks=False)
    until(lambda: len(town.hook.got) == 20, "the burst")
    assert {event["sender"]["id"] for event in town.hook.events()} == set(users)


@pytest.mark.parametrize(("fault", "copies"), [("webhook_duplicate", 2), ("webhook_twin", 3)])
def test_duplicates_are_the_same_bytes(town: Town, fault, copies) -> None:
    town.fault(fault, count=1)
    writes(town)
    town.flush()
    assert len(town.hook.got) == copies and len({got.body for got in town.hook.got}) == 1
    assert all(verifies(town, got) for got in town.hook.got)


@pytest.mark.parametrize("fault", ["webhook_bad_mac", "webhook_tampered"])
def test_a_forged_delivery_comes_beside_the_genuine_one_and_does_not_verify(town: Town, fault) -> None:
    town.fault(fault, count=1)
    town.hook.answers[:] = [403]
    user = writes(town)
    town.flush()
    assert [verifies(town, got) for got in town.hook.got] == [False, True]
    assert (town.hook.got[0].body == town.hook.got[1].body) is (fault == "webhook_bad_mac")
    assert town.transcript(user)[0]["status"] == "delivered" and pending(town) == 0


def test_events_can_overtake_each_other(town: Town) -> None:
    town.platform.chance.seed(7)
    town.fault("webhook_reorder", seconds=60)
    user = writes(town, "0")
    for number in range(1, 10):
        town.act(user, "text", text=str(number))
    for _ in range(61):
        town.advance(1)
        until(lambda: town.look("statistics")["webhooks"]["in_flight"] == 0, "the second's deliveries")
    texts = [event["message"]["text"] for event in town.hook.events()]
    assert sorted(texts) == list("0123456789") != texts


def test_one_user_has_only_so_many_deliveries_at_once(town: Town) -> None:
    town.options(per_user=1, hold_webhooks=True)
    user = writes(town, "0")
    for number in range(1, 6):
        town.act(user, "text", text=str(number))
    most: Counter[str] = Counter()
    town.hook.answers[:] = [0.02] * 6
    town.options(hold_webhooks=False)

    def done() -> bool:
        most["flying"] = max(most["flying"], town.look("statistics")["webhooks"]["in_flight"])
        return len(town.hook.got) == 6

    until(done, "six deliveries")
    assert [event["message"]["text"] for event in town.hook.events()] == list("012345") and most["flying"] == 1


def test_flushing_ends_when_what_was_parked_is_given_up(town: Town) -> None:
    town.options(per_user=1, hold_webhooks=True, retry_on="any")
    user = writes(town, "0")
    for number in range(1, 4):
        town.act(user, "text", text=str(number))
    first = min(town.platform.deliveries.values(), key=lambda delivery: delivery.number)
    first.attempt = len(LADDER)
    town.hook.answers[:] = [500]
    assert town.flush()["done"] and pending(town) == 0 and len(town.hook.got) == 1


def test_registering_again_ends_the_silence(town: Town, hook: Hook) -> None:
    town.control(f"apps/{town.app['app_id']}", "PATCH", subscribed=False)
    writes(town)
    town.control(f"apps/{town.app['app_id']}/webhook", url=hook.url)
    writes(town, "lại rồi")
    town.flush()
    assert [event["message"]["text"] for event in hook.events("user_send_text")] == ["lại rồi"]
