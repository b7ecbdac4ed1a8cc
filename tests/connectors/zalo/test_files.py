"""Fetching what came with a report, over real HTTP from the emulator's files."""

import asyncio
import base64
import hashlib
from datetime import timedelta

from connectors.zalo.files import AGAIN, AT_ONCE, BUSY_WAIT, LONGEST, Files, card_reply
from connectors.zalo.hosts import Hosts
from connectors.zalo.media import Fetcher
from storage.attachments import Attached
from storage.settings import ROOT
from storage.turns import Incoming, accept
from tests.connectors.zalo.pictures import CARD_TEXT, picture, with_code

ALLOWED = Hosts(listed=frozenset({"127.0.0.1"}))


def files_of(office, hosts: Hosts = ALLOWED) -> Files:
    return Files(office.station(), Fetcher(hosts), ROOT / "data")


async def sent(office, talk, *contents: bytes, url: str = "") -> list[int]:
    """A citizen sends pictures that a report keeps; returns the ids of the attachments."""
    urls = [url] if url else []
    for content in contents:
        office.town.act(talk.user, "image", name="a.jpg", content=base64.b64encode(content).decode())
        urls.append(office.town.transcript(talk.user)[-1]["attachments"][0]["payload"]["url"])
    attached = tuple(Attached("image", each, "a.jpg") for each in urls)
    async with office.pool.connection() as connection:
        message = Incoming(talk.id, office.town.transcript(talk.user)[-1]["id"], "", attachments=attached)
        await accept(connection, None, message, at=office.now())
        cursor = await connection.execute(
            "UPDATE attachment SET state = 'waiting' WHERE conversation_id = %s AND state = 'none' RETURNING id",
            (talk.id,),
        )
        return sorted(row["id"] for row in await cursor.fetchall())


async def rows(office):
    return await office.rows("SELECT * FROM attachment ORDER BY id")


async def test_a_picture_is_kept_once_however_often_it_was_sent(office) -> None:
    talk, content = await office.talk(), picture()
    files = files_of(office)
    for attachment_id in await sent(office, talk, content, content):
        await files.fetch(attachment_id)
        await files.fetch(attachment_id)
    found = await rows(office)
    assert [row["state"] for row in found] == ["stored"] * 2
    assert {bytes(row["sha256"]) for row in found} == {hashlib.sha256(content).digest()}
    assert (found[0]["media_type"], found[0]["size"]) == ("image/jpeg", len(content))
    assert len(await office.rows("SELECT 1 FROM attachment_content")) == 1


async def test_what_is_not_kept_says_why_and_where_it_was_is_forgotten(office) -> None:
    talk = await office.talk()
    [attachment_id] = await sent(office, talk, b"no picture at all")
    await files_of(office).fetch(attachment_id)
    [row] = await rows(office)
    assert (row["state"], row["reason"], row["url"]) == ("refused", "type", None)


async def test_a_host_that_is_not_on_the_list_is_not_asked(office) -> None:
    talk = await office.talk()
    [attachment_id] = await sent(office, talk, picture())
    await files_of(office, Hosts()).fetch(attachment_id)
    assert [row["reason"] for row in await rows(office)] == ["host"]


async def test_a_card_is_not_kept_and_the_citizen_is_told_once(office) -> None:
    talk, files = await office.talk(), files_of(office)
    await office.reply(talk, "Em đã nhận")
    ids = await sent(office, talk, with_code(CARD_TEXT), with_code(CARD_TEXT, turned=3))
    await asyncio.gather(*(files.fetch(attachment_id) for attachment_id in ids))
    assert [row["reason"] for row in await rows(office)] == ["id_card"] * 2
    assert await office.rows("SELECT 1 FROM attachment_content") == []
    assert len(await office.jobs()) == 1
    await office.deliver(talk)
    first, told = office.got(talk)
    assert first == "Em đã nhận" and "không được lưu" in told


async def test_a_server_that_is_away_is_asked_again_for_half_an_hour(office) -> None:
    talk, files = await office.talk(), files_of(office)
    [attachment_id] = await sent(office, talk, url="http://127.0.0.1:9/a.jpg")
    await files.fetch(attachment_id)
    [job] = await office.jobs("fetch_attachment")
    assert job["scheduled_at"] == office.now() + AGAIN and (await rows(office))[0]["state"] == "waiting"
    office.town.advance(LONGEST.total_seconds() + 1)
    await files.fetch(attachment_id)
    assert [row["reason"] for row in await rows(office)] == ["unreachable"]


async def test_one_too_many_at_once_waits_a_moment(office) -> None:
    talk, files = await office.talk(), files_of(office)
    ids = await sent(office, talk, *(picture(size=(40 + n, 30)) for n in range(AT_ONCE + 1)))
    await asyncio.gather(*(files.fetch(attachment_id) for attachment_id in ids))
    assert sorted(row["state"] for row in await rows(office)) == ["stored"] * AT_ONCE + ["waiting"]
    [job] = await office.jobs("fetch_attachment")
    assert job["scheduled_at"] == office.now() + BUSY_WAIT and job["args"] == {"attachment_id": ids[-1]}


async def test_what_was_erased_meanwhile_is_nothing(office) -> None:
    talk = await office.talk()
    [attachment_id] = await sent(office, talk, picture())
    await office.execute("DELETE FROM conversation")
    await files_of(office).fetch(attachment_id)
    assert await office.rows("SELECT 1 FROM attachment_content") == []


def test_the_words_about_cards_are_in_the_knowledge_base() -> None:
    assert "giấy tờ" in card_reply(ROOT / "data") and timedelta(0) < BUSY_WAIT < AGAIN
