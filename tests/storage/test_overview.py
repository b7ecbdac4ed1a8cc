"""What the console shows of accounts."""

import pytest

from storage.channels import read_account, save_account
from storage.deliveries import give_up, open_deliveries, piece_sent, start_sending
from storage.overview import PREVIEW_CHARACTERS, Counts, delivery_counts, set_unit, undelivered
from tests.pipeline import MONDAY_MORNING as NOW
from tests.storage.channel_rows import CHANNEL, answer, conversation_of, send


@pytest.fixture(autouse=True)
async def _empty(connection):
    await connection.execute("TRUNCATE conversation, channel_account CASCADE")


async def replies(connection, *texts: str, channel: str = CHANNEL) -> list[int]:
    """The ids of the replies to one message."""
    talk = await conversation_of(connection, channel=channel)
    await answer(connection, await send(connection, talk), *texts)
    return [delivery.outbox_id for delivery in await open_deliveries(connection, talk)]


async def test_replies_are_counted_by_account_until_they_are_sent(connection) -> None:
    assert await delivery_counts(connection) == {}
    sent, sending, _, lost = await replies(connection, "một", "hai", "ba", "bốn")
    await replies(connection, "năm", channel="zalo:1")
    for one in (sent, sending):
        await start_sending(connection, one, at=NOW)
    await piece_sent(connection, sent, "m", last=True, at=NOW)
    await give_up(connection, [lost], "Đã chặn.")
    assert await delivery_counts(connection) == {CHANNEL: Counts(2, 1), "zalo:1": Counts(1, 0)}


async def test_undelivered_replies_come_newest_first_with_their_beginning_only(connection) -> None:
    ids = await replies(connection, "x" * 100, "ngắn", "chưa gửi")
    await give_up(connection, ids[:2], "Đã chặn.")
    other = await replies(connection, "của OA khác", channel="zalo:1")
    await give_up(connection, other, "Đã chặn.")
    found = await undelivered(connection, CHANNEL)
    assert [(one.outbox_id, one.preview, one.reason) for one in found] == [
        (ids[1], "ngắn", "Đã chặn."), (ids[0], "x" * PREVIEW_CHARACTERS, "Đã chặn."),
    ]  # fmt: skip
    assert [one.outbox_id for one in await undelivered(connection, CHANNEL, limit=1)] == [ids[1]]
    assert "ngắn" not in repr(found)


async def test_an_account_gets_another_unit(connection) -> None:
    assert not await set_unit(connection, CHANNEL, "b")
    await save_account(connection, id=CHANNEL, kind="zalo", unit="a", name="n", app_id="1", secrets=b"s", at=NOW)
    assert await set_unit(connection, CHANNEL, "b")
    assert (await read_account(connection, CHANNEL)).unit == "b"
