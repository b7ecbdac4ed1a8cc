"""Files that an answer carries: after its replies, and none from a turn that breaks."""

import hashlib

import pytest

from dialogue import turn as pipeline
from storage.outgoing import Enclosed, keep
from tests.dialogue.stored import rows
from tests.pipeline import MONDAY_MORNING


@pytest.fixture
async def form(pool) -> Enclosed:
    content = b"%PDF-1.4 mau"
    digest = hashlib.sha256(content).hexdigest()
    async with pool.connection() as connection:
        await keep(connection, digest, "application/pdf", content, at=MONDAY_MORNING)
    return Enclosed("CT01 – Tờ khai", "ct01.pdf", digest)


async def test_files_come_after_the_replies_and_a_typed_number_is_still_a_button(chat, fake, form, pool) -> None:
    fake.files, fake.buttons = [form], [{"title": "A", "payload": "/ask_fee"}]
    turn = await chat.say("tờ khai đâu ạ")
    outbox = await rows(pool, "SELECT text, file_name FROM outbox WHERE turn_id = %s ORDER BY position", turn.row["id"])
    assert outbox == [{"text": fake.reply, "file_name": None}, {"text": form.caption, "file_name": "ct01.pdf"}]
    fake.files = []
    await chat.say("1")
    assert fake.reacted[-1]["told"]["offered"] == fake.buttons and len(fake.understood) == 1


async def test_a_turn_that_breaks_after_its_answer_sends_no_file(chat, fake, form, pool, monkeypatch) -> None:
    async def breaks(turn, context):
        raise ValueError

    fake.files = [form]
    monkeypatch.setattr(pipeline, "mention_attachments", breaks)
    turn = await chat.say("tờ khai đâu ạ")
    outbox = await rows(pool, "SELECT file_name FROM outbox WHERE turn_id = %s", turn.row["id"])
    assert turn.outcome["status"] == "failed" and outbox == [{"file_name": None}]
