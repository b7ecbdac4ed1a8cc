import uuid
from datetime import datetime, timedelta

import pytest

from storage.database import Row
from storage.settings import TIME_ZONE
from web.security import Keys
from web.view import File, clock, timeline, turn_bubbles

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=TIME_ZONE)
CONVERSATION = uuid.uuid4()
KEYS = Keys("s", lambda: NOON)


def row(number: int, sent: int, done: int | None, replies: list[str], status: str = "answered") -> Row:
    return {
        "id": number,
        "message_id": f"m{number}",
        "text": f"hỏi {number}",
        "accepted_at": NOON + timedelta(seconds=sent),
        "done_at": None if done is None else NOON + timedelta(seconds=done),
        "status": None if done is None else status,
        "replies": [{"id": 10 * number, "text": text, "buttons": [], "file": None} for text in replies],
    }


def said(rows: list[Row]) -> list[str]:
    return [str(bubble.text) for bubble in timeline(rows, CONVERSATION, KEYS, NOON)]


def test_bubbles_stand_in_the_order_in_which_they_were_said() -> None:
    rows = [row(1, 0, 5, ["đáp 1"]), row(2, 2, 7, ["đáp 2", "thêm"])]
    assert said(rows) == ["hỏi 1", "hỏi 2", "<p>đáp 1</p>", "<p>đáp 2</p>", "<p>thêm</p>"]


def test_an_answer_stands_below_its_question_even_when_clocks_differ() -> None:
    assert said([row(1, 10, 3, ["đáp"])]) == ["hỏi 1", "<p>đáp</p>"]


def test_a_message_waits_until_its_turn_is_done() -> None:
    assert [bubble.waiting for bubble in turn_bubbles(row(1, 0, None, []), CONVERSATION, KEYS, NOON)] == [True]
    assert [bubble.waiting for bubble in turn_bubbles(row(1, 0, 1, []), CONVERSATION, KEYS, NOON)] == [False]


@pytest.mark.parametrize(("status", "count"), [("with_officer", 2), ("failed", 2), ("ignored", 1), ("answered", 1)])
def test_a_turn_without_replies_says_what_became_of_the_message_when_somebody_waits(status: str, count: int) -> None:
    assert len(turn_bubbles(row(1, 0, 1, [], status), CONVERSATION, KEYS, NOON)) == count


def test_the_day_is_shown_from_the_next_day_on() -> None:
    midnight = NOON.replace(hour=0) + timedelta(days=1)
    assert clock(NOON, midnight - timedelta(seconds=1)) == "12:00"
    assert clock(NOON, midnight) == "22/11 12:00"


def with_file(name: str, media_type: str, size: int) -> Row:
    one = row(1, 0, 1, ["đáp", "CT01"])
    one["replies"][0]["buttons"] = [{"title": "Lệ phí", "payload": "/fee"}]
    one["replies"][1]["file"] = {"name": name, "media_type": media_type, "size": size}
    return one


@pytest.mark.parametrize(
    ("size", "about"),
    [(1, "PDF, 1 kB"), (122_880, "PDF, 120 kB"), (1024 * 1024, "PDF, 1,0 MB"), (1_400_000, "PDF, 1,3 MB")],
)
def test_a_file_has_an_address_and_says_what_it_is(size: int, about: str) -> None:
    _, _, bubble = turn_bubbles(with_file("ct01.pdf", "application/pdf", size), CONVERSATION, KEYS, NOON)
    assert bubble.file == File("/chat/files/10", "ct01.pdf", about, picture=False)


def test_what_comes_next_is_offered_below_the_file() -> None:
    _, words, file = turn_bubbles(with_file("mau.png", "image/png", 5), CONVERSATION, KEYS, NOON)
    assert words.buttons == () and [button.title for button in file.buttons] == ["Lệ phí"]
    assert file.file is not None and file.file.picture and str(file.text) == "<p>CT01</p>"
