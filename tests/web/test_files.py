"""Files of replies: offered in their bubble, and fetched by the citizen they were sent to only."""

import re
from collections.abc import Callable

import httpx
import pytest

from tests.web.conftest import Citizen
from tests.web.serving import Server, answer_turn, enclose

PDF, PNG = b"%PDF-1.4 <script>alert(1)</script>", b"\x89PNG\r\n\x1a\n mau"
BUTTONS = [{"title": "Lệ phí", "payload": "/ask_fee"}]
FILES = {"ct01.pdf": ("application/pdf", PDF), "mau.png": ("image/png", PNG)}


async def sent(server: Server, citizen: Citizen, name: str) -> str:
    """The address of a file that was sent to a citizen."""
    file = await enclose(server.database, name, *FILES[name], "CT01 – Tờ khai cư trú")
    await answer_turn(server.database, citizen.ask("tờ khai"), [("Tờ khai đây ạ.", BUTTONS)], files=[file])
    return re.findall(r'href="(/chat/files/\d+)"', citizen.open())[-1]


@pytest.mark.parametrize(
    ("name", "way", "media_type", "content"),
    [("ct01.pdf", "attachment", *FILES["ct01.pdf"]), ("mau.png", "inline", *FILES["mau.png"])],
)
async def test_the_citizen_it_was_sent_to_gets_it(
    server: Server, citizen: Citizen, name: str, way: str, media_type: str, content: bytes
) -> None:
    response = citizen.http.get(await sent(server, citizen, name))
    assert (response.status_code, response.content) == (200, content)
    assert response.headers["content-type"] == media_type
    assert response.headers["content-disposition"] == f"{way}; filename*=UTF-8''{name}"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"].startswith("private")


async def test_nobody_else_gets_it(server: Server, visitor: Callable[[], Citizen]) -> None:
    owner, other, silent = visitor(), visitor(), visitor()
    address = await sent(server, owner, "ct01.pdf")
    other.ask("chào")
    for response in (
        other.http.get(address),
        silent.http.get(address),
        httpx.get(server.url + address),
        httpx.get(server.url + address, cookies={"motcua": owner.http.cookies["motcua"][:-2] + "xx"}),
    ):
        assert response.status_code == 404 and PDF not in response.content


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 18, "9" * 40, "1%00", "1/2"])
async def test_there_is_nothing_at_other_addresses(server: Server, citizen: Citizen, number: str) -> None:
    citizen.ask("chào")
    assert citizen.http.get(f"/chat/files/{number}").status_code == 404


async def test_a_reply_without_a_file_has_none(server: Server, citizen: Citizen) -> None:
    address = await sent(server, citizen, "ct01.pdf")
    number = int(address.rpartition("/")[2])
    assert citizen.http.get(f"/chat/files/{number - 1}").status_code == 404


async def test_a_file_is_a_link_and_a_picture_has_its_room_before_it_is_there(server: Server, citizen: Citizen) -> None:
    address = await sent(server, citizen, "ct01.pdf")
    page = citizen.open()
    assert f'href="{address}" download="ct01.pdf"' in page and "PDF, 1 kB" in page
    assert (
        page.index("Tờ khai đây") < page.index("CT01 – Tờ khai") < page.index(address) < page.index("Lệ phí</button>")
    )
    address = await sent(server, citizen, "mau.png")
    assert f'<img src="{address}" width="240" height="180" alt="Ảnh mau.png, mở to">' in citizen.open()
