"""Rows of conversations, turns and replies, on a real PostgreSQL."""

import asyncio
import uuid
from datetime import timedelta

import pytest

from storage import turns
from storage.turns import Incoming, accept, button_of, find_conversation, history, offered_buttons, open_conversation
from tests.pipeline import MONDAY_MORNING

BUTTONS = [{"title": "A", "payload": "/a"}, {"title": "B", "payload": "/b"}]
DONE = {
    "status": "answered",
    "kind": "procedure",
    "procedure": None,
    "question": None,
    "case_id": None,
    "confidence": 1.0,
    "release": "r",
}


@pytest.fixture
async def connection(pool):
    async with pool.connection() as connection:
        await connection.set_autocommit(True)
        yield connection
        await connection.set_autocommit(False)


async def citizen(connection, name: str | None = None):
    return await open_conversation(
        connection, channel="t", citizen=name or uuid.uuid4().hex, unit="u", at=MONDAY_MORNING
    )


async def send(connection, conversation, text="xin chào", message: str | None = None):
    return await accept(connection, None, Incoming(conversation, message or uuid.uuid4().hex, text), at=MONDAY_MORNING)


async def answer(connection, turn_id: int, *replies, tracker=None) -> None:
    row, _ = await turns.read_turn(connection, turn_id)
    await turns.write_replies(connection, row, replies, at=MONDAY_MORNING)
    await turns.finish_turn(connection, row, DONE, tracker, at=MONDAY_MORNING)


async def test_a_citizen_has_one_conversation_on_a_channel(connection) -> None:
    assert await citizen(connection, "one") == await citizen(connection, "one")
    assert await find_conversation(connection, channel="t", citizen="one") == await citizen(connection, "one")
    assert await find_conversation(connection, channel="other", citizen="one") is None


async def test_first_messages_at_the_same_time_make_one_conversation(pool) -> None:
    async def open_one():
        async with pool.connection() as connection:
            return await citizen(connection, "at once")

    assert len(set(await asyncio.gather(*(open_one() for _ in range(4))))) == 1


async def test_a_message_accepted_twice_is_one_turn(connection) -> None:
    conversation = await citizen(connection)
    first = await send(connection, conversation, "một", "m")
    second = await send(connection, conversation, "hai", "m")
    assert (first.new, second.new, first.turn_id == second.turn_id) == (True, False, True)
    assert [turn["text"] for turn in await history(connection, conversation)] == ["một"]


async def test_the_same_message_id_of_two_citizens_is_two_turns(connection) -> None:
    one, two = await citizen(connection), await citizen(connection)
    assert (await send(connection, one, message="m")).turn_id != (await send(connection, two, message="m")).turn_id


async def test_the_same_message_at_the_same_time_is_one_turn(pool, connection) -> None:
    conversation = await citizen(connection)

    async def send_one():
        async with pool.connection() as own:
            return await send(own, conversation, message="m")

    accepted = await asyncio.gather(*(send_one() for _ in range(3)))
    assert sorted(one.new for one in accepted) == [False, False, True]
    assert len({one.turn_id for one in accepted}) == 1


async def test_a_turn_that_is_done_or_unknown_is_not_read_again(connection) -> None:
    accepted = await send(connection, await citizen(connection))
    assert await turns.read_turn(connection, accepted.turn_id) is not None
    await answer(connection, accepted.turn_id)
    assert await turns.read_turn(connection, accepted.turn_id) is None
    assert await turns.read_turn(connection, 10**12) is None


async def test_history_is_oldest_first_with_replies_in_order_and_limited(connection) -> None:
    conversation = await citizen(connection)
    for number in range(4):
        accepted = await send(connection, conversation, str(number))
        await answer(connection, accepted.turn_id, (f"{number} một", []), (f"{number} hai", BUTTONS))
    await send(connection, conversation, "chờ")
    found = await history(connection, conversation, limit=3)
    assert [turn["text"] for turn in found] == ["2", "3", "chờ"]
    assert [reply["text"] for reply in found[0]["replies"]] == ["2 một", "2 hai"]
    assert found[0]["replies"][1]["buttons"] == BUTTONS
    assert (found[2]["replies"], found[2]["status"], found[2]["done_at"]) == ([], None, None)


async def test_only_the_buttons_under_the_newest_reply_are_offered(connection) -> None:
    conversation = await citizen(connection)
    assert await offered_buttons(connection, conversation) == []
    accepted = await send(connection, conversation)
    await answer(connection, accepted.turn_id, ("a", []), ("b", BUTTONS))
    assert await offered_buttons(connection, conversation) == BUTTONS
    accepted = await send(connection, conversation)
    await answer(connection, accepted.turn_id, ("c", []))
    assert await offered_buttons(connection, conversation) == []


async def test_a_button_belongs_to_its_conversation(connection) -> None:
    conversation = await citizen(connection)
    accepted = await send(connection, conversation)
    await answer(connection, accepted.turn_id, ("a", BUTTONS))
    outbox_id = (await history(connection, conversation))[0]["replies"][0]["id"]
    assert await button_of(connection, conversation, outbox_id, 1) == BUTTONS[1]
    assert await button_of(connection, await citizen(connection), outbox_id, 1) is None
    assert await button_of(connection, conversation, outbox_id, 2) is None
    assert await button_of(connection, conversation, outbox_id + 10**9, 0) is None


async def test_a_negative_index_is_no_button(connection) -> None:
    conversation = await citizen(connection)
    await answer(connection, (await send(connection, conversation)).turn_id, ("a", BUTTONS))
    outbox_id = (await history(connection, conversation))[0]["replies"][0]["id"]
    assert await button_of(connection, conversation, outbox_id, -1) is None


async def test_a_finished_turn_keeps_the_tracker_unless_there_is_none(connection) -> None:
    conversation = await citizen(connection)
    await answer(connection, (await send(connection, conversation)).turn_id, tracker={"procedure": "tach_ho"})
    await answer(connection, (await send(connection, conversation)).turn_id, tracker=None)
    _, known = await turns.read_turn(connection, (await send(connection, conversation)).turn_id)
    assert known.tracker == {"procedure": "tach_ho"}


async def test_whoever_listens_hears_of_a_finished_turn(pool, connection) -> None:
    conversation = await citizen(connection)
    accepted = await send(connection, conversation)
    async with pool.connection() as listener:
        await listener.set_autocommit(True)
        await listener.execute(f"LISTEN {turns.TURN_CHANNEL}")
        await answer(connection, accepted.turn_id)
        async for notice in listener.notifies(timeout=5, stop_after=1):
            assert notice.payload == f"{conversation}:{accepted.turn_id}"
            break
        else:
            pytest.fail("nothing was heard")
        await listener.execute(f"UNLISTEN {turns.TURN_CHANNEL}")
        await listener.set_autocommit(False)


async def test_a_done_turn_has_a_status_and_an_open_one_has_none(connection) -> None:
    import psycopg

    accepted = await send(connection, await citizen(connection))
    with pytest.raises(psycopg.errors.CheckViolation):
        await connection.execute("UPDATE turn SET done_at = now() WHERE id = %s", (accepted.turn_id,))
    with pytest.raises(psycopg.errors.CheckViolation):
        await connection.execute(
            "UPDATE turn SET done_at = %s, status = 'odd' WHERE id = %s",
            (MONDAY_MORNING + timedelta(1), accepted.turn_id),
        )
