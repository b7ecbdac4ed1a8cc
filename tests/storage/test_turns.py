"""Rows of conversations, turns and replies, on a real PostgreSQL."""

import asyncio
import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from storage import turns
from storage.attachments import Attached
from storage.turns import Incoming, accept, button_of, find_conversation, history, offered_buttons, open_conversation
from tests.pipeline import MONDAY_MORNING
from tests.web.serving import connect

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
    assert await offered_buttons(connection, conversation) == ([], [])
    accepted = await send(connection, conversation)
    await answer(connection, accepted.turn_id, ("a", []), ("b", BUTTONS))
    assert await offered_buttons(connection, conversation) == (BUTTONS, [])
    accepted = await send(connection, conversation)
    await answer(connection, accepted.turn_id, ("c", []))
    assert await offered_buttons(connection, conversation) == ([], BUTTONS)


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


# Order: whichever job runs takes the turn that was sent first.


@given(data=st.data())
@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_jobs_in_any_order_work_every_turn_once_and_the_one_sent_first_first(database, data) -> None:
    sent = data.draw(st.lists(st.integers(0, 5), min_size=1, max_size=7))
    jobs = data.draw(st.permutations(range(len(sent))))

    async def work() -> tuple[list[int], list[int]]:
        async with await connect(database) as connection:
            await connection.set_autocommit(True)
            conversation = await citizen(connection)
            turn_ids = [
                (await accept(connection, None, Incoming(conversation, str(number), "x", sent_at=second(at)),
                              at=MONDAY_MORNING)).turn_id
                for number, at in enumerate(sent)
            ]  # fmt: skip
            worked = [await work_one(connection, turn_ids[job]) for job in jobs]
            assert await turns.read_turn(connection, turn_ids[0]) is None
            return worked, [turn_ids[number] for number in sorted(range(len(sent)), key=lambda one: (sent[one], one))]

    worked, oldest_first = asyncio.run(work())
    assert worked == oldest_first


def second(number: int):
    return MONDAY_MORNING + timedelta(seconds=number)


async def work_one(connection, job: int) -> int:
    async with connection.transaction():
        row, _ = await turns.read_turn(connection, job)
        await turns.finish_turn(connection, row, DONE, None, at=MONDAY_MORNING)
    return row["id"]


async def test_jobs_that_run_at_once_without_the_queues_lock_work_every_turn_once(pool, connection) -> None:
    conversation = await citizen(connection)
    turn_ids = [(await send(connection, conversation, str(number))).turn_id for number in range(4)]

    async def job(turn_id: int) -> int:
        async with pool.connection() as own:
            return await work_one(own, turn_id)

    worked = await asyncio.gather(*(job(turn_id) for turn_id in turn_ids[:3]))
    assert sorted(worked) == turn_ids[:3]
    assert await work_one(connection, turn_ids[0]) == turn_ids[3]


async def test_turns_of_others_are_never_taken(connection) -> None:
    mine, yours = await citizen(connection), await citizen(connection)
    own = await send(connection, mine)
    await send(connection, yours)
    await answer(connection, own.turn_id)
    assert await turns.read_turn(connection, own.turn_id) is None


async def test_a_message_waits_for_no_turn_that_is_being_worked(pool, connection) -> None:
    conversation = await citizen(connection)
    accepted = await send(connection, conversation)
    async with pool.connection() as own, own.transaction():
        await turns.read_turn(own, accepted.turn_id)
        assert (await asyncio.wait_for(send(connection, conversation), 5)).new


async def test_without_a_platform_a_message_was_sent_when_it_was_accepted(connection) -> None:
    accepted = await send(connection, await citizen(connection))
    row, conversation = await turns.read_turn(connection, accepted.turn_id)
    assert (row["sent_at"], row["attachments"], row["repeated"]) == (MONDAY_MORNING, None, False)
    assert (conversation.channel, conversation.owner, conversation.owner_until) == ("t", "bot", None)


async def test_a_finished_turn_says_when_the_citizen_last_wrote(connection) -> None:
    conversation = await citizen(connection)
    for at in (second(9), second(3)):
        message = Incoming(conversation, uuid.uuid4().hex, "x", sent_at=at)
        await answer(connection, (await accept(connection, None, message, at=second(20))).turn_id)
    row = await (
        await connection.execute("SELECT last_interaction_at FROM conversation WHERE id = %s", (conversation,))
    ).fetchone()
    assert row["last_interaction_at"] == second(9)


@pytest.mark.parametrize(
    ("seconds", "button", "repeated"), [(0, "/a", True), (2, "/a", True), (3, "/a", False), (1, "/b", False)]
)
async def test_the_same_button_within_two_seconds_is_repeated(connection, seconds, button, repeated) -> None:
    conversation = await citizen(connection)
    first = Incoming(conversation, "1", "A", "/a", sent_at=second(0))
    await answer(connection, (await accept(connection, None, first, at=second(0))).turn_id)
    again = Incoming(conversation, "2", "A", button, sent_at=second(seconds))
    row, _ = await turns.read_turn(connection, (await accept(connection, None, again, at=second(9))).turn_id)
    assert row["repeated"] is repeated


@pytest.mark.parametrize(("channel", "count"), [("web", 0), ("local", 0), ("zalo:1", 2)])
async def test_only_replies_of_an_accounts_conversation_are_delivered(connection, channel, count) -> None:
    conversation = await open_conversation(connection, channel=channel, citizen="c", unit="u", at=MONDAY_MORNING)
    accepted = await send(connection, conversation)
    await answer(connection, accepted.turn_id, ("a", []), ("b", BUTTONS))
    cursor = await connection.execute(
        "SELECT d.channel, d.state FROM outbox o JOIN delivery d ON d.outbox_id = o.id WHERE o.turn_id = %s",
        (accepted.turn_id,),
    )
    assert await cursor.fetchall() == [{"channel": channel, "state": "waiting"}] * count
    found = await history(connection, conversation)
    assert [reply["text"] for reply in found[0]["replies"]] == ["a", "b"]


async def test_what_was_sent_along_comes_with_the_turn(connection) -> None:
    conversation = await citizen(connection)
    sent = (Attached("image", "https://example.zdn.vn/a.jpg"), Attached("location", latitude=10.5, longitude=106.5))
    accepted = await accept(connection, None, Incoming(conversation, "m", "", attachments=sent), at=MONDAY_MORNING)
    row, _ = await turns.read_turn(connection, accepted.turn_id)
    assert [one["kind"] for one in row["attachments"]] == ["image", "location"]
