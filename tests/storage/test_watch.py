"""What timers read and forget, on a real PostgreSQL."""

from datetime import timedelta

from storage import attachments, watch
from storage.attachments import Attached
from storage.deliveries import spend_call
from storage.events import Arrived, store_event
from tests.pipeline import MONDAY_MORNING
from tests.storage.channel_rows import CHANNEL, conversation_of, rows, send

DAY = timedelta(days=1)


async def event(connection, key: str, ago: timedelta = timedelta(0)) -> None:
    arrived = Arrived(CHANNEL, key, "n", MONDAY_MORNING - ago, "u", b"{}")
    await store_event(connection, arrived, at=MONDAY_MORNING - ago)


async def test_turns_and_events_make_a_message_known(connection) -> None:
    made = await conversation_of(connection, citizen="u1")
    await send(connection, made, message_id="as-turn")
    await event(connection, "text:as-event")
    known = await watch.known_messages(
        connection, channel=CHANNEL, citizen="u1", ids=["as-turn", "as-event", "new"], names=["text", "image"]
    )
    assert known == {"as-turn", "as-event"}
    elsewhere = await watch.known_messages(
        connection, channel="zalo:2", citizen="u1", ids=["as-turn", "as-event"], names=["text"]
    )
    assert elsewhere == frozenset()


async def test_bodies_go_after_a_week_and_keys_after_a_month(connection) -> None:
    for days in (6.9, 7.1, 29.9, 30.1):
        await event(connection, f"age:{days}", days * DAY)
    await watch.forget_old(connection, MONDAY_MORNING)
    found = await rows(connection, "SELECT key, body IS NULL AS empty FROM channel_event WHERE key LIKE 'age:%%'")
    assert {row["key"]: row["empty"] for row in found} == {"age:6.9": False, "age:7.1": True, "age:29.9": True}


async def test_contents_that_nothing_needs_go_and_the_others_stay(connection) -> None:
    await connection.execute("TRUNCATE attachment_content CASCADE")
    for content in (b"kept", b"gone"):
        made = await conversation_of(connection)
        turn_id = await send(connection, made, attachments=(Attached("image", "https://a.zdn.vn/x"),))
        [waiting] = await attachments.keep_attachments(connection, turn_id, ["image"])
        await attachments.store_content(connection, waiting, content, media_type="image/png")
    await connection.execute("DELETE FROM conversation WHERE id = %s", (made,))
    await watch.forget_old(connection, MONDAY_MORNING)
    assert [bytes(row["content"]) for row in await rows(connection, "SELECT content FROM attachment_content")] == [
        b"kept"
    ]


async def test_counts_of_old_minutes_go(connection) -> None:
    await spend_call(connection, "app", at=MONDAY_MORNING - 2 * watch.WINDOWS_KEPT, limit=1)
    await spend_call(connection, "app", at=MONDAY_MORNING, limit=1)
    await watch.forget_old(connection, MONDAY_MORNING)
    assert len(await rows(connection, "SELECT 1 FROM rate_window WHERE app_id = 'app'")) == 1


async def test_how_far_an_account_was_read_and_its_name_are_kept(connection) -> None:
    await connection.execute(
        "INSERT INTO channel_account (id, kind, unit, name, app_id, secrets, created_at)"
        " VALUES ('zalo:9', 'zalo', 'u', 'cũ', '1', '', %s)",
        (MONDAY_MORNING,),
    )
    assert await watch.caught_up_at(connection, "zalo:9") is None is await watch.caught_up_at(connection, "zalo:8")
    await watch.note_caught_up(connection, "zalo:9", MONDAY_MORNING)
    await watch.rename_account(connection, "zalo:9", "mới")
    assert await watch.caught_up_at(connection, "zalo:9") == MONDAY_MORNING
    assert (await rows(connection, "SELECT name FROM channel_account WHERE id = 'zalo:9'"))[0]["name"] == "mới"
