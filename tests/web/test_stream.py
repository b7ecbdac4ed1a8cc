"""Live answers over SSE, against a real server."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests.web.conftest import Citizen
from tests.web.serving import Server, answer_turn
from web.live import STREAMS_A_CONVERSATION

Event = dict[str, str]


@contextmanager
def listening(citizen: Citizen, query: str = "", **headers: str) -> Iterator[Iterator[Event]]:
    with citizen.http.stream("GET", f"/chat/stream{query}", headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield events(response.iter_lines())


def events(lines: Iterator[str]) -> Iterator[Event]:
    event: dict[str, Any] = {"data": []}
    for line in lines:
        name, _, value = line.partition(": ")
        if not line:
            yield {**event, "data": "\n".join(event["data"])}
            event = {"data": []}
        elif name == "data":
            event["data"].append(value)
        else:
            event[name] = value


async def test_an_answer_arrives_by_itself(server: Server, citizen: Citizen) -> None:
    turn = citizen.ask("hỏi sống")
    with listening(citizen) as stream:
        await answer_turn(server.database, turn, [("Đáp **sống**", [{"title": "Lệ phí", "payload": "/x"}])])
        event = next(stream)
    assert event["event"] == "turn" and event["id"] == str(turn)
    assert "Đáp <strong>sống</strong>" in event["data"] and "hỏi sống" in event["data"]
    assert 'form="act" name="button"' in event["data"] and "/x" not in event["data"]


async def test_what_was_missed_comes_first_and_nothing_comes_twice(server: Server, citizen: Citizen) -> None:
    turns = [citizen.ask(f"câu {number}") for number in range(3)]
    for turn in turns:
        await answer_turn(server.database, turn, [("Đáp", [])])
    with listening(citizen, f"?after={turns[0]}") as stream:
        assert [next(stream)["id"], next(stream)["id"]] == [str(turns[1]), str(turns[2])]
    with listening(citizen, **{"Last-Event-ID": str(turns[1])}) as stream:
        assert next(stream)["id"] == str(turns[2])
    last = citizen.ask("câu cuối")
    with listening(citizen, f"?after={turns[2]}") as stream:
        await answer_turn(server.database, last, [("Đáp cuối", [])])
        assert next(stream)["id"] == str(last)


async def test_a_turn_that_ends_after_a_later_one_is_not_lost(server: Server, citizen: Citizen) -> None:
    slow, quick = citizen.ask("chậm"), citizen.ask("nhanh")
    await answer_turn(server.database, quick, [("Đáp nhanh", [])])
    with listening(citizen, f"?after={quick}") as stream:
        await answer_turn(server.database, slow, [("Đáp chậm", [])])
        assert "Đáp chậm" in next(stream)["data"]


async def test_a_stream_shows_only_its_own_conversation(server: Server, visitor: Callable[[], Citizen]) -> None:
    one, two = visitor(), visitor()
    foreign, own = one.ask("của một"), two.ask("của hai")
    with listening(two) as stream:
        await answer_turn(server.database, foreign, [("Đáp một", [])])
        await answer_turn(server.database, own, [("Đáp hai", [])])
        assert "Đáp hai" in next(stream)["data"]


def test_there_is_nothing_to_stream_before_the_first_message(citizen: Citizen) -> None:
    assert citizen.http.get("/chat/stream").status_code == 204
    citizen.http.cookies.clear()
    assert citizen.http.get("/chat/stream").status_code == 204


@pytest.mark.parametrize("after", ["-1", "x", "9" * 30, ""])
async def test_a_strange_last_id_is_no_last_id(server: Server, citizen: Citizen, after: str) -> None:
    turn = citizen.ask("hỏi")
    await answer_turn(server.database, turn, [("Đáp", [])])
    with listening(citizen, f"?after={after}") as stream:
        assert next(stream)["id"] == str(turn)


async def test_the_oldest_of_many_streams_gives_way(server: Server, citizen: Citizen) -> None:
    turn = citizen.ask("hỏi")
    with listening(citizen) as oldest:
        threads = [threading.Thread(target=_one_event, args=(citizen,)) for _ in range(STREAMS_A_CONVERSATION)]
        for thread in threads:
            thread.start()
        assert list(oldest) == []
    await answer_turn(server.database, turn, [("Đáp", [])])
    for thread in threads:
        thread.join(timeout=5)
        assert not thread.is_alive()


def _one_event(citizen: Citizen) -> None:
    with listening(citizen) as stream:
        next(stream)


async def test_streams_go_on_after_the_database_cut_every_connection(server: Server, citizen: Citizen) -> None:
    turn = citizen.ask("hỏi")
    with listening(citizen) as stream:
        with psycopg.connect(server.database, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        await answer_turn(server.database, turn, [("Vẫn đáp", [])])
        assert "Vẫn đáp" in next(stream)["data"]
    assert citizen.ask("và vẫn nhận") > turn
