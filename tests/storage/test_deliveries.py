"""Replies on their way, on a real PostgreSQL."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from storage import deliveries
from storage.deliveries import forgotten_conversations, open_deliveries, spend_call
from storage.queue import defer_delivery, make_queue
from tests.pipeline import MONDAY_MORNING
from tests.storage.channel_rows import CHANNEL, answer, conversation_of, rows, send
from tests.web.serving import connect

MINUTE = timedelta(minutes=1)
BUTTON = {"title": "A", "payload": "/a"}


@pytest.fixture
async def conversation(connection):
    """Two replies of one turn wait."""
    made = await conversation_of(connection)
    await answer(connection, await send(connection, made), "một", "hai", buttons=[BUTTON])
    return made


async def states(connection, conversation):
    found = await rows(connection, "SELECT * FROM delivery WHERE conversation_id = %s ORDER BY outbox_id", conversation)
    return [row["state"] for row in found]


async def test_what_waits_comes_in_order_with_all_a_courier_needs(connection, conversation) -> None:
    first, second = await open_deliveries(connection, conversation)
    assert (first.text, second.text, first.buttons) == ("một", "hai", [BUTTON])
    assert (first.channel, first.pieces_sent, first.attempts, first.platform_ids) == (CHANNEL, 0, 0, [])
    assert first.last_interaction_at == MONDAY_MORNING and first.citizen
    [turn] = await rows(connection, "SELECT id, message_id FROM turn WHERE conversation_id = %s", conversation)
    assert (first.turn_id, first.message_id) == (turn["id"], turn["message_id"])
    assert await open_deliveries(connection, await conversation_of(connection)) == []


async def test_a_reply_goes_out_piece_by_piece(connection, conversation) -> None:
    first = (await open_deliveries(connection, conversation))[0].outbox_id
    await deliveries.start_sending(connection, first, at=MONDAY_MORNING)
    sending = (await open_deliveries(connection, conversation))[0]
    assert (sending.sending_since, sending.attempts) == (MONDAY_MORNING, 1)
    await deliveries.piece_sent(connection, first, "p1", last=False, at=MONDAY_MORNING)
    half = (await open_deliveries(connection, conversation))[0]
    assert (half.pieces_sent, half.platform_ids, half.sending_since, half.attempts) == (1, ["p1"], None, 0)
    await deliveries.start_sending(connection, first, at=MONDAY_MORNING, doubled=True)
    await deliveries.piece_sent(connection, first, "p2", last=True, at=MONDAY_MORNING)
    [row] = await rows(connection, "SELECT * FROM delivery WHERE outbox_id = %s", first)
    assert (row["state"], row["platform_ids"], row["sent_at"]) == ("sent", ["p1", "p2"], MONDAY_MORNING)
    assert row["maybe_doubled"]
    assert [one.text for one in await open_deliveries(connection, conversation)] == ["hai"]


async def test_what_is_sent_or_given_up_stays_so(connection, conversation) -> None:
    first, second = [one.outbox_id for one in await open_deliveries(connection, conversation)]
    await deliveries.piece_sent(connection, first, "p", last=True, at=MONDAY_MORNING)
    await deliveries.give_up(connection, [first, second], "Quá 7 ngày không liên hệ")
    for outbox_id in (first, second):
        await deliveries.start_sending(connection, outbox_id, at=MONDAY_MORNING)
        await deliveries.postpone(connection, outbox_id, MONDAY_MORNING)
        await deliveries.piece_sent(connection, outbox_id, "q", last=True, at=MONDAY_MORNING)
    assert await states(connection, conversation) == ["sent", "undeliverable"]
    [row] = await rows(connection, "SELECT reason, platform_ids FROM delivery WHERE outbox_id = %s", second)
    assert row == {"reason": "Quá 7 ngày không liên hệ", "platform_ids": []}


async def test_a_postponed_reply_waits(connection, conversation) -> None:
    first = (await open_deliveries(connection, conversation))[0].outbox_id
    await deliveries.start_sending(connection, first, at=MONDAY_MORNING)
    await deliveries.postpone(connection, first, MONDAY_MORNING + MINUTE)
    found = (await open_deliveries(connection, conversation))[0]
    assert (found.not_before, found.sending_since, found.attempts) == (MONDAY_MORNING + MINUTE, None, 1)


async def test_a_platform_that_names_no_id_has_taken_it_all_the_same(connection, conversation) -> None:
    first = (await open_deliveries(connection, conversation))[0].outbox_id
    await deliveries.piece_sent(connection, first, None, last=True, at=MONDAY_MORNING)
    [row] = await rows(connection, "SELECT state, platform_ids FROM delivery WHERE outbox_id = %s", first)
    assert row == {"state": "sent", "platform_ids": []}


async def test_a_reply_in_doubt_stays_so_while_somebody_waits_to_look(connection, conversation) -> None:
    first, second = [one.outbox_id for one in await open_deliveries(connection, conversation)]
    await deliveries.start_sending(connection, first, at=MONDAY_MORNING)
    for outbox_id in (first, second):
        await deliveries.look_later(connection, outbox_id, MONDAY_MORNING + MINUTE)
    found = await open_deliveries(connection, conversation)
    assert [one.sending_since for one in found] == [MONDAY_MORNING, None]
    assert [one.not_before for one in found] == [MONDAY_MORNING + MINUTE, None]
    await deliveries.start_sending(connection, first, at=MONDAY_MORNING + MINUTE)
    assert (await open_deliveries(connection, conversation))[0].not_before is None


async def test_the_ids_of_the_latest_replies_are_known(connection, conversation) -> None:
    first, second = [one.outbox_id for one in await open_deliveries(connection, conversation)]
    await deliveries.piece_sent(connection, first, "a", last=False, at=MONDAY_MORNING)
    await deliveries.piece_sent(connection, first, "b", last=True, at=MONDAY_MORNING)
    await deliveries.piece_sent(connection, second, "c", last=True, at=MONDAY_MORNING)
    assert await deliveries.sent_ids(connection, conversation) == {"a", "b", "c"}
    assert await deliveries.sent_ids(connection, conversation, limit=1) == {"c"}


async def test_one_more_reply_comes_behind_the_others_and_once(connection, conversation) -> None:
    turn_id = (await open_deliveries(connection, conversation))[0].turn_id
    assert await deliveries.say_also(connection, turn_id, "ba", at=MONDAY_MORNING) == conversation
    assert await deliveries.say_also(connection, turn_id, "ba", at=MONDAY_MORNING) is None
    assert [one.text for one in await open_deliveries(connection, conversation)] == ["một", "hai", "ba"]
    assert await deliveries.say_also(connection, 0, "ba", at=MONDAY_MORNING) is None


async def test_one_more_reply_on_the_site_is_not_sent(connection) -> None:
    made = await conversation_of(connection, channel="web")
    turn_id = await answer(connection, await send(connection, made), "một")
    assert await deliveries.say_also(connection, turn_id, "hai", at=MONDAY_MORNING) is None
    said = await rows(connection, "SELECT text FROM outbox WHERE turn_id = %s ORDER BY position", turn_id)
    assert [row["text"] for row in said] == ["một", "hai"] and await open_deliveries(connection, made) == []


async def test_a_conversation_that_has_a_job_is_not_lost(pool, connection, database, conversation) -> None:
    queue = make_queue(database)
    assert conversation in await forgotten_conversations(connection, MONDAY_MORNING + MINUTE)
    async with pool.connection() as own:
        await defer_delivery(own, queue, conversation)
    assert conversation not in await forgotten_conversations(connection, MONDAY_MORNING + MINUTE)


async def test_conversations_whose_job_was_lost_are_found(connection, conversation) -> None:
    first, second = [one.outbox_id for one in await open_deliveries(connection, conversation)]
    assert conversation not in await forgotten_conversations(connection, MONDAY_MORNING)
    assert conversation in await forgotten_conversations(connection, MONDAY_MORNING + MINUTE)
    for outbox_id in (first, second):
        await deliveries.postpone(connection, outbox_id, MONDAY_MORNING + 5 * MINUTE)
    assert conversation not in await forgotten_conversations(connection, MONDAY_MORNING + MINUTE)
    assert conversation in await forgotten_conversations(connection, MONDAY_MORNING + 6 * MINUTE)
    await deliveries.give_up(connection, [first, second], "x")
    assert conversation not in await forgotten_conversations(connection, MONDAY_MORNING + 6 * MINUTE)


async def test_no_more_calls_than_the_limit_in_a_minute_by_all_together(pool, connection) -> None:
    async def call() -> bool:
        async with pool.connection() as own:
            return await spend_call(own, "app", at=MONDAY_MORNING + timedelta(seconds=30), limit=5)

    assert sorted(await asyncio.gather(*(call() for _ in range(8)))) == [False] * 3 + [True] * 5
    assert await spend_call(connection, "app", at=MONDAY_MORNING + MINUTE, limit=5)
    assert await spend_call(connection, "other app", at=MONDAY_MORNING, limit=5)


async def test_a_minute_that_the_platform_says_is_used_up_is(connection) -> None:
    await deliveries.use_up_minute(connection, "full", at=MONDAY_MORNING, limit=5)
    assert not await spend_call(connection, "full", at=MONDAY_MORNING, limit=5)
    await deliveries.forget_windows(connection, MONDAY_MORNING + MINUTE)
    assert await spend_call(connection, "full", at=MONDAY_MORNING, limit=5)


CALLS = st.lists(st.sampled_from(("start", "piece", "last", "postpone", "look", "give_up")), max_size=12)


@given(calls=CALLS)
@hypothesis_settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_order_of_calls_leaves_a_state_that_contradicts_itself_or_ends_twice(database, calls) -> None:
    async def run() -> None:
        async with await connect(database) as connection:
            await connection.set_autocommit(True)
            conversation = await conversation_of(connection)
            await answer(connection, await send(connection, conversation), "một")
            outbox_id = (await open_deliveries(connection, conversation))[0].outbox_id
            ended = None
            for call in calls:
                await one(connection, outbox_id, call)
                [state] = await states(connection, conversation)
                assert ended in (None, state)
                ended = state if state in ("sent", "undeliverable") else None

    asyncio.run(run())


async def one(connection, outbox_id: int, call: str) -> None:
    if call == "start":
        await deliveries.start_sending(connection, outbox_id, at=MONDAY_MORNING)
    elif call == "postpone":
        await deliveries.postpone(connection, outbox_id, MONDAY_MORNING)
    elif call == "look":
        await deliveries.look_later(connection, outbox_id, MONDAY_MORNING)
    elif call == "give_up":
        await deliveries.give_up(connection, [outbox_id], "x")
    else:
        await deliveries.piece_sent(connection, outbox_id, "p", last=call == "last", at=MONDAY_MORNING)
