"""Attachments and their contents, on a real PostgreSQL."""

import hashlib

import pytest

from storage import attachments
from storage.attachments import Attached
from tests.storage.channel_rows import CHANNEL, conversation_of, rows, send

URL = "https://a.zdn.vn/x"
SENT = (
    Attached("image", URL, "ảnh.jpg", 48213),
    Attached("location", latitude=10.764612, longitude=106.656412),
    Attached("audio", URL),
    Attached("video"),
)


@pytest.fixture
async def turn_id(connection) -> int:
    return await send(connection, await conversation_of(connection), "", attachments=SENT)


async def of_turn(connection, turn_id: int):
    return await rows(connection, "SELECT * FROM attachment WHERE turn_id = %s ORDER BY position", turn_id)


async def test_attachments_are_rows_of_their_turn_in_order(connection, turn_id) -> None:
    found = await of_turn(connection, turn_id)
    assert [(row["kind"], row["state"], row["position"]) for row in found] == [
        ("image", "none", 0), ("location", "none", 1), ("audio", "none", 2), ("video", "none", 3),
    ]  # fmt: skip
    assert (found[0]["url"], found[0]["name"], found[0]["declared_size"]) == (URL, "ảnh.jpg", 48213)
    assert (found[1]["latitude"], found[1]["longitude"]) == (10.764612, 106.656412)


async def test_only_what_can_be_fetched_waits(connection, turn_id) -> None:
    ids = await attachments.keep_attachments(connection, turn_id, ["image", "video"])
    found = await of_turn(connection, turn_id)
    assert ids == [found[0]["id"]]
    assert [row["state"] for row in found] == ["waiting", "none", "none", "none"]


async def test_what_is_not_needed_is_refused_and_its_address_forgotten(connection, turn_id) -> None:
    await attachments.keep_attachments(connection, turn_id, ["image"])
    await attachments.drop_attachments(connection, turn_id, ["image", "audio"])
    found = await of_turn(connection, turn_id)
    assert [(row["state"], row["reason"], row["url"]) for row in found[:3]] == [
        ("waiting", None, URL), ("none", None, None), ("refused", "not_needed", None),
    ]  # fmt: skip


async def test_what_is_refused_waits_no_longer_and_its_address_is_forgotten(connection, turn_id) -> None:
    [waiting] = await attachments.keep_attachments(connection, turn_id, ["image"])
    found = await attachments.waiting_attachment(connection, waiting)
    assert (found["url"], found["channel"]) == (URL, CHANNEL)
    await attachments.refuse_attachment(connection, waiting, "too_large")
    assert await attachments.waiting_attachment(connection, waiting) is None
    first = (await of_turn(connection, turn_id))[0]
    assert (first["reason"], first["url"], first["name"]) == ("too_large", None, None)


async def test_equal_contents_are_stored_once(connection, turn_id) -> None:
    for attachment_id in await attachments.keep_attachments(connection, turn_id, ["image", "audio"]):
        await attachments.store_content(connection, attachment_id, b"PNG", media_type="image/png")
    digest = hashlib.sha256(b"PNG").digest()
    found = [row for row in await of_turn(connection, turn_id) if row["state"] == "stored"]
    assert [(bytes(row["sha256"]), row["size"], row["media_type"]) for row in found] == [(digest, 3, "image/png")] * 2
    assert len(await rows(connection, "SELECT 1 FROM attachment_content WHERE sha256 = %s", digest)) == 1
