"""Pictures, recordings, places and cards in a turn: kept for a report, else not, and the citizen is always told."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dialogue.attachments import kinds_of, reply_to
from dialogue.turn import LAST_RESORT, take_turn
from storage.attachments import Attached
from storage.outgoing import Enclosed, keep
from storage.queue import make_queue
from storage.turns import Incoming, accept, open_conversation
from tests.pipeline import MONDAY_MORNING, buttons_of, text_of

URL = "https://f1.zdn.vn/x"
SENT = {
    "image": Attached("image", URL),
    "file": Attached("file", URL, "đơn.pdf", 48213),
    "video": Attached("video", URL),
    "audio": Attached("audio", URL),
    "location": Attached("location", latitude=10.7, longitude=106.6),
    "contact": Attached("contact"),
    "sticker": Attached("sticker", URL),
    "gif": Attached("gif", URL),
}
FETCHED = ("image", "file", "video", "audio")


class Phone:
    """A citizen of an account who sends things."""

    def __init__(self, pool: Any, context: Any) -> None:
        self.pool, self.context, self.citizen = pool, context, uuid.uuid4().hex

    async def send(self, *kinds: str, text: str = "", **more: Any) -> Any:
        async with self.pool.connection() as connection:
            conversation = await open_conversation(
                connection, channel="zalo:1", citizen=self.citizen, unit="don_vi_mau", at=MONDAY_MORNING
            )
            attached = tuple(SENT[kind] for kind in kinds)
            message = Incoming(conversation, uuid.uuid4().hex, text, attachments=attached, **more)
            accepted = await accept(connection, None, message, at=MONDAY_MORNING)
        return await take_turn(accepted.turn_id, self.context)

    async def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        async with self.pool.connection() as connection:
            return await (await connection.execute(query, values)).fetchall()

    async def states(self, turn: Any) -> dict[str, tuple[str, str | None]]:
        found = await self.rows("SELECT kind, state, reason FROM attachment WHERE turn_id = %s", turn.row["id"])
        return {row["kind"]: (row["state"], row["reason"]) for row in found}

    async def jobs(self, turn: Any) -> list[str]:
        """Tasks queued for couriers since this turn's conversation began."""
        ids = await self.rows("SELECT id FROM attachment WHERE conversation_id = %s", turn.conversation.id)
        locks = [f"out:{turn.conversation.id}", *(f"file:{row['id']}" for row in ids)]
        found = await self.rows("SELECT task_name FROM procrastinate_jobs WHERE lock = ANY(%s) ORDER BY id", locks)
        return [row["task_name"] for row in found]


@pytest.fixture
def phone(pool, database, session_of, fake) -> Phone:
    return Phone(pool, replace(session_of(fake).context, queue=make_queue(database)))


@pytest.fixture
def reporting(phone, fake) -> Callable[[], Any]:
    """Files a report for the phone."""

    async def report() -> Any:
        return await phone.send(text="cháy nhà rồi cứu với")

    return report


# Without an open report.


@pytest.mark.parametrize("kind", FETCHED)
async def test_without_a_report_nothing_is_fetched_and_the_citizen_is_told(phone, fake, kind) -> None:
    turn = await phone.send(kind)
    assert await phone.states(turn) == {kind: ("refused", "not_needed")}
    assert await phone.rows("SELECT url, name FROM attachment WHERE turn_id = %s", turn.row["id"]) == [
        {"url": None, "name": None}
    ]
    assert "bằng chữ" in text_of(turn) or "gõ chữ" in text_of(turn)
    assert "Gặp cán bộ" in buttons_of(turn)
    assert (turn.outcome["status"], fake.understood) == ("small_talk", [])
    assert await phone.jobs(turn) == ["deliver"]


async def test_a_picture_is_answered_with_a_warning_of_papers(phone) -> None:
    assert "Đừng gửi ảnh căn cước" in text_of(await phone.send("image"))


async def test_a_recording_may_be_an_emergency_and_is_never_met_with_silence(phone) -> None:
    turn = await phone.send("audio")
    for number in ("113", "114", "115"):
        assert number in text_of(turn)
    assert "không nghe được" in text_of(turn)


async def test_a_place_says_what_it_is_good_for(phone) -> None:
    turn = await phone.send("location")
    assert "báo tin" in text_of(turn) and "113" in text_of(turn)
    assert await phone.states(turn) == {"location": ("none", None)}


async def test_a_card_is_not_kept(phone) -> None:
    turn = await phone.send("contact")
    assert "không lưu danh thiếp" in text_of(turn)
    assert await phone.states(turn) == {"contact": ("refused", "not_needed")}


@pytest.mark.parametrize("kind", ["sticker", "gif"])
async def test_a_sticker_needs_no_answer(phone, kind) -> None:
    turn = await phone.send(kind)
    assert (turn.outcome["status"], turn.replies) == ("ignored", [])
    assert await phone.jobs(turn) == []


# With one.


@pytest.mark.parametrize("kind", FETCHED)
async def test_a_report_keeps_what_is_sent_to_it(phone, reporting, kind) -> None:
    await reporting()
    turn = await phone.send(kind)
    assert await phone.states(turn) == {kind: ("waiting", None)}
    assert "kèm" in text_of(turn) and "09:00" in text_of(turn)
    assert sorted(await phone.jobs(turn)) == ["deliver", "deliver", "fetch_attachment"]


async def test_a_recording_for_a_report_still_asks_for_words(phone, reporting) -> None:
    await reporting()
    assert "không nghe được" in text_of(await phone.send("audio"))


async def test_a_place_for_a_report_is_said_to_be_with_it(phone, reporting) -> None:
    await reporting()
    assert "kèm vị trí vào tin báo" in text_of(await phone.send("location"))


async def test_a_closed_report_keeps_nothing(phone, reporting) -> None:
    report = await reporting()
    await phone.rows(
        "UPDATE report SET state = 'closed' WHERE conversation_id = %s RETURNING id", report.conversation.id
    )
    turn = await phone.send("image")
    assert await phone.states(turn) == {"image": ("refused", "not_needed")}


async def test_a_report_of_somebody_else_keeps_nothing(pool, phone, reporting) -> None:
    await reporting()
    turn = await Phone(pool, phone.context).send("image")
    assert (await phone.states(turn))["image"][0] == "refused"


async def test_a_picture_that_comes_with_the_report_itself_is_kept(phone) -> None:
    turn = await phone.send("image", text="cháy nhà rồi cứu với")
    assert turn.outcome["status"] == "danger"
    assert await phone.states(turn) == {"image": ("waiting", None)}
    assert "không lưu lại" not in text_of(turn)


async def test_a_picture_for_a_report_is_kept_while_an_officer_has_the_conversation(phone, reporting) -> None:
    report = await reporting()
    await phone.rows("UPDATE conversation SET owner = 'officer' WHERE id = %s RETURNING id", report.conversation.id)
    turn = await phone.send("image")
    assert (turn.outcome["status"], turn.replies) == ("with_officer", [])
    assert await phone.states(turn) == {"image": ("waiting", None)}


# With words.


@pytest.mark.parametrize("kind", [*FETCHED, "contact"])
async def test_words_are_answered_as_ever_and_one_line_says_what_was_not_kept(phone, fake, kind) -> None:
    turn = await phone.send(kind, text="tách hộ bao nhiêu tiền")
    assert turn.outcome["status"] == "answered"
    [(text, _)] = turn.replies
    assert text.startswith(fake.reply) and "không lưu lại" in text.splitlines()[-1]
    assert await phone.states(turn) == {kind: ("refused", "not_needed")}


async def test_the_line_stands_under_the_words_and_not_under_a_file(phone, fake) -> None:
    content = b"%PDF-1.4"
    digest = hashlib.sha256(content).hexdigest()
    async with phone.pool.connection() as connection:
        await keep(connection, digest, "application/pdf", content, at=MONDAY_MORNING)
    fake.files = [Enclosed("CT01", "ct01.pdf", digest)]
    turn = await phone.send("image", text="tờ khai tạm trú đâu ạ")
    said = await phone.rows("SELECT text FROM outbox WHERE turn_id = %s ORDER BY position", turn.row["id"])
    assert "không lưu lại" in said[0]["text"] and said[1]["text"] == "CT01"


@pytest.mark.parametrize("kind", ["sticker", "gif", "location"])
async def test_of_others_nothing_is_said(phone, fake, kind) -> None:
    assert text_of(await phone.send(kind, text="tách hộ bao nhiêu tiền")) == fake.reply


async def test_words_with_what_a_report_keeps_are_answered_without_that_line(phone, fake, reporting) -> None:
    await reporting()
    assert text_of(await phone.send("image", text="tách hộ bao nhiêu tiền")) == fake.reply


async def test_nothing_at_all_is_asked_for_again(phone) -> None:
    assert "chưa nhận được chữ" in text_of(await phone.send())


async def test_without_knowledge_a_recording_still_gets_the_numbers(phone) -> None:
    def broken(now):
        raise RuntimeError("no knowledge loaded")

    phone.context = replace(phone.context, knowledge=broken)
    turn = await phone.send("audio")
    assert (turn.outcome["status"], text_of(turn)) == ("failed", LAST_RESORT)


async def test_all_is_one_transaction(phone, reporting, dies_after) -> None:
    await reporting()
    dies_after("finish_turn")
    with pytest.raises(KeyboardInterrupt):
        await phone.send("image")
    [row] = await phone.rows("SELECT * FROM attachment ORDER BY id DESC LIMIT 1")
    assert row["state"] == "none"
    assert not await phone.rows("SELECT 1 FROM procrastinate_jobs WHERE lock = %s", f"file:{row['id']}")


def test_a_recording_counts_most_and_several_things_get_one_answer() -> None:
    assert reply_to({"image", "audio", "location"}, kept=False) == "attachment_voice"
    assert reply_to({"image", "location", "sticker"}, kept=False) == "attachment_place"
    assert reply_to({"image", "contact"}, kept=False) == "attachment"
    assert reply_to(set(), kept=True) is None
    assert kinds_of({"attachments": None}) == frozenset()


def test_every_reply_is_in_the_knowledge_and_offers_an_officer_where_nothing_is_kept(catalog) -> None:
    for kind in (*FETCHED, "location", "contact"):
        for kept in (True, False):
            name = reply_to({kind}, kept=kept)
            assert name in catalog.replies
            assert kept or "officer" in catalog.replies[name].buttons
