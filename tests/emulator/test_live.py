"""The one stream of all phones."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.emulator.serving import Town, until

Events = Iterator[tuple[str, Any]]


@contextmanager
def listening(town: Town, *users: str) -> Iterator[Events]:
    """Name and data of every event."""

    def read(stream: httpx.Response) -> Events:
        name = ""
        for line in stream.iter_lines():
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: {"):
                yield name, json.loads(line[6:])

    params = {"user_id": list(users)}
    client = httpx.Client(base_url=town.running.url, timeout=10, trust_env=False)
    with client, client.stream("GET", "/page/stream", params=params) as stream:
        yield read(stream)


def first(events: Events, wanted: str, good: Callable[[Any], bool] = lambda data: True) -> Any:
    return next(data for name, data in events if name == wanted and good(data))


def test_one_stream_has_the_chats_of_several_users(town: Town) -> None:
    one, other = town.citizen(), town.citizen()
    with listening(town, one, other) as events:
        begun = [first(events, "message")["user_id"] for _ in range(2)]
        assert begun == [one, other]
        town.act(other, "text", text="Câu hai")
        town.act(one, "text", text="Câu ba")
        fresh = [
            first(events, "message", lambda data: data["message"]["text"] == text) for text in ("Câu hai", "Câu ba")
        ]
    assert [each["user_id"] for each in fresh] == [other, one]
    assert fresh[0]["message"]["from"] == "user"


def test_the_state_comes_first_and_again_when_it_has_changed(town: Town) -> None:
    user = town.citizen()
    with listening(town, user) as events:
        name, data = next(events)
        assert name == "state" and data["now"] == town.platform.clock.now()
        assert data["state"]["phones"][user]["oa"]["name"] == "Công an phường Mẫu"
        assert not data["state"]["phones"][user]["user"]["follower"]
        town.act(user, "follow")
        town.fault("http_500", where="cs")
        changed = first(events, "state", lambda data: data["state"]["faults"] != [])["state"]
    assert changed["phones"][user]["user"]["follower"]
    assert changed["faults"][0]["kind"] == "http_500"


def test_attempts_are_shown_newest_first(town: Town) -> None:
    user = town.citizen()
    town.act(user, "follow")
    town.flush()
    with listening(town, user) as events:
        state = first(events, "state")["state"]
    assert (state["pending"], state["in_flight"]) == (0, 0)
    assert state["delivered"] == town.platform.counts["webhooks_delivered"]
    assert state["attempts"][0]["number"] > state["attempts"][1]["number"]
    assert len(state["attempts"]) <= 12


def test_secrets_are_not_shown(town: Town) -> None:
    with listening(town, town.citizen()) as events:
        text = json.dumps(first(events, "state"))
    assert town.app["secret"] not in text and town.oa["secret"] not in text and town.token not in text


def test_who_is_not_there_is_left_out(town: Town) -> None:
    user = town.citizen()
    with listening(town, "1", user, user) as events:
        assert list(first(events, "state")["state"]["phones"]) == [user]
        assert first(events, "message")["user_id"] == user


def test_nobody_watches_after_the_page_is_closed(town: Town) -> None:
    user = town.citizen()
    with listening(town, user) as events:
        next(events)
        assert user in town.platform.watchers
    until(lambda: user not in town.platform.watchers, "the stream ends")
