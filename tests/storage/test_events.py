"""Events of platforms: taken once, and gone with the citizen. On a real PostgreSQL."""

from datetime import timedelta

import pytest

from storage.attachments import Attached, store_content
from storage.events import (
    Arrived,
    erase_citizen,
    forget_events,
    give_to_officer,
    link_turn,
    note_interaction,
    store_event,
)
from tests.pipeline import MONDAY_MORNING
from tests.storage.channel_rows import CHANNEL, answer, conversation_of, rows, send

HOUR = timedelta(hours=1)


def event(key: str, channel: str = CHANNEL, **more) -> Arrived:
    return Arrived(channel, key, "user_send_text", MONDAY_MORNING - HOUR, **more)


async def test_an_event_is_new_once_in_its_channel(connection) -> None:
    assert await store_event(connection, event("k"), at=MONDAY_MORNING)
    assert await store_event(connection, event("k"), at=MONDAY_MORNING) is None
    assert await store_event(connection, event("k", "zalo:other"), at=MONDAY_MORNING)


async def test_an_event_that_became_a_turn_keeps_no_body(connection) -> None:
    event_id = await store_event(connection, event("b", body=b"{}"), at=MONDAY_MORNING)
    turn_id = await send(connection, await conversation_of(connection))
    await link_turn(connection, event_id, turn_id)
    assert await rows(connection, "SELECT turn_id, body FROM channel_event WHERE id = %s", event_id) == [
        {"turn_id": turn_id, "body": None}
    ]


async def test_the_newest_interaction_counts(connection) -> None:
    conversation = await conversation_of(connection)
    for hours, newest in ((1, 1), (3, 3), (2, 3)):
        await note_interaction(connection, conversation, MONDAY_MORNING + hours * HOUR)
        found = await rows(connection, "SELECT last_interaction_at FROM conversation WHERE id = %s", conversation)
        assert found[0]["last_interaction_at"] == MONDAY_MORNING + newest * HOUR


@pytest.mark.parametrize(
    ("owner", "until", "expected"),
    [("bot", None, 2), ("queue", None, 2), ("officer", 1, 2), ("officer", 3, 3), ("officer", None, None)],
)
async def test_an_officer_has_the_conversation_for_the_longest_time_said(connection, owner, until, expected) -> None:
    conversation = await conversation_of(connection)
    await connection.execute(
        "UPDATE conversation SET owner = %s, owner_until = %s WHERE id = %s",
        (owner, until and MONDAY_MORNING + until * HOUR, conversation),
    )
    await give_to_officer(connection, conversation, MONDAY_MORNING + 2 * HOUR)
    found = await rows(connection, "SELECT owner, owner_until FROM conversation WHERE id = %s", conversation)
    assert found == [{"owner": "officer", "owner_until": expected and MONDAY_MORNING + expected * HOUR}]


async def picture_of(connection, citizen: str, content: bytes) -> int:
    """A stored picture of a citizen; returns the conversation's attachment."""
    conversation = await conversation_of(connection, citizen)
    turn_id = await send(connection, conversation, attachments=(Attached("image", "https://a.zdn.vn/x"),))
    await answer(connection, turn_id, "đáp")
    found = await rows(connection, "UPDATE attachment SET state = 'waiting' WHERE turn_id = %s RETURNING id", turn_id)
    await store_content(connection, found[0]["id"], content, media_type="image/png")
    return int(found[0]["id"])


async def count(connection, query: str, *values) -> int:
    return int((await rows(connection, f"SELECT count(*) AS n FROM {query}", *values))[0]["n"])


async def test_erasing_a_citizen_leaves_nothing_of_theirs_and_all_of_others(connection) -> None:
    await picture_of(connection, "đi", b"shared")
    await picture_of(connection, "đi", b"own")
    await picture_of(connection, "ở", b"shared")
    for citizen in ("đi", "ở"):
        await store_event(connection, event(f"k-{citizen}", citizen=citizen, body=b"{}"), at=MONDAY_MORNING)
    await erase_citizen(connection, channel=CHANNEL, citizen="đi")
    assert await count(connection, "conversation WHERE citizen = 'đi'") == 0
    for table in ("turn", "outbox", "attachment", "delivery"):
        orphans = f"{table} WHERE conversation_id NOT IN (SELECT id FROM conversation)"
        assert await count(connection, orphans) == 0
    assert await count(connection, "conversation WHERE citizen = 'ở'") == 1
    contents = await rows(connection, "SELECT content FROM attachment_content")
    assert [bytes(row["content"]) for row in contents] == [b"shared"]
    kept = await rows(connection, "SELECT key, citizen, body FROM channel_event WHERE key LIKE 'k-%%'")
    assert {row["key"]: (row["citizen"], row["body"]) for row in kept} == {"k-ở": ("ở", b"{}"), "k-đi": (None, None)}


async def test_a_late_delivery_does_not_bring_an_erased_citizen_back(connection) -> None:
    await store_event(connection, event("late", citizen="xa"), at=MONDAY_MORNING)
    await erase_citizen(connection, channel=CHANNEL, citizen="xa")
    assert await store_event(connection, event("late", citizen="xa"), at=MONDAY_MORNING) is None


async def test_old_events_are_forgotten(connection) -> None:
    for days in (8, 6):
        await store_event(connection, event(f"age-{days}"), at=MONDAY_MORNING - timedelta(days))
    assert await forget_events(connection, MONDAY_MORNING - timedelta(7)) == 1
    assert await count(connection, "channel_event WHERE key = 'age-6'") == 1
