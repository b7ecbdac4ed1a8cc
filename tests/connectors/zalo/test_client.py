import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.zalo.client import AnswerUnknown, Client, Endpoints, ZaloError, make_http, proof
from tests.connectors.zalo.emulated import endpoints_of
from tests.connectors.zalo.listening import Asked, Listener, listening, says
from tests.connectors.zalo.pictures import picture
from tests.emulator.serving import Town

TOKEN, USER = "access-token", "3234567890123456782"
SENT = {"error": 0, "message": "Success", "data": {"message_id": "5be1aa2b3c4d5e6f7a8b"}}


@asynccontextmanager
async def platform(answer: Any, **options: Any) -> AsyncIterator[tuple[Client, Listener]]:
    async with listening(says(answer)) as server, make_http() as http:
        yield Client(http, Endpoints(openapi=server.url + "/"), **options), server


def posted(asked: Asked) -> tuple[str, str, Any]:
    assert asked.headers["content-type"] == "application/json"
    return asked.method, asked.target, json.loads(asked.body)


def queried(asked: Asked) -> tuple[str, str, Any]:
    parts = urlsplit(asked.target)
    query = parse_qs(parts.query)
    assert asked.body == b"" and set(query) <= {"data"}
    return asked.method, parts.path, json.loads(query["data"][0]) if query else None


async def sent(send: Any) -> Any:
    """The message of a body that `send` made, after checking the rest."""
    async with platform(SENT) as (client, server):
        assert (await send(client)).message_id == "5be1aa2b3c4d5e6f7a8b"
    method, path, body = posted(server.asked[0])
    assert (method, path, body["recipient"]) == ("POST", "/v3.0/oa/message/cs", {"user_id": USER})
    assert server.asked[0].headers["access_token"] == TOKEN and "authorization" not in server.asked[0].headers
    assert "appsecret_proof" not in server.asked[0].headers
    return body["message"]


async def test_a_text() -> None:
    assert await sent(lambda client: client.send_text(TOKEN, USER, "Đã nhận")) == {"text": "Đã nhận"}


async def test_an_answer_to_one_message() -> None:
    message = await sent(lambda client: client.send_text(TOKEN, USER, "Vâng", quote="96d3cdf3af1504609a09"))
    assert message == {"text": "Vâng", "quote_message_id": "96d3cdf3af1504609a09"}


async def test_buttons_are_hidden_queries_without_a_template_type() -> None:
    message = await sent(lambda client: client.send_buttons(TOKEN, USER, "Chọn", [("Lệ phí", "#b:1.0.1.x")]))
    button = {"title": "Lệ phí", "type": "oa.query.hide", "payload": "#b:1.0.1.x"}
    assert message == {"text": "Chọn", "attachment": {"type": "template", "payload": {"buttons": [button]}}}


async def test_a_picture_is_a_media_template() -> None:
    payload = {"template_type": "media", "elements": [{"media_type": "image", "attachment_id": "A1"}]}
    attachment = {"type": "template", "payload": payload}
    assert await sent(lambda client: client.send_image(TOKEN, USER, "A1")) == {"attachment": attachment}
    message = await sent(lambda client: client.send_image(TOKEN, USER, "A1", caption="Mẫu"))
    assert message == {"text": "Mẫu", "attachment": attachment}


async def test_a_file_is_its_token() -> None:
    message = await sent(lambda client: client.send_file(TOKEN, USER, "T1"))
    assert message == {"attachment": {"type": "file", "payload": {"token": "T1"}}}


async def test_a_reaction_goes_the_older_way() -> None:
    async with platform({"error": 0}) as (client, server):
        await client.react(TOKEN, USER, "96d3cdf3af1504609a09", "/-heart")
    action = {"react_icon": "/-heart", "react_message_id": "96d3cdf3af1504609a09"}
    assert posted(server.asked[0]) == (
        "POST", "/v2.0/oa/message", {"recipient": {"user_id": USER}, "sender_action": action}
    )  # fmt: skip


@pytest.mark.parametrize("name", ["attachment_id", "token"])
@pytest.mark.parametrize("kind", ["image", "file"])
async def test_an_upload_is_one_part_and_gives_an_id(kind, name) -> None:
    async with platform({"error": 0, "data": {name: "U1"}}) as (client, server):
        upload = client.upload_image if kind == "image" else client.upload_file
        assert await upload(TOKEN, "đơn mẫu.pdf", b"%PDF-1.7") == "U1"
    asked = server.asked[0]
    assert (asked.method, asked.target) == ("POST", f"/v2.0/oa/upload/{kind}")
    head = b"Content-Type: " + asked.headers["content-type"].encode() + b"\n\n"
    (part,) = message_from_bytes(head + asked.body).get_payload()
    assert part.get_param("name", header="content-disposition") == "file"
    assert part.get_payload(decode=True).strip() == b"%PDF-1.7"


@pytest.mark.parametrize("data", [{}, {"attachment_id": ""}, None, []])
async def test_an_upload_without_an_id_is_our_mistake(data) -> None:
    async with platform({"error": 0, "message": "Success", "data": data}) as (client, _):
        with pytest.raises(ZaloError) as raised:
            await client.upload_file(TOKEN, "khong_duoi", b"a")
    assert raised.value.retry_class == "bug"


async def test_a_long_file_name_keeps_its_ending() -> None:
    async with platform({"error": 0, "data": {"token": "T"}}) as (client, server):
        await client.upload_file(TOKEN, "a" * 300 + ".pdf", b"a")
    assert b'filename="' + b"a" * 196 + b'.pdf"' in server.asked[0].body


async def test_a_profile() -> None:
    async with platform({"error": 0, "data": {"user_id": USER, "display_name": "A"}}) as (client, server):
        user = await client.user_detail(TOKEN, USER)
    assert (user.user_id, user.name) == (USER, "A")
    assert queried(server.asked[0]) == ("GET", "/v3.0/oa/user/detail", {"user_id": USER})


async def test_the_account() -> None:
    async with platform({"error": 0, "data": {"oaid": "4234567890123456783", "oa_type": 4}}) as (client, server):
        account = await client.oa_details(TOKEN)
    assert (account.oa_id, account.kind) == ("4234567890123456783", 4)
    assert queried(server.asked[0]) == ("GET", "/v2.0/oa/getoa", None)


async def test_the_window_of_a_citizen() -> None:
    async with platform({"error": 0, "data": {"last_interaction": "1763800001234"}}) as (client, server):
        window = await client.quota(TOKEN, USER)
    assert window.last_interaction and window.replies is None
    assert posted(server.asked[0]) == ("POST", "/v3.0/oa/quota/message", {"user_id": USER})


async def test_what_is_left_of_the_package() -> None:
    rows = [{"product_type": "cs", "quota_type": "sub_quota", "total": "500", "remain": "497"}]
    async with platform({"error": 0, "data": rows}) as (client, server):
        (left,) = await client.package_quota(TOKEN)
    assert (left.kind, left.remain, left.total) == ("sub_quota", 497, 500)
    assert posted(server.asked[0])[2] == {"quota_owner": "OA", "product_type": "cs", "quota_type": "sub_quota"}


async def test_a_history_of_one_citizen_and_of_all() -> None:
    row = {"src": 1, "time": 1763800001234, "type": "text", "message": "chào", "from_id": int(USER)}
    async with platform({"error": 0, "data": [row]}) as (client, server):
        (spoken,) = await client.conversation(TOKEN, USER, 10)
        assert await client.recent_chats(TOKEN, count=5) == (spoken,)
    assert (spoken.citizen, spoken.text) == (USER, "chào")
    assert [queried(asked) for asked in server.asked] == [
        ("GET", "/v2.0/oa/conversation", {"user_id": USER, "offset": 10, "count": 10}),
        ("GET", "/v2.0/oa/listrecentchat", {"offset": 0, "count": 5}),
    ]


@pytest.mark.parametrize("count", [0, 11])
async def test_more_rows_than_are_allowed_are_not_asked_for(count) -> None:
    async with platform({"error": 0}) as (client, server):
        with pytest.raises(ValueError, match="1 to 10"):
            await client.recent_chats(TOKEN, count=count)
        with pytest.raises(ValueError, match="1 to 10"):
            await client.conversation(TOKEN, USER, count=count)
    assert server.asked == []


async def test_a_refusal_is_an_error_with_its_class() -> None:
    async with platform({"error": -230, "message": "User has not interacted"}) as (client, _):
        with pytest.raises(ZaloError) as raised:
            await client.send_text(TOKEN, USER, "a")
    assert (raised.value.code, raised.value.retry_class) == (-230, "window")


async def test_a_proof_goes_along_where_it_is_demanded() -> None:
    assert proof("appSecretKey", "accessToken") == "0584869ec908cfecf20763760e69c4baca98ac64aaeb6a938f47ca758dfe779f"
    async with platform(SENT, proof_secret="appSecretKey") as (client, server):
        await client.send_text("accessToken", USER, "a")
    assert server.asked[0].headers["appsecret_proof"].startswith("0584869e")


@asynccontextmanager
async def emulated(town: Town) -> AsyncIterator[tuple[Client, str, str]]:
    """A client of the emulator, a good token and a citizen who has just written."""
    town.reset()
    async with make_http() as http:
        yield Client(http, endpoints_of(town)), town.token, town.citizen()


async def test_the_emulator_takes_every_kind_of_message(village) -> None:
    async with emulated(village) as (client, token, user):
        asked = village.transcript(user)[0]["id"]
        sent = [
            await client.send_text(token, user, "Đã nhận", quote=asked),
            await client.send_buttons(token, user, "Chọn", [("Lệ phí", "#b:1.0.1.x"), ("Ở đâu", "#b:1.1.1.x")]),
            await client.send_image(token, user, await client.upload_image(token, "mau.jpg", picture()), caption="Mẫu"),
            await client.send_file(token, user, await client.upload_file(token, "đơn mẫu.pdf", b"%PDF-1.7\n")),
        ]
        await client.react(token, user, asked, "/-heart")
    shown = village.transcript(user)
    assert [message["id"] for message in shown[1:]] == [each.message_id for each in sent]
    assert [message["kind"] for message in shown[1:]] == ["text", "text", "image", "file"]
    assert shown[0]["reactions"] and [button["title"] for button in shown[2]["buttons"]] == ["Lệ phí", "Ở đâu"]


async def test_the_emulator_answers_every_question(village) -> None:
    async with emulated(village) as (client, token, user):
        assert (await client.oa_details(token)).oa_id == village.oa["oa_id"]
        assert (await client.user_detail(token, user)).name == "Nguyễn Văn A"
        window = await client.quota(token, user)
        assert window.last_interaction is not None and window.last_interaction.timestamp() >= village.now - 60
        assert all(quota.kind == "sub_quota" for quota in await client.package_quota(token))
        recent, told = await client.recent_chats(token), await client.conversation(token, user)
        (asked,) = village.transcript(user)
    assert [(row.message_id, row.citizen, row.text, row.by_citizen) for row in told] == [
        (asked["id"], user, "Xin chào", True)
    ]
    assert told[0] in recent


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("rate_limit", ZaloError), ("http_429", ZaloError), ("token_expired", ZaloError),
        ("reset", AnswerUnknown), ("http_500", AnswerUnknown), ("html_502", AnswerUnknown),
        ("timeout_after", AnswerUnknown),
    ],
)  # fmt: skip
async def test_a_failure_of_the_emulator_has_its_kind(village, fault, error) -> None:
    async with emulated(village) as (client, token, user):
        village.fault(fault, where="cs", count=1, seconds=0.1)
        with pytest.raises(error):
            await client.send_text(token, user, "Đã nhận")
    arrived = [message["from"] for message in village.transcript(user)]
    assert arrived == (["user", "oa"] if fault == "timeout_after" else ["user"])


async def test_nobody_who_never_wrote_can_be_written_to(village) -> None:
    async with emulated(village) as (client, token, _):
        stranger = village.control("users", oa_id=village.oa["oa_id"], name="Nguyễn Văn B")["user_id"]
        with pytest.raises(ZaloError) as raised:
            await client.send_text(token, stranger, "Chào")
    assert raised.value.retry_class == "window"
