"""The control API of users."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.emulator.serving import Town, buttons

YEAR = 365 * 24 * 3600


def test_users_are_made_one_by_one_or_many_at_once(town: Town) -> None:
    one = town.control("users", oa_id=town.oa["oa_id"], user_id="3234567890123456782", follower=True)
    assert one["user_id"] == "3234567890123456782" and one["follower"] and one["last_interaction"] is None
    many = town.control("users", oa_id=town.oa["oa_id"], count=3, name="Bà B")["users"]
    assert [user["name"] for user in many] == ["Bà B 1", "Bà B 2", "Bà B 3"]
    known = [user["user_id"] for user in town.look(f"users?oa_id={town.oa['oa_id']}")["users"]]
    assert {user["user_id"] for user in [one, *many]} <= set(known)
    assert town.look("users?oa_id=1")["users"] == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"user_id": "a"}, 400), ({"oa_id": "1"}, 404), ({"count": 0}, 400), ({"name": 1}, 400), ({"log": []}, 400)],
)
def test_nobody_is_made_of_a_mistake(town: Town, changes, status) -> None:
    before = len(town.look("users")["users"])
    town.control("users", status=status, **{"oa_id": town.oa["oa_id"], **changes})
    assert len(town.look("users")["users"]) == before


def test_a_transcript_has_both_sides_oldest_first(town: Town) -> None:
    user = town.citizen()
    town.send(user, attachment=buttons(("Lệ phí", "oa.query.show", "#b:1")))
    town.control(f"users/{user}/agent", text="Tôi là cán bộ", admin_id="5234567890123456784")
    shown = town.look(f"users/{user}/transcript")
    assert [message["from"] for message in shown["messages"]] == ["user", "oa", "agent"]
    assert shown["messages"][1]["buttons"][0]["title"] == "Lệ phí"
    assert shown["user"]["user_id"] == user and shown["oa"]["name"] == "Công an phường Mẫu"
    assert [message["from"] for message in town.look(f"users/{user}/transcript?limit=1")["messages"]] == ["agent"]
    assert town.http.get(f"/control/users/{user}/transcript?limit=0").status_code == 400


def test_a_person_who_answers_is_echoed_with_their_id_and_without_receipts(town: Town) -> None:
    user = town.citizen()
    made = town.control(f"users/{user}/agent", text="Tôi là cán bộ")
    town.control(f"users/{user}/agent", kind="file", admin_id=made["admin_id"])
    town.flush()
    text, file = town.hook.events("oa_send_text")[0], town.hook.events("oa_send_file")[0]
    assert text["sender"] == {"id": town.oa["oa_id"], "admin_id": made["admin_id"]} == file["sender"]
    assert file["message"]["attachments"][0]["payload"]["name"] == "don.pdf"
    assert not town.hook.events("user_received_message")


def test_a_person_may_write_after_the_window_but_not_after_a_year(town: Town) -> None:
    user = town.citizen()
    last = town.look(f"users/{user}")["last_interaction"]
    town.control(f"users/{user}", "PATCH", last_interaction=last - YEAR * 1000)
    town.control(f"users/{user}/agent", text="Đã có kết quả")
    town.control(f"users/{user}", "PATCH", last_interaction=last - YEAR * 1000 - 1)
    town.control(f"users/{user}/agent", status=400, text="Đã có kết quả")


@pytest.mark.parametrize("body", [{}, {"text": " "}, {"kind": "video", "text": "a"}, {"text": 1}])
def test_a_person_writes_something(town: Town, body) -> None:
    town.control(f"users/{town.citizen()}/agent", status=400, **body)


def messages(stream: httpx.Response) -> Iterator[dict[str, Any]]:
    for line in stream.iter_lines():
        if line.startswith("data: {"):
            yield json.loads(line[6:])


def test_a_stream_gives_what_there_was_what_comes_and_what_changes(town: Town) -> None:
    user = town.citizen()
    town.flush()
    with town.http.stream("GET", "/control/stream", params={"user_id": user}) as stream:
        seen = messages(stream)
        first = next(seen)
        assert (first["text"], first["status"]) == ("Xin chào", "delivered")
        with httpx.Client(base_url=town.running.url, trust_env=False) as other:
            body = {"recipient": {"user_id": user}, "message": {"text": "Chào"}}
            other.post("/openapi/v3.0/oa/message/cs", json=body, headers={"access_token": town.token})
            sent = next(seen)
            assert (sent["from"], sent["text"]) == ("oa", "Chào")
            other.post("/control/flush")
        changed = next(each for each in seen if each["status"] == "seen")
    assert changed["id"] == sent["id"]


def test_a_stream_of_nobody_is_not_found(town: Town) -> None:
    assert town.http.get("/control/stream").status_code == 404
