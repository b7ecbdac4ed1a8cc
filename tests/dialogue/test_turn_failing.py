"""A turn that breaks, and that all of a turn is one transaction. The model is a fake, the database real."""

import logging
import uuid

import psycopg
import pytest

from dialogue import turn as pipeline
from dialogue.turn import take_turn
from storage.turns import Incoming, accept, history, open_conversation
from tests.dialogue.stored import SECRET, rows, stored
from tests.pipeline import MONDAY_MORNING, Line, buttons_of, text_of


async def requests(pool, turn):
    found = await rows(pool, "SELECT reason FROM officer_request WHERE conversation_id = %s", turn.conversation.id)
    return [row["reason"] for row in found]


@pytest.mark.parametrize("step", [step.__name__ for step in pipeline.STEPS])
async def test_a_step_that_breaks_ends_in_failed_with_an_officer_and_no_text_in_the_log(
    chat, pool, monkeypatch, caplog, step
) -> None:
    async def breaks(turn, context) -> None:
        raise ValueError(turn.text)

    breaks.__name__ = step
    steps = tuple(breaks if one.__name__ == step else one for one in pipeline.STEPS)
    monkeypatch.setattr(pipeline, "STEPS", steps)
    with caplog.at_level(logging.DEBUG):
        turn = await chat.say(SECRET)
    assert turn.outcome["status"] == "failed"
    assert "đã được lưu" in text_of(turn)
    assert "Gặp cán bộ" in buttons_of(turn)
    assert await requests(pool, turn) == ["failed"]
    assert f"step {step} failed with ValueError" in caplog.text
    assert SECRET not in caplog.text


async def test_replies_of_a_broken_turn_are_not_sent(chat, fake) -> None:
    async def half(*args, **kwargs):
        raise KeyError("x")

    fake.react = half
    assert len((await chat.say("xin chào")).replies) == 1


async def test_no_model_says_so_once_and_leaves_the_rest_to_officers(session_of, pool) -> None:
    line = Line(session_of(None))
    turns = [await line.say("tách hộ bao nhiêu tiền") for _ in range(3)]
    assert [turn.outcome["status"] for turn in turns] == ["failed"] * 3
    assert "tạm nghỉ" in text_of(turns[0])
    assert await requests(pool, turns[0]) == ["no_model"]


async def test_what_the_database_refuses_ends_in_failed_and_keeps_the_message(chat, fake, pool, caplog) -> None:
    fake.outcome = {"status": "no such status", "kind": "procedure"}
    fake.slots = {"procedure": "tach_ho"}
    with caplog.at_level(logging.DEBUG):
        turn = await chat.say(SECRET)
    row = await stored(pool, turn)
    assert (row["status"], row["text"]) == ("failed", SECRET)
    assert await requests(pool, turn) == ["failed"]
    assert len(await rows(pool, "SELECT 1 FROM outbox WHERE turn_id = %s", turn.row["id"])) == 1
    assert SECRET not in caplog.text


@pytest.mark.parametrize("error", [psycopg.OperationalError("gone"), psycopg.InterfaceError("closed")])
async def test_a_database_that_went_away_leaves_nothing_behind(chat, fake, pool, error) -> None:
    fake.error = error
    with pytest.raises(type(error)):
        await chat.say("xin chào")
    waiting = await rows(pool, "SELECT id, done_at, status FROM turn ORDER BY id DESC LIMIT 1")
    assert (waiting[0]["done_at"], waiting[0]["status"]) == (None, None)
    assert not await rows(pool, "SELECT 1 FROM outbox WHERE turn_id = %s", waiting[0]["id"])
    fake.error = None
    assert (await take_turn(waiting[0]["id"], chat.session.context)).outcome["status"] == "answered"


async def test_a_crash_before_the_end_of_the_transaction_undoes_all_of_it(chat, fake, pool, dies_after) -> None:
    """Reply, request, slots and `done` go together or not at all."""
    fake.outcome = {"status": "handed_over", "kind": "handoff", "officer": "handoff", "report": "report_crime"}
    dies_after("finish_turn")
    with pytest.raises(KeyboardInterrupt):
        await chat.say("xin chào")
    newest = (await rows(pool, "SELECT * FROM turn ORDER BY id DESC LIMIT 1"))[0]
    assert newest["done_at"] is None
    for table in ("outbox", "officer_request", "report"):
        assert not await rows(pool, f"SELECT 1 FROM {table} WHERE turn_id = %s", newest["id"])


async def test_one_message_accepted_twice_is_one_turn_with_one_reply(chat, pool) -> None:
    context = chat.session.context
    async with pool.connection() as connection:
        conversation = await open_conversation(
            connection, channel="t", citizen=uuid.uuid4().hex, unit="don_vi_mau", at=MONDAY_MORNING
        )
        message = Incoming(conversation, "m1", "xin chào")
        first = await accept(connection, None, message, at=MONDAY_MORNING)
        await connection.commit()
        await take_turn(first.turn_id, context)
        second = await accept(connection, None, message, at=MONDAY_MORNING)
        assert (second.new, second.turn_id) == (False, first.turn_id)
        assert await take_turn(second.turn_id, context) is None
        turns = await history(connection, conversation)
    assert [len(turn["replies"]) for turn in turns] == [1]
