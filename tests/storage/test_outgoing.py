"""Files that replies carry, on a real PostgreSQL."""

import hashlib
import uuid
from datetime import timedelta

import psycopg
import pytest

from storage import outgoing
from storage.deliveries import open_deliveries
from storage.outgoing import Enclosed, Upload
from storage.turns import history, offered_buttons
from tests.pipeline import MONDAY_MORNING
from tests.storage.channel_rows import CHANNEL, answer, conversation_of, rows, send

PDF = b"%PDF-1.4 mau"
DIGEST = hashlib.sha256(PDF).hexdigest()
FILE = Enclosed("CT01 – Tờ khai cư trú", "ct01.pdf", DIGEST)
BUTTONS = [{"title": "Lệ phí", "payload": "/fee"}]


@pytest.fixture(autouse=True)
async def kept(connection) -> None:
    await connection.execute("TRUNCATE outgoing_file, conversation CASCADE")
    await outgoing.keep(connection, DIGEST, "application/pdf", PDF, at=MONDAY_MORNING)


async def test_a_content_is_kept_once_and_under_its_own_name_only(connection) -> None:
    await outgoing.keep(connection, DIGEST, "application/pdf", PDF, at=MONDAY_MORNING + timedelta(days=1))
    assert await rows(connection, "SELECT created_at FROM outgoing_file") == [{"created_at": MONDAY_MORNING}]
    with pytest.raises(psycopg.errors.CheckViolation):
        await outgoing.keep(connection, "00" * 32, "application/pdf", PDF, at=MONDAY_MORNING)


async def test_what_is_not_kept_yet_is_told(connection) -> None:
    other = "ab" * 32
    assert await outgoing.missing(connection, {DIGEST, other}) == {other}
    assert await outgoing.contents(connection, {DIGEST, other}) == {DIGEST: PDF}


async def test_a_file_comes_behind_the_replies_of_its_turn_which_keep_their_buttons(connection) -> None:
    made = await conversation_of(connection)
    await answer(connection, await send(connection, made), "một", buttons=BUTTONS, files=[FILE])
    words, file = await open_deliveries(connection, made)
    assert (words.file_sha256, words.file_name, words.media_type, words.said) == (None, None, None, None)
    assert (file.text, file.buttons, file.said) == (FILE.caption, [], "một")
    assert (file.file_sha256, file.file_name, file.media_type) == (bytes.fromhex(DIGEST), "ct01.pdf", "application/pdf")
    assert await offered_buttons(connection, made) == (BUTTONS, [])
    [turn] = await history(connection, made)
    assert [reply["file"] for reply in turn["replies"]] == [
        None,
        {"name": "ct01.pdf", "media_type": "application/pdf", "size": len(PDF)},
    ]


async def test_a_file_is_read_by_the_conversation_it_was_sent_to_only(connection) -> None:
    made, other = await conversation_of(connection, channel="web"), await conversation_of(connection, channel="web")
    await answer(connection, await send(connection, made), "một", files=[FILE])
    words, file = [reply["id"] for reply in (await history(connection, made))[0]["replies"]]
    found = await outgoing.file_of(connection, made, file)
    assert found == {"name": "ct01.pdf", "media_type": "application/pdf", "content": PDF}
    assert await outgoing.file_of(connection, made, words) is None
    assert await outgoing.file_of(connection, other, file) is None
    assert await outgoing.file_of(connection, uuid.uuid4(), file) is None


async def test_a_reply_can_not_name_a_content_that_is_not_kept(connection) -> None:
    made = await conversation_of(connection)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        await answer(connection, await send(connection, made), files=[Enclosed("x", "x.pdf", "ab" * 32)])


async def test_an_erased_citizen_leaves_the_file_of_the_office(connection) -> None:
    made = await conversation_of(connection)
    await answer(connection, await send(connection, made), "một", files=[FILE])
    await connection.execute("DELETE FROM conversation WHERE id = %s", (made,))
    assert await outgoing.contents(connection, {DIGEST}) == {DIGEST: PDF}


async def test_an_id_is_known_until_it_expires_or_is_forgotten_or_replaced(connection) -> None:
    upload = Upload(CHANNEL, "app", bytes.fromhex(DIGEST), "ct01.pdf")
    end = MONDAY_MORNING + timedelta(days=6)

    async def known(at=MONDAY_MORNING, which=upload) -> str | None:
        return await outgoing.uploaded_id(connection, which, at=at)

    assert await known() is None
    await outgoing.note_uploaded(connection, upload, "a", expires_at=end)
    assert (await known(), await known(end - timedelta(seconds=1)), await known(end)) == ("a", "a", None)
    for changed in ({"channel": "zalo:2"}, {"app_id": "b"}, {"name": "b.pdf"}):
        assert await known(which=Upload(**{**vars(upload), **changed})) is None
    await outgoing.note_uploaded(connection, upload, "b", expires_at=end + timedelta(days=1))
    assert await known(end) == "b"
    await outgoing.forget_uploaded(connection, upload)
    assert await known() is None
