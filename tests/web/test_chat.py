"""The page, posting to it, and what comes back, against a real server."""

import re
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from tests.web.conftest import Citizen, Clock
from tests.web.serving import Server, answer_turn, connect
from web.accept import MESSAGES_A_MINUTE

FEE = [{"title": "Lệ phí", "payload": "/ask_fee"}, {"title": "Nơi làm", "payload": "/ask_where"}]


async def rows(server: Server, sql: str) -> list[dict[str, object]]:
    async with await connect(server.database) as connection:
        return await (await connection.execute(sql)).fetchall()


def test_a_stranger_is_remembered_by_a_random_id_only(server: Server) -> None:
    response = httpx.get(server.url)
    cookie = response.headers["set-cookie"]
    assert response.status_code == 200 and response.headers["cache-control"] == "no-store"
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie and "Secure" not in cookie


async def test_looking_at_the_page_stores_nothing(server: Server, citizen: Citizen) -> None:
    before = await rows(server, "SELECT id FROM conversation")
    citizen.open()
    assert await rows(server, "SELECT id FROM conversation") == before


async def test_a_message_is_accepted_once_and_queued_once(server: Server, citizen: Citizen) -> None:
    message_id = str(uuid.uuid4())
    first, again = [citizen.post(message_id=message_id, text="một lần thôi") for _ in range(2)]
    assert first.status_code == again.status_code == 202
    assert first.json()["turn"] == again.json()["turn"]
    turns = await rows(server, "SELECT id, button FROM turn WHERE text = 'một lần thôi'")
    assert turns == [{"id": first.json()["turn"], "button": None}]
    jobs = await rows(server, f"SELECT lock FROM procrastinate_jobs WHERE args ->> 'turn_id' = '{turns[0]['id']}'")
    conversations = await rows(server, f"SELECT conversation_id FROM turn WHERE id = {turns[0]['id']}")
    assert [job["lock"] for job in jobs] == [str(conversations[0]["conversation_id"])]


async def test_a_typed_command_is_stored_as_text(server: Server, citizen: Citizen) -> None:
    turn = citizen.ask("/request_officer")
    assert await rows(server, f"SELECT text, button FROM turn WHERE id = {turn}") == [
        {"text": "/request_officer", "button": None}
    ]


async def test_a_button_sends_its_title_and_the_payload_stays_here(server: Server, citizen: Citizen) -> None:
    await answer_turn(server.database, citizen.ask("tạm trú"), [("Đáp", FEE)])
    page = citizen.open()
    assert "/ask_fee" not in page
    token = citizen.buttons()[1]
    turn = citizen.post(button=token).json()["turn"]
    assert await rows(server, f"SELECT text, button FROM turn WHERE id = {turn}") == [
        {"text": "Nơi làm", "button": "/ask_where"}
    ]


async def test_buttons_of_others_forged_or_old_are_refused(
    server: Server, visitor: Callable[[], Citizen], clock: Clock
) -> None:
    owner, other = visitor(), visitor()
    await answer_turn(server.database, owner.ask("tạm trú"), [("Đáp", FEE)])
    other.ask("chào")
    token = owner.buttons()[0]
    for response in (other.post(button=token), owner.post(button=token[:-2] + "xx"), owner.post(button="/ask_fee")):
        assert response.status_code == 400
        assert "Nút này không còn dùng được" in response.json()["message"]
    clock.ahead = timedelta(hours=25)
    assert owner.post(button=token).status_code == 400


@pytest.mark.parametrize("token", ["", "x"])
def test_a_post_without_the_right_form_token_is_refused(citizen: Citizen, token: str) -> None:
    citizen.csrf = token
    response = citizen.post(text="chào")
    assert response.status_code == 403 and "tải lại trang" in response.json()["message"]


def test_the_form_token_of_somebody_else_is_refused(visitor: Callable[[], Citizen]) -> None:
    one, two = visitor(), visitor()
    one.csrf = two.csrf
    assert one.post(text="chào").status_code == 403


def test_a_post_of_another_site_is_refused(server: Server, citizen: Citizen) -> None:
    assert citizen.post(text="a", headers={"Origin": "https://evil.example"}).status_code == 403
    assert citizen.post(text="a", headers={"Origin": "null"}).status_code == 403
    assert citizen.post(text="a", headers={"Origin": server.url}).status_code == 202


def test_a_message_that_is_too_big_is_refused_before_it_is_read_to_the_end(citizen: Citizen) -> None:
    assert citizen.post(text="a" * 20_000).status_code == 413


def test_too_many_messages_are_refused_for_a_minute(citizen: Citizen, clock: Clock) -> None:
    ids = [str(uuid.uuid4()) for _ in range(MESSAGES_A_MINUTE)]
    assert {citizen.post(message_id=ident, text="chào").status_code for ident in ids} == {202}
    refused = citizen.post(text="thêm")
    assert refused.status_code == 429 and "113" in refused.json()["message"] and refused.headers["retry-after"]
    assert citizen.post(message_id=ids[0], text="chào").status_code == 202, "sending again is not a new message"
    clock.ahead = timedelta(seconds=61)
    assert citizen.post(text="thêm").status_code == 202


async def test_the_conversation_survives_a_reload(server: Server, citizen: Citizen) -> None:
    await answer_turn(server.database, citizen.ask("<b>hỏi</b> một"), [("Đáp **một**", [])])
    citizen.ask("hỏi hai")
    page = citizen.open()
    assert "<b>hỏi</b>" not in page and "&lt;b&gt;hỏi&lt;/b&gt; một" in page
    assert page.index("hỏi&lt;/b&gt; một") < page.index("Đáp <strong>một</strong>") < page.index("hỏi hai")
    assert page.count("data-waiting") == 1


async def test_only_the_newest_answer_has_buttons(server: Server, citizen: Citizen) -> None:
    await answer_turn(server.database, citizen.ask("một"), [("Đáp", FEE)])
    await answer_turn(server.database, citizen.ask("hai"), [("Đáp", FEE[:1])])
    assert len(citizen.buttons()) == 1
    citizen.ask("ba")
    assert citizen.buttons() == []


def test_nobody_reads_the_conversation_of_somebody_else(visitor: Callable[[], Citizen]) -> None:
    owner, other = visitor(), visitor()
    owner.ask("chuyện riêng của tôi")
    assert "chuyện riêng của tôi" not in other.open()


def form(citizen: Citizen, **fields: str) -> httpx.Response:
    page = citizen.open()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', page))
    return citizen.http.post("/chat/messages", data={**hidden, **fields}, headers={"Accept": "text/html"})


async def test_without_script_the_answer_comes_with_the_next_page(server: Server, citizen: Citizen) -> None:
    responses: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: responses.append(form(citizen, text="không có script")))
    thread.start()
    found: list[dict[str, object]] = []
    while not found:
        found = await rows(server, "SELECT id FROM turn WHERE text = 'không có script'")
    await answer_turn(server.database, int(str(found[0]["id"])), [("Đáp ngay", [])])
    thread.join(timeout=5)
    assert responses[0].status_code == 303 and responses[0].headers["location"] == "/#end"
    assert "Đáp ngay" in citizen.open()


def test_without_script_a_refusal_is_a_page_that_gives_the_draft_back(citizen: Citizen) -> None:
    empty, long = form(citizen, text=" "), form(citizen, text="dài " * 600)
    assert empty.status_code == long.status_code == 422
    assert "chưa nhập nội dung" in empty.text and "Tin dài quá" in long.text
    assert long.text.count("dài dài") > 100
    citizen.http.cookies.clear()
    lost = citizen.http.post(
        "/chat/messages",
        data={"message_id": str(uuid.uuid4()), "csrf": "x", "text": "câu của tôi"},
        headers={"Accept": "text/html"},
    )
    assert lost.status_code == 403 and ">câu của tôi</textarea>" in lost.text


def test_the_menu_comes_from_the_knowledge_base(citizen: Citizen) -> None:
    page = citizen.open()
    chips = re.findall(r'name="text" value="([^"]+)"', page)
    assert chips == ["Đăng ký tạm trú", "Thường trú", "Tạm vắng", "Lưu trú", "Căn cước", "VNeID", "Gặp cán bộ"]
    for expected in ("Khẩn cấp gọi", 'href="tel:113"', "Không gửi ảnh giấy tờ, mã OTP, mật khẩu"):
        assert expected in page
