"""Several bubbles within seconds are one message; minutes later they are not."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.bubbles import (
    BUBBLE,
    LONGEST,
    SAME_MESSAGE,
    SAME_STORY,
    SURE_OF_STORY,
    is_bubble,
    is_vague,
    keep,
    places,
    with_earlier,
)
from tests.pipeline import MONDAY_MORNING, Line

BUBBLES = ("ad ơi cho em hỏi chút", "em mới dọn tới", "phòng trọ ở đây được 2 tháng, đăng ký tạm trú sao ạ")


def test_what_was_asked_back_about_is_read_with_what_follows_at_once() -> None:
    slots = keep({"procedure": "x"}, "clarified", "em mới dọn tới", MONDAY_MORNING)
    assert slots["procedure"] == "x"
    assert with_earlier(slots, "ở trọ", MONDAY_MORNING + SAME_MESSAGE) == "em mới dọn tới\nở trọ"


def test_later_it_is_a_message_of_its_own() -> None:
    slots = keep({}, "clarified", "em mới dọn tới", MONDAY_MORNING)
    assert is_bubble(slots, MONDAY_MORNING + SAME_MESSAGE)
    assert not is_bubble(slots, MONDAY_MORNING + SAME_MESSAGE + timedelta(seconds=1))
    assert with_earlier(slots, "ở trọ", MONDAY_MORNING + SAME_STORY + timedelta(seconds=1)) is None
    assert with_earlier(slots, "ở trọ", MONDAY_MORNING - timedelta(seconds=1)) is None


def test_a_story_told_bit_by_bit_is_kept_whole() -> None:
    slots = keep({}, "clarified", "bà em 82 tuổi", MONDAY_MORNING)
    minute = MONDAY_MORNING + timedelta(minutes=1)
    slots = keep(slots, "clarified", "chỉ có chứng minh cũ", minute)
    assert with_earlier(slots, "làm sao ạ", minute + timedelta(minutes=1)) == (
        "bà em 82 tuổi\nchỉ có chứng minh cũ\nlàm sao ạ"
    )


@pytest.mark.parametrize("status", ["answered", "small_talk", "report_filed", "out_of_scope"])
def test_what_was_placed_is_not_kept(status) -> None:
    before = keep({}, "clarified", "a", MONDAY_MORNING)
    assert BUBBLE not in keep(before, status, "b", MONDAY_MORNING)
    assert with_earlier(None, "b", MONDAY_MORNING) is None


@given(st.text(max_size=3_000))
def test_what_is_kept_has_a_bound(text) -> None:
    assert len(keep({}, "clarified", text, MONDAY_MORNING)[BUBBLE]["text"]) <= LONGEST


@pytest.mark.parametrize(
    ("intent", "entity", "placed"),
    [("ask_fee", "procedure", True), ("ask_fee", "age", False), ("unclear", "procedure", False)],
)
def test_a_message_is_placed_by_a_question_about_a_named_procedure(intent, entity, placed) -> None:
    assert places({"intent": {"name": intent}, "entities": [{"entity": entity}]}) is placed


@pytest.mark.parametrize(("sure", "placed"), [(0.5, False), (0.7, True)])
def test_a_story_is_placed_by_a_likely_procedure_only(sure, placed) -> None:
    read = {"procedures": [["tach_ho", sure]]}
    parsed = {"intent": {"name": "ask_fee"}, "entities": [{"entity": "procedure"}], "understanding": read}
    assert places(parsed, SURE_OF_STORY) is placed


@pytest.mark.parametrize(
    ("parsed", "vague"),
    [({}, True), ({"button": "/unclear"}, False), ({"understanding": {"choice": "ho_khau"}}, False)],
)
def test_a_button_or_a_choice_between_known_readings_waits_for_its_answer(parsed, vague) -> None:
    assert is_vague(parsed) is vague


async def test_a_story_in_bubbles_is_answered_at_its_end(line: Line) -> None:
    statuses = [(await line.say(text)).outcome for text in BUBBLES]
    assert (statuses[-1]["status"], statuses[-1]["procedure"]) == ("answered", "dang_ky_tam_tru")


@pytest.mark.parametrize(("seconds", "procedure"), [(3, "khai_bao_tam_vang"), (300, "khai_bao_tam_vang"), (660, None)])
async def test_bubbles_that_say_it_only_together_are_read_together(session_of, clock, seconds, procedure) -> None:
    """The first bubble alone is too vague, and so is the second; a quarter of an hour later they stay apart."""
    line = Line(session_of(Together()))
    await line.say("em sắp đi làm xa")
    clock.now += timedelta(seconds=seconds)
    turn = await line.say("có phải khai không")
    assert turn.outcome.get("procedure") == procedure


class Together:
    """Places a text only when it has both halves."""

    release = "together"

    async def understand(self, text: str, matter: str | None = None):
        whole = "đi làm xa" in text and "khai" in text
        entities = [{"entity": "procedure", "value": "khai_bao_tam_vang"}] if whole else []
        read = {"procedures": [["khai_bao_tam_vang", 0.9]]}
        intent = {"name": "ask_overview" if whole else "unclear"}
        return {"text": text, "intent": intent, "entities": entities, "understanding": read}

    async def react(self, conversation, text, parsed, slots, told):
        placed = places(parsed)
        procedure = parsed["entities"][0]["value"] if placed else None
        outcome = {"status": "answered" if placed else "clarified", "kind": "procedure", "procedure": procedure}
        return SimpleNamespace(replies=[("…", [])], files=[], outcome=outcome, slots={})
