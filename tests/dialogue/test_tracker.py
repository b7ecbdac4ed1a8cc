"""The tracker of a turn: slots survive, nothing grows."""

import json

import pytest
from rasa.shared.core.domain import Domain

from dialogue.tracker import TurnTrackerStore
from storage.settings import ROOT
from tests.pipeline import Line


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(ROOT / "domain.yml"))


async def test_slots_survive_from_turn_to_turn(domain) -> None:
    store = TurnTrackerStore(domain)
    store.begin("c", {"procedure": "tach_ho", "shown": ["/a"], "unknown": 1})
    tracker = await store.retrieve("c")
    assert (tracker.get_slot("procedure"), tracker.get_slot("shown")) == ("tach_ho", ["/a"])
    await store.save(tracker)
    assert store.end("c") == {"procedure": "tach_ho", "shown": ["/a"]}


async def test_conversations_are_kept_apart_and_forgotten(domain) -> None:
    store = TurnTrackerStore(domain)
    store.begin("a", {"procedure": "x"})
    store.begin("b", None)
    assert (await store.retrieve("b")).get_slot("procedure") is None
    assert set(await store.keys()) == {"a", "b"}
    store.end("a")
    assert store.end("a") == {}
    assert (await store.retrieve("a")).get_slot("procedure") is None


async def test_a_tracker_starts_with_the_same_events_whatever_came_before(domain) -> None:
    store = TurnTrackerStore(domain)
    store.begin("c", {})
    assert len((await store.retrieve("c")).events) == 3


async def test_two_hundred_turns_leave_a_tracker_of_the_same_size(line: Line, pool) -> None:
    """Rows and events of a turn do not depend on how long the conversation is."""
    questions = ["đăng ký tạm trú cần giấy tờ gì", "còn lệ phí?", "tách hộ mất bao lâu", "online được k"]
    sizes = []
    for number in range(200):
        turn = await line.say(questions[number % 4])
        assert turn.outcome["status"] == "answered"
        sizes.append(len(json.dumps(turn.slots)))
    assert max(sizes[-8:]) == max(sizes[8:16]) < 2_000
    assert not line.session.context.brain.store.slots
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT pg_column_size(tracker) AS size FROM conversation WHERE id = %s", (turn.conversation.id,)
        )
        assert (await cursor.fetchone())["size"] < 2_000
