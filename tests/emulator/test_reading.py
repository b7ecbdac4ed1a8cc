"""Reading APIs about the OA, through HTTP."""

from typing import Any

import pytest

from tests.emulator.serving import Town, buttons

CONVERSATION, RECENT = "/v2.0/oa/conversation", "/v2.0/oa/listrecentchat"


def test_the_oa_tells_about_itself(town: Town) -> None:
    data = town.call("/openapi/v2.0/oa/getoa").json()["data"]
    assert (data["oa_id"], data["name"], data["oa_type"]) == (town.oa["oa_id"], "Công an phường Mẫu", 4)


def test_a_conversation_is_newest_first_with_numbers_as_ids(town: Town) -> None:
    user = town.citizen()
    sent = town.send(user, "Chào anh")["data"]["message_id"]
    newest, oldest = town.read(CONVERSATION, user_id=user, offset=0, count=10)["data"]
    assert (newest["src"], newest["message"], newest["message_id"], newest["type"]) == (0, "Chào anh", sent, "text")
    assert (newest["from_id"], newest["to_id"]) == (int(town.oa["oa_id"]), int(user))
    assert (oldest["src"], oldest["from_id"], oldest["to_id"]) == (1, int(user), int(town.oa["oa_id"]))
    assert oldest["from_display_name"] == "Nguyễn Văn A" and type(oldest["time"]) is int


def test_a_conversation_comes_in_pages(town: Town) -> None:
    user = town.citizen()
    for number in range(12):
        town.act(user, "text", text=str(number))
    rows = [*town.read(CONVERSATION, user_id=user, offset=0, count=10)["data"]]
    rows += town.read(CONVERSATION, user_id=user, offset=10, count=10)["data"]
    assert [row["message"] for row in rows] == [*map(str, reversed(range(12))), "Xin chào"]


def test_silent_taps_are_in_the_history(town: Town) -> None:
    user = town.citizen()
    town.send(user, attachment=buttons(("Lệ phí", "oa.query.hide", "#b:1")))
    town.act(user, "tap")
    assert town.read(CONVERSATION, user_id=user)["data"][0]["message"] == "#b:1"


@pytest.mark.parametrize(
    ("act", "values", "kind"),
    [
        ("image", {}, "photo"),
        ("audio", {}, "voice"),
        ("gif", {}, "GIF"),
        ("sticker", {}, "sticker"),
        ("link", {"url": "https://example.vn"}, "link"),
        ("location", {"latitude": 10.5, "longitude": 106.5}, "location"),
        ("file", {}, "file"),
    ],
)
def test_each_kind_has_its_name_in_the_history(town: Town, act, values, kind) -> None:
    user = town.citizen()
    town.act(user, act, **values)
    row = town.read(CONVERSATION, user_id=user)["data"][0]
    assert row["type"] == kind and (("url" in row) is (act != "location"))
    assert row["message"] == {"link": "https://example.vn", "location": "10.5,106.5"}.get(act, "")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"count": 11}, -210),
        ({"count": 10}, 0),
        ({"count": -1}, -201),
        ({"offset": "0"}, -201),
        ({"offset": 1.5}, -201),
    ],
)
def test_a_page_has_ten_rows_at_most(town: Town, data, code) -> None:
    user = town.citizen()
    assert town.read(CONVERSATION, user_id=user, **data)["error"] == code
    assert town.read(RECENT, **data)["error"] == code


def test_nobody_else_s_conversation_can_be_read(town: Town) -> None:
    assert town.read(CONVERSATION, user_id="1234567890123456789")["error"] == -201


def recent(town: Town, count: int = 10) -> list[dict[str, Any]]:
    return town.read(RECENT, offset=0, count=count)["data"]


def test_the_recent_list_has_a_row_for_each_chat_or_each_message(town: Town) -> None:
    first, second = town.citizen(), town.citizen()
    for user, text in ((first, "một"), (first, "hai"), (second, "ba")):
        town.advance(1)
        town.act(user, "text", text=text)
    assert [row["message"] for row in recent(town, 2)] == ["ba", "hai"]
    town.options(recent_rows="messages")
    assert [row["message"] for row in recent(town, 3)] == ["ba", "hai", "một"]


def quota(town: Town, **body: Any) -> dict[str, Any]:
    return town.call("/openapi/v3.0/oa/quota/message", body).json()


def test_the_quota_of_a_user_tells_the_last_interaction(town: Town) -> None:
    town.options(window_mode="legacy8")
    user = town.citizen()
    town.send(user)
    data = quota(town, user_id=user)["data"]
    assert data["last_interaction"] == str(town.look(f"users/{user}")["last_interaction"])
    assert data["cs_reply"] == {"remain": 7, "total": 8}


def test_the_quota_of_the_package_is_a_list(town: Town) -> None:
    town.control(f"oas/{town.oa['oa_id']}", "PATCH", quota_total=500, quota_remain=497)
    (row,) = quota(town, quota_owner="OA", product_type="cs", quota_type="sub_quota")["data"]
    assert (row["remain"], row["total"], row["quota_type"]) == (497, 500, "sub_quota")
    assert quota(town, quota_owner="OA", product_type="cs", quota_type="reward_quota")["data"][0]["total"] == 0


@pytest.mark.parametrize("body", [{}, {"quota_owner": "me"}, {"quota_owner": "OA"}, {"user_id": "1"}])
def test_a_quota_of_nobody_is_refused(town: Town, body) -> None:
    assert quota(town, **body)["error"] == -201
