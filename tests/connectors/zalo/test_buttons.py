import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.zalo.buttons import LIFE, ButtonKeys
from tests.pipeline import Clock

MINE, YOURS = uuid.uuid4(), uuid.uuid4()


@given(st.integers(0, 10**18 - 1), st.integers(0, 99))
def test_a_token_comes_back_as_the_button_it_stands_for(outbox_id, index) -> None:
    token = ButtonKeys("s").token(outbox_id, index, MINE)
    assert token.startswith(f"#b:{outbox_id}.{index}.") and len(token) <= 200 and token.isascii()
    assert ButtonKeys("s").read(token, MINE) == (outbox_id, index)
    assert ButtonKeys("s").read(f" {token}\n", MINE) == (outbox_id, index)


def test_a_token_is_worth_nothing_elsewhere() -> None:
    token = ButtonKeys("s").token(12, 3, MINE)
    assert ButtonKeys("s").read(token, YOURS) is None
    assert ButtonKeys("other").read(token, MINE) is None


def test_no_part_of_a_token_can_be_changed() -> None:
    token = ButtonKeys("s").token(12, 3, MINE)
    for place in range(len(token)):
        for sign in "0Az.":
            changed = token[:place] + sign + token[place + 1 :]
            assert changed == token or ButtonKeys("s").read(changed, MINE) is None


def test_a_token_is_good_for_seven_days() -> None:
    clock = Clock()
    keys = ButtonKeys("s", clock)
    token = keys.token(1, 0, MINE)
    clock.now += LIFE
    assert keys.read(token, MINE) == (1, 0)
    clock.now += timedelta(seconds=1)
    assert keys.read(token, MINE) is None


def test_a_token_may_come_from_a_machine_whose_clock_is_a_little_ahead() -> None:
    clock = Clock()
    keys = ButtonKeys("s", clock)
    token = keys.token(1, 0, MINE)
    clock.now -= timedelta(minutes=5)
    assert keys.read(token, MINE) == (1, 0)
    clock.now -= timedelta(minutes=1)
    assert keys.read(token, MINE) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#b:",
        "#b:1.0.1.x",
        "chào",
        "/ask_fee",
        "#b:1.0.1." + "a" * 43,
        "#b:१.0.1." + "a" * 43,
        "#b:1.0.1." + "ế" * 43,
    ],
)
def test_other_texts_are_no_buttons(text) -> None:
    assert ButtonKeys("s").read(text, MINE) is None


@given(st.text() | st.text().map(lambda text: f"#b:{text}"))
def test_no_text_raises(text) -> None:
    assert ButtonKeys("s").read(text, MINE) is None
