"""Invented rows of channels for tests of storage."""

import uuid
from typing import Any

from storage.turns import Incoming, accept, finish_turn, open_conversation, read_turn, write_replies
from tests.pipeline import MONDAY_MORNING

CHANNEL = "zalo:4234567890123456783"
DONE = {**dict.fromkeys(("kind", "procedure", "question", "case_id", "confidence", "release")), "status": "answered"}


async def conversation_of(connection: Any, citizen: str | None = None, channel: str = CHANNEL) -> uuid.UUID:
    return await open_conversation(
        connection, channel=channel, citizen=citizen or uuid.uuid4().hex, unit="u", at=MONDAY_MORNING
    )


async def send(connection: Any, conversation: uuid.UUID, text: str = "xin chào", **more: Any) -> int:
    """Accept a message; returns its turn."""
    incoming = Incoming(conversation, more.pop("message_id", None) or uuid.uuid4().hex, text, **more)
    return (await accept(connection, None, incoming, at=MONDAY_MORNING)).turn_id


async def answer(connection: Any, turn_id: int, *texts: str, buttons: Any = (), files: Any = ()) -> int:
    """Work the oldest turn of the conversation of `turn_id`; returns it."""
    found = await read_turn(connection, turn_id)
    assert found is not None
    await write_replies(connection, found[0], [(text, list(buttons)) for text in texts], files, at=MONDAY_MORNING)
    await finish_turn(connection, found[0], DONE, None, at=MONDAY_MORNING)
    return int(found[0]["id"])


async def rows(connection: Any, query: str, *values: Any) -> list[dict[str, Any]]:
    return await (await connection.execute(query, values)).fetchall()
