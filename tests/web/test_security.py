import uuid
from datetime import datetime, timedelta

import pytest

from storage.settings import TIME_ZONE
from web.refused import Refused
from web.security import BUTTON_LIFE, Keys

START = datetime(2026, 11, 22, 8, 0, tzinfo=TIME_ZONE)
MINE, YOURS = uuid.uuid4(), uuid.uuid4()


class Time:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def keys(secret: str = "s") -> Keys:
    return Keys(secret, lambda: START)


def test_a_cookie_of_another_secret_is_nobody() -> None:
    assert keys().citizen(keys().cookie("c")) == "c"
    assert keys().citizen(keys("other").cookie("c")) is None
    assert keys().citizen("") is None


def test_tokens_of_one_kind_are_no_tokens_of_another() -> None:
    assert keys().citizen(keys().csrf("c")) is None
    assert not keys().csrf_matches("c", keys().cookie("c"))


def test_a_form_token_belongs_to_one_citizen() -> None:
    assert keys().csrf_matches("c", keys().csrf("c"))
    assert not keys().csrf_matches("d", keys().csrf("c"))
    assert not keys().csrf_matches("c", "")


def test_a_button_comes_back_as_what_it_stands_for() -> None:
    assert keys().pressed(keys().button(12, 3, MINE), MINE) == (12, 3)


@pytest.mark.parametrize("token", ["", "x", "/ask_fee", keys("other").button(12, 3, MINE), keys().csrf("c")])
def test_a_forged_button_is_refused(token: str) -> None:
    with pytest.raises(Refused, match="400"):
        keys().pressed(token, MINE)


def test_a_button_of_another_conversation_is_refused() -> None:
    with pytest.raises(Refused):
        keys().pressed(keys().button(12, 3, YOURS), MINE)


def test_a_button_works_to_the_end_of_its_life_and_not_a_second_longer() -> None:
    time = Time()
    aging = Keys("s", time)
    token = aging.button(1, 0, MINE)
    time.now = START + BUTTON_LIFE
    assert aging.pressed(token, MINE) == (1, 0)
    time.now += timedelta(seconds=1)
    with pytest.raises(Refused):
        aging.pressed(token, MINE)
