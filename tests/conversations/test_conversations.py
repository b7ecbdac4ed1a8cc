"""Conversations as citizens have them, through the real pipeline. Each `.yml` here is a list; see `context.yml`.

Turns: `user` (typed), `press` (a button of the last reply). Expectations: `status`, `kind`, `procedure`, `question`,
`case`, `says` and `not_says` (pieces of the replies), `buttons` (labels that are offered), `no_buttons: true`,
`replies` (their number), `requests` and `reports` (rows filed for officers so far). A conversation may set `now` and
`model: none`.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from storage.settings import TIME_ZONE
from tests.pipeline import Line, buttons_of, text_of

OUTCOME = ("status", "kind", "procedure", "question", "case")
KEYS = {*OUTCOME, "user", "press", "says", "not_says", "buttons", "no_buttons", "replies", "requests", "reports", "now"}


def read() -> list[Any]:
    found = []
    for path in sorted(Path(__file__).parent.glob("*.yml")):
        found += [
            (f"{path.stem}: {one['name']}", one) for one in YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        ]
    return [pytest.param(one, id=name) for name, one in found]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TIME_ZONE)


@pytest.mark.parametrize("conversation", read())
async def test_conversation(conversation, session_of, brain, clock, pool) -> None:
    line = Line(session_of(None if conversation.get("model") == "none" else brain))
    if "now" in conversation:
        clock.now = moment(conversation["now"])
    for number, expected in enumerate(conversation["turns"], 1):
        assert expected.keys() <= KEYS, f"unknown keys {expected.keys() - KEYS}"
        if "now" in expected:
            clock.now = moment(expected["now"])
        turn = await (line.press(expected["press"]) if "press" in expected else line.say(expected["user"]))
        about = f"turn {number} {expected.get('user', expected.get('press'))!r}"
        check(about, turn, expected)
        await check_filed(about, turn, expected, pool)


def check(about: str, turn: Any, expected: dict[str, Any]) -> None:
    got = {name: turn.outcome.get(name) for name in OUTCOME if name in expected}
    assert got == {name: expected[name] for name in OUTCOME if name in expected}, about
    said = text_of(turn)
    for piece in expected.get("says", []):
        assert piece in said, f"{about}: {piece!r} not in\n{said}"
    for piece in expected.get("not_says", []):
        assert piece not in said, f"{about}: {piece!r} in\n{said}"
    missing = [label for label in expected.get("buttons", []) if label not in buttons_of(turn)]
    assert not missing, f"{about}: no {missing} in {sorted(buttons_of(turn))}"
    if expected.get("no_buttons"):
        assert not buttons_of(turn), about
    if "replies" in expected:
        assert len(turn.replies) == expected["replies"], about


async def check_filed(about: str, turn: Any, expected: dict[str, Any], pool: Any) -> None:
    for key, table in (("requests", "officer_request"), ("reports", "report")):
        if key in expected:
            async with pool.connection() as connection:
                cursor = await connection.execute(
                    f"SELECT count(*) AS n FROM {table} WHERE conversation_id = %s", (turn.conversation.id,)
                )
                assert (await cursor.fetchone())["n"] == expected[key], f"{about}: {table}"


def test_there_are_enough_conversations() -> None:
    assert len(read()) >= 25
