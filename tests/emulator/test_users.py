"""What a simulated user does, through the control API."""

from typing import Any

import pytest

from tests.emulator.serving import Town, buttons


def event_of(town: Town, name: str) -> dict[str, Any]:
    assert town.flush()["done"]
    return town.hook.events(name)[-1]


def offered(town: Town) -> str:
    user = town.citizen()
    listed = [
        ("Lệ phí", "oa.query.show", "#b:hien"),
        ("Hồ sơ", "oa.query.hide", "#b:an"),
        ("Trang", "oa.open.url", {"url": "https://example.vn"}),
        ("Gọi", "oa.open.phone", {"phone_code": "84901234567"}),
        ("SMS", "oa.open.sms", {"content": "HO TRO", "phone_code": "84901234567"}),
    ]
    assert town.send(user, attachment=buttons(*listed))["error"] == 0
    town.flush()
    town.hook.got.clear()
    return user


@pytest.mark.parametrize(("number", "payload", "hidden"), [(1, "#b:hien", False), (2, "#b:an", True)])
def test_a_tap_sends_the_payload_as_text_visibly_or_silently(town: Town, number, payload, hidden) -> None:
    user = offered(town)
    town.act(user, "tap", button=number)
    assert event_of(town, "user_send_text")["message"]["text"] == payload
    last = town.transcript(user)[-1]
    assert (last["text"], last["hidden"], last["from"]) == (payload, hidden, "user")


@pytest.mark.parametrize("number", [3, 4, 5])
def test_a_tap_that_opens_something_sends_no_event(town: Town, number) -> None:
    user = offered(town)
    assert town.act(user, "tap", button=number)["opens"]["type"].startswith("oa.open.")
    town.flush()
    assert town.hook.got == []


@pytest.mark.parametrize("number", [0, 6, "1", True])
def test_there_must_be_such_a_button(town: Town, number) -> None:
    town.act(offered(town), "tap", status=400, button=number)


def test_an_older_message_keeps_its_buttons(town: Town) -> None:
    user = offered(town)
    first = next(message for message in town.transcript(user) if message["buttons"])["id"]
    town.send(user, attachment=buttons(("Mới", "oa.query.show", "#b:moi")))
    town.act(user, "tap")
    town.act(user, "tap", message_id=first)
    assert [message["text"] for message in town.transcript(user)[-2:]] == ["#b:moi", "#b:hien"]


def test_following_and_unfollowing_have_no_sender(town: Town) -> None:
    user = town.control("users", oa_id=town.oa["oa_id"])["user_id"]
    town.act(user, "follow")
    assert town.send(user)["error"] == 0
    town.act(user, "unfollow")
    for name in ("follow", "unfollow"):
        event = event_of(town, name)
        assert event["follower"] == {"id": user} and event["source"] == "oa_profile" and "sender" not in event
    town.act(user, "unfollow", status=400)


def test_chatnow_is_an_event_once_and_before_the_first_message_only(town: Town) -> None:
    user = town.control("users", oa_id=town.oa["oa_id"])["user_id"]
    assert town.act(user, "chatnow") == {"event": True} and town.act(user, "chatnow") == {"event": False}
    assert town.act(town.citizen(), "chatnow") == {"event": False}
    assert event_of(town, "user_click_chatnow")["user_id"] == user and town.send(user)["error"] == 0


@pytest.mark.parametrize("shape", ["new", "old"])
def test_contact_data_come_in_both_shapes(town: Town, shape) -> None:
    town.options(submit_info=shape)
    town.act(town.citizen(phone="84901234567"), "submit_info", ward="Phường Mẫu", address="Số 1")
    info = event_of(town, "user_submit_info")["info"]
    assert info["phone"] == "84901234567" and info["name"] == "Nguyễn Văn A"
    place = info["full_address"]["user_ward"] if shape == "new" else info["ward"]
    assert place == "Phường Mẫu"


@pytest.mark.parametrize("act", ["react", "submit_info"])
def test_neither_reactions_nor_contact_data_open_the_window(town: Town, act) -> None:
    user = town.citizen()
    town.send(user)
    before = town.look(f"users/{user}")["last_interaction"]
    town.advance(60)
    town.act(user, act)
    assert town.look(f"users/{user}")["last_interaction"] == before


def test_a_reaction_names_the_message_and_the_icon(town: Town) -> None:
    user = town.citizen()
    message = town.send(user)["data"]["message_id"]
    town.act(user, "react", icon="/-strong")
    assert event_of(town, "user_reacted_message")["message"] == {"msg_id": message, "react_icon": "/-strong"}
    town.act(user, "react", status=400, icon="thích")


def test_looking_at_the_chat_marks_everything_as_seen_in_one_receipt(town: Town) -> None:
    user = town.citizen(reads=False)
    sent = [town.send(user)["data"]["message_id"] for _ in range(2)]
    assert town.act(user, "seen") == {"seen": 2}
    assert event_of(town, "user_seen_message")["message"]["msg_ids"] == sent
    assert town.act(user, "seen") == {"seen": 0}


def test_who_blocked_the_oa_neither_writes_nor_is_written_to(town: Town) -> None:
    user = town.citizen()
    town.act(user, "block")
    town.act(user, "text", status=400, text="chào")
    assert town.send(user)["error"] == -217
    town.act(user, "unblock")
    assert town.send(user)["error"] == 0


def test_withdrawing_is_an_event(town: Town) -> None:
    user = town.citizen()
    town.act(user, "withdraw")
    assert event_of(town, "user_withdraw")["sender"] == {"id": user}


@pytest.mark.parametrize(
    "act",
    [
        {"act": "jump"},
        {"act": "text"},
        {"act": "text", "text": " "},
        {"act": "location", "latitude": "bắc"},
        {"act": "link"},
        {"act": "image", "content": "?"},
    ],
)
def test_an_act_that_makes_no_sense_is_refused_and_the_chat_stays(town: Town, act) -> None:
    user = town.citizen()
    town.act(user, status=400, **act)
    assert len(town.transcript(user)) == 1
