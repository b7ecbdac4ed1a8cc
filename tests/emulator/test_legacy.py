"""The older sending API."""

from typing import Any

import pytest

from tests.emulator.serving import Town

V2 = "/openapi/v2.0/oa/message"


def call(town: Town, **body: Any) -> dict[str, Any]:
    return town.call(V2, body).json()


def test_an_ordinary_message_is_told_to_move_to_v3(town: Town) -> None:
    got = call(town, recipient={"user_id": town.citizen()}, message={"text": "Chào"})
    assert got["error"] == -240


def react(town: Town, user: str, message: str, icon: str = "/-heart") -> int:
    action = {"react_icon": icon, "react_message_id": message}
    return call(town, recipient={"user_id": user}, sender_action=action)["error"]


def test_a_reaction_shows_in_the_chat_and_is_echoed(town: Town) -> None:
    user = town.citizen()
    message = town.transcript(user)[0]["id"]
    assert react(town, user, message) == 0
    assert town.transcript(user)[0]["reactions"] == ["/-heart"]
    town.flush()
    assert town.hook.events("oa_reacted_message")[0]["message"] == {"msg_id": message, "react_icon": "/-heart"}
    assert react(town, user, message, "/-remove") == 0 and town.transcript(user)[0]["reactions"] == []


def test_a_reaction_needs_a_known_icon_and_a_message_of_that_chat(town: Town) -> None:
    user, other = town.citizen(), town.citizen()
    message = town.transcript(user)[0]["id"]
    assert react(town, user, message, "😀") == -201 and react(town, other, message) == -201


def test_a_message_has_50_reactions_at_most(town: Town) -> None:
    user = town.citizen()
    message = town.transcript(user)[0]["id"]
    assert [react(town, user, message) for _ in range(51)] == [0] * 50 + [-210]


def test_anonymous_visitors_are_answered_here(town: Town) -> None:
    recipient = {"anonymous_id": "a1", "conversation_id": "c1"}
    assert call(town, recipient=recipient, message={"text": "Chào"})["data"]["anonymous_id"] == "a1"
    assert call(town, recipient={"anonymous_id": "a1"}, message={"text": "Chào"})["error"] == -201


def test_a_broadcast_takes_articles_only(town: Town) -> None:
    article = {"type": "normal", "title": "t", "author": "a", "description": "d", "body": [{"type": "text"}]}
    article["cover"] = {"cover_type": "photo", "photo_url": "https://example.vn/a.png"}
    key = town.call("/openapi/v2.0/article/create", article).json()["data"]["token"]

    def send(element: dict[str, str]) -> int:
        payload = {"template_type": "media", "elements": [element]}
        message = {"attachment": {"type": "template", "payload": payload}}
        return call(town, recipient={"target": {"gender": "0"}}, message=message)["error"]

    assert send({"media_type": "article", "attachment_id": key}) == 0
    assert send({"media_type": "image", "attachment_id": key}) == -201
    assert call(town, recipient={"target": {}}, message={"text": "Chào"})["error"] == -201


@pytest.mark.parametrize("kind", ["transaction", "promotion"])
def test_transaction_and_promotion_are_retired_but_for_an_older_mode(town: Town, kind) -> None:
    body = {"recipient": {"user_id": town.citizen()}, "message": {"attachment": {}}}
    path = f"/openapi/v3.0/oa/message/{kind}"
    assert town.call(path, body).json()["error"] == -233
    town.options(retired_open=True)
    assert town.call(path, body).json()["error"] == 0
