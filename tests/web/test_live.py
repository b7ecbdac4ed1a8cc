import asyncio
import uuid

from tests.web.serving import connect
from web.live import STREAMS_A_CONVERSATION, Live


async def nothing() -> None:
    pass


async def test_a_ring_before_waiting_is_not_lost_and_rings_once() -> None:
    live, conversation = Live("", nothing), uuid.uuid4()
    with live.watch(conversation) as bell:
        bell.ring()
        await bell.wait()
        waiting = asyncio.ensure_future(bell.wait())
        await asyncio.sleep(0)
        assert not waiting.done()
        waiting.cancel()


async def test_the_oldest_bell_is_closed_when_there_are_too_many() -> None:
    live, conversation = Live("", nothing), uuid.uuid4()
    with live.watch(conversation) as oldest:
        from contextlib import ExitStack

        with ExitStack() as stack:
            others = [stack.enter_context(live.watch(conversation)) for _ in range(STREAMS_A_CONVERSATION)]
            assert oldest.closed and not any(bell.closed for bell in others)


async def test_a_notification_rings_the_bells_of_its_conversation_only(database: str) -> None:
    reached: list[bool] = []

    async def restored() -> None:
        reached.append(True)

    live, conversation = Live(database, restored), uuid.uuid4()
    task = asyncio.ensure_future(live.run())
    with live.watch(conversation) as bell, live.watch(uuid.uuid4()) as other:
        for each in (bell, other):
            await asyncio.wait_for(each.wait(), 5)
        assert reached == [True] and live.connected
        async with await connect(database) as connection:
            for payload in ("nonsense", f"{conversation}:1"):
                await connection.execute("SELECT pg_notify('motcua_turn', %s)", (payload,))
        await asyncio.wait_for(bell.wait(), 5)
        assert not other._event.is_set()
    task.cancel()
