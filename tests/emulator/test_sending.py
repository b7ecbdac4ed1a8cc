"""Consultation messages, through HTTP."""

import re

import pytest

from tests.emulator.serving import Town, buttons

HOUR, DAY = 3600, 24 * 3600


def test_an_accepted_message_is_in_the_chat_and_comes_back_as_echo_and_receipts(town: Town) -> None:
    user = town.citizen()
    data = town.send(user)["data"]
    assert re.fullmatch("[0-9a-f]{20}", data["message_id"])
    assert data["sent_time"] == str(town.look("clock")["now"])
    assert data["quota"] == {"quota_type": "reply", "owner_type": "OA", "owner_id": town.oa["oa_id"]}
    assert town.flush()["done"]
    echo = town.hook.events("oa_send_text")[-1]
    assert echo["sender"] == {"id": town.oa["oa_id"]} and echo["recipient"] == {"id": user}
    assert echo["message"] == {"msg_id": data["message_id"], "text": "Chào anh chị"}
    assert town.hook.events("user_received_message")[-1]["message"]["msg_id"] == data["message_id"]
    assert town.hook.events("user_seen_message")[-1]["message"]["msg_ids"] == [data["message_id"]]
    assert town.transcript(user)[-1]["status"] == "seen"


@pytest.mark.parametrize(("flag", "code"), [("blocked", -217), ("restricted", -244), ("inactive", -227)])
def test_a_user_who_cannot_be_written_to_is_refused_and_the_chat_stays(town: Town, flag, code) -> None:
    user = town.citizen()
    town.control(f"users/{user}", "PATCH", **{flag: True})
    before = len(town.transcript(user))
    assert town.send(user)["error"] == code and len(town.transcript(user)) == before


def test_followers_only_is_a_switch(town: Town) -> None:
    user = town.citizen()
    assert town.send(user)["error"] == 0
    town.options(need_follow=True)
    assert town.send(user)["error"] == -213
    town.act(user, "follow")
    assert town.send(user)["error"] == 0


@pytest.mark.parametrize("user", ["1234567890123456789", 1234567890123456789, None, ""])
def test_an_unknown_recipient_is_refused(town: Town, user) -> None:
    assert town.send(user)["error"] == -201


def test_the_user_of_another_oa_is_unknown(town: Town) -> None:
    other = town.control("oas", app_id=town.app["app_id"])
    stranger = town.control("users", oa_id=other["oa_id"])["user_id"]
    town.act(stranger, "text", text="chào")
    assert town.send(stranger)["error"] == -201


def test_somebody_who_never_wrote_cannot_be_written_to(town: Town) -> None:
    silent = town.control("users", oa_id=town.oa["oa_id"])["user_id"]
    assert town.send(silent)["error"] == -232


def test_the_package_pays_after_48_hours_and_nobody_after_7_days(town: Town) -> None:
    user = town.citizen()
    town.control(f"oas/{town.oa['oa_id']}", "PATCH", quota_total=500, quota_remain=1)
    town.platform.clock.advance(48 * HOUR)
    town.token = town.grant()["access_token"]
    assert town.send(user)["data"]["quota"]["quota_type"] == "reply"
    town.advance(0.001)
    paid = town.send(user)["data"]["quota"]
    assert (paid["quota_type"], paid["remain"], paid["total"]) == ("sub_quota", "0", "500")
    assert town.send(user)["error"] == -211
    town.advance(5 * DAY)
    town.token = town.grant()["access_token"]
    assert town.send(user)["error"] == -230
    town.act(user, "text", text="còn đó không")
    assert town.send(user)["error"] == 0


def test_a_refused_message_takes_no_quota(town: Town) -> None:
    user = town.citizen()
    town.control(f"users/{user}", "PATCH", last_interaction=town.platform.clock.now() - 3 * DAY * 1000)
    town.control(f"oas/{town.oa['oa_id']}", "PATCH", quota_remain=1)
    assert town.send(user, "x" * 2001)["error"] == -210
    assert town.look(f"oas/{town.oa['oa_id']}")["quota_remain"] == 1


def test_in_the_older_mode_eight_messages_answer_one(town: Town) -> None:
    town.options(window_mode="legacy8")
    user = town.citizen()
    assert [town.send(user)["error"] for _ in range(9)] == [0] * 8 + [-311]
    town.act(user, "text", text="thêm nữa")
    assert town.send(user)["error"] == 0


def test_a_free_package_has_no_buttons_and_no_requests_but_texts(town: Town) -> None:
    town.control(f"oas/{town.oa['oa_id']}", "PATCH", package=False)
    user = town.citizen()
    codes = [
        town.send(user, attachment=buttons(("Lệ phí", "oa.query.show", "#b:1")))["error"],
        town.send(user)["error"],
    ]
    town.control(f"oas/{town.oa['oa_id']}", "PATCH", package=True)
    assert codes == [-224, 0]


@pytest.mark.parametrize(
    ("variant", "keys"),
    [
        ("full", {"message_id", "user_id", "sent_time", "quota"}),
        ("no_remain", {"message_id", "user_id", "sent_time", "quota"}),
        ("recipient_id", {"message_id", "recipient_id"}),
        ("no_data", None),
    ],
)
def test_the_answer_comes_in_every_variant_seen(town: Town, variant, keys) -> None:
    town.options(response=variant)
    answer = town.send(town.citizen())
    assert answer["error"] == 0 and (set(answer["data"]) if "data" in answer else None) == keys
    if variant in ("full", "no_remain"):
        assert ("remain" in answer["data"]["quota"]) is (variant == "full")
