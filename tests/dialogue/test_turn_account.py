"""Turns in conversations of an account: replies wait for a courier, messages come twice or late."""

import uuid
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from dialogue.turn import take_turn
from storage.queue import make_queue
from storage.turns import Incoming, accept, open_conversation
from tests.dialogue.stored import change, give_to, rows
from tests.pipeline import MONDAY_MORNING, buttons_of, text_of


@pytest.fixture
def citizen_of(pool, database, session_of, fake):
    """Accepts messages of one citizen on a channel, and works one turn by an id."""

    class Citizen:
        def __init__(self, channel: str) -> None:
            self.channel, self.name = channel, uuid.uuid4().hex
            self.context = replace(session_of(fake).context, queue=make_queue(database))

        async def send(self, text: str, seconds: int = 0, button: str | None = None) -> int:
            async with pool.connection() as connection:
                conversation = await open_conversation(
                    connection, channel=self.channel, citizen=self.name, unit="don_vi_mau", at=MONDAY_MORNING
                )
                sent_at = MONDAY_MORNING + timedelta(seconds=seconds)
                message = Incoming(conversation, uuid.uuid4().hex, text, button, sent_at=sent_at)
                return (await accept(connection, None, message, at=MONDAY_MORNING)).turn_id

        async def work(self, turn_id: int):
            return await take_turn(turn_id, self.context)

    return Citizen


async def deliveries(pool, turn):
    found = await rows(
        pool, "SELECT task_name, args FROM procrastinate_jobs WHERE lock = %s", f"out:{turn.conversation.id}"
    )
    waiting = await rows(pool, "SELECT state FROM delivery WHERE conversation_id = %s", turn.conversation.id)
    return [row["args"] for row in found], [row["state"] for row in waiting]


async def test_replies_of_an_account_wait_for_a_courier_with_one_job_a_turn(citizen_of, fake, pool) -> None:
    async def twice(*args, **kwargs):
        return SimpleNamespace(replies=[("một", []), ("hai", [])], files=[], outcome=dict(fake.outcome), slots={})

    fake.react, citizen = twice, citizen_of("zalo:1")
    turn = await citizen.work(await citizen.send("xin chào"))
    jobs, waiting = await deliveries(pool, turn)
    assert (jobs, waiting) == ([{"conversation_id": str(turn.conversation.id)}], ["waiting", "waiting"])


async def test_the_web_chat_and_turns_without_replies_need_no_courier(citizen_of, pool) -> None:
    web, silent = citizen_of("web"), citizen_of("zalo:1")
    assert await deliveries(pool, await web.work(await web.send("xin chào"))) == ([], [])
    turn = await silent.work(await silent.send("một", button="/a"))
    await change(pool, "DELETE FROM procrastinate_jobs")
    await give_to(pool, turn, "officer")
    turn = await silent.work(await silent.send("hai"))
    assert (turn.outcome["status"], await deliveries(pool, turn)) == ("with_officer", ([], ["waiting"]))


async def test_a_crash_leaves_no_job_for_a_courier(citizen_of, pool, dies_after, monkeypatch) -> None:
    citizen = citizen_of("zalo:1")
    dies_after("defer_delivery")
    turn_id = await citizen.send("xin chào")
    with pytest.raises(KeyboardInterrupt):
        await citizen.work(turn_id)
    monkeypatch.undo()
    turn = await citizen.work(turn_id)
    assert await deliveries(pool, turn) == ([{"conversation_id": str(turn.conversation.id)}], ["waiting"])


async def test_messages_that_arrive_out_of_order_are_answered_in_order(citizen_of, fake) -> None:
    citizen = citizen_of("zalo:1")
    late, early, middle = await citizen.send("ba", 9), await citizen.send("một", 1), await citizen.send("hai", 5)
    for turn_id in (late, early, middle):
        await citizen.work(turn_id)
    assert fake.understood == ["một", "hai", "ba"]
    assert await citizen.work(late) is None


async def test_a_double_tap_is_one_wish(citizen_of, fake) -> None:
    citizen = citizen_of("zalo:1")
    turns = [await citizen.work(await citizen.send("A", seconds, "/a")) for seconds in (0, 1, 4)]
    assert [turn.outcome["status"] for turn in turns] == ["answered", "ignored", "answered"]
    assert turns[1].replies == []


async def test_in_the_web_chat_a_button_may_be_pressed_again_at_once(citizen_of) -> None:
    citizen = citizen_of("web")
    turns = [await citizen.work(await citizen.send("A", 0, "/a")) for _ in range(2)]
    assert [turn.outcome["status"] for turn in turns] == ["answered"] * 2


@pytest.mark.slow
async def test_who_comes_is_welcomed_with_the_menu(citizen_of, brain) -> None:
    citizen = citizen_of("zalo:1")
    citizen.context = replace(citizen.context, brain=brain)
    turn = await citizen.work(await citizen.send("", button="/greet"))
    assert turn.outcome["status"] == "small_talk"
    assert "chào anh/chị" in text_of(turn) and "Đăng ký tạm trú" in buttons_of(turn)
