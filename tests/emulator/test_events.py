"""Payloads of events, as a webhook gets them."""

import pytest

from emulator.render import mac
from tests.emulator.serving import Town

HEAD = {"app_id", "user_id_by_app", "event_name", "timestamp"}


def only(town: Town, name: str) -> dict:
    assert town.flush()["done"]
    found = town.hook.events(name)
    assert len(found) == 1, [each.get("event_name") for each in town.hook.events()]
    return found[0]


def test_a_text_has_the_documented_fields_in_the_documented_order(town: Town) -> None:
    user = town.citizen()
    event = only(town, "user_send_text")
    assert list(event) == ["app_id", "user_id_by_app", "event_name", "timestamp", "sender", "recipient", "message"]
    assert event["app_id"] == town.app["app_id"] and event["timestamp"] == str(town.look("clock")["now"])
    assert (event["sender"], event["recipient"]) == ({"id": user}, {"id": town.oa["oa_id"]})
    assert event["message"] == {"msg_id": town.transcript(user)[0]["id"], "text": "Xin chào"}


def test_an_event_that_is_switched_off_is_not_delivered_and_the_chat_says_so(town: Town) -> None:
    town.control(f"apps/{town.app['app_id']}", "PATCH", events_off=["user_send_text"])
    user = town.citizen()
    town.flush()
    assert town.hook.got == [] and town.transcript(user)[0]["status"] == "not_delivered"


def test_the_syntax_filter_lets_texts_with_a_hash_pass(town: Town) -> None:
    town.control(f"apps/{town.app['app_id']}", "PATCH", hash_filter=True)
    user = town.citizen()
    town.act(user, "text", text="#tra_cuu")
    town.act(user, "sticker")
    town.flush()
    town.control(f"apps/{town.app['app_id']}", "PATCH", hash_filter=False)
    assert [event["event_name"] for event in town.hook.events()] == ["user_send_text", "user_send_sticker"]


@pytest.mark.parametrize("side", ["oa", "user"])
def test_both_directions_of_a_seen_receipt_exist(town: Town, side) -> None:
    town.options(seen_sender=side)
    user = town.citizen()
    town.send(user)
    event = only(town, "user_seen_message")
    ids = [event["sender"]["id"], event["recipient"]["id"]]
    assert ids == ([town.oa["oa_id"], user] if side == "oa" else [user, town.oa["oa_id"]])


def test_receipts_do_not_open_the_window(town: Town) -> None:
    user = town.citizen()
    before = town.look(f"users/{user}")["last_interaction"]
    town.advance(60)
    town.send(user)
    town.flush()
    assert town.look(f"users/{user}")["last_interaction"] == before


def test_somebody_who_never_looks_sends_no_seen_receipt(town: Town) -> None:
    user = town.citizen(reads=False)
    town.send(user)
    town.flush()
    assert town.transcript(user)[-1]["status"] == "received" and not town.hook.events("user_seen_message")


def test_varied_bytes_always_verify(town: Town) -> None:
    town.options(bytes="random", omit_optional=True)
    user = town.control("users", oa_id=town.oa["oa_id"])["user_id"]
    for number in range(40):
        town.act(user, "text", text=f"Lệ phí https://example.vn/{number}")
    town.flush()
    assert len(town.hook.got) == 40
    for got in town.hook.got:
        right = mac(town.app["app_id"], got.body, got.event["timestamp"], town.oa["secret"])
        assert got.headers["x-zevent-signature"] == right
    assert len({tuple(got.event) for got in town.hook.got}) > 10
    assert {"user_id_by_app" in event for event in town.hook.events()} == {True, False}


def test_an_event_of_another_time_is_signed_with_that_time(town: Town) -> None:
    path = f"oas/{town.oa['oa_id']}/events"
    town.control(path, event_name="user_send_text", fields={"timestamp": "1", "message": {"text": "cũ"}})
    town.flush()
    (got,) = town.hook.got
    assert got.headers["x-zevent-signature"] == mac(town.app["app_id"], got.body, "1", town.oa["secret"])
    assert got.event["timestamp"] == "1"


def test_any_event_can_be_made_up(town: Town) -> None:
    path = f"oas/{town.oa['oa_id']}/events"
    town.control(path, event_name="shop_has_order", fields={"oa_id": town.oa["oa_id"], "order": 1})
    event = only(town, "shop_has_order")
    assert event["order"] == 1 and set(event) == HEAD - {"user_id_by_app"} | {"oa_id", "order"}
