"""The rows of conversations, turns and replies. Every function takes the connection: callers set transactions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import procrastinate
from psycopg.types.json import Jsonb

from storage.attachments import Attached, add_attachments
from storage.database import Connection, Row
from storage.outgoing import Enclosed
from storage.queue import defer_turn

TEXT_CHARACTERS = 2_000
"""Longest message that is taken; channels refuse or cut longer ones."""
TURN_CHANNEL = "motcua_turn"
"""NOTIFY channel: the payload is `<conversation id>:<turn id>` when a turn is done."""
DOUBLE_TAP = timedelta(seconds=2)
"""The same button within this time is one wish."""
REPLIES_BACK = 6
"""How many replies back a button's label may still be typed."""
SAID, SAID_WITHIN = 2, timedelta(hours=2)
"""How many messages before one, and from how long ago, are read with it."""
OLDEST = """
SELECT t.*, c.unit, c.owner, c.owner_until, c.tracker, c.channel,
       (SELECT jsonb_agg(jsonb_build_object('id', a.id, 'kind', a.kind) ORDER BY a.position)
          FROM attachment a WHERE a.turn_id = t.id) AS attachments,
       t.button IS NOT NULL AND EXISTS (
           SELECT 1 FROM turn e WHERE e.conversation_id = t.conversation_id AND e.button = t.button
              AND (e.sent_at, e.id) < (t.sent_at, t.id) AND e.sent_at >= t.sent_at - %s) AS repeated,
       ARRAY(SELECT e.text FROM turn e
              WHERE e.conversation_id = t.conversation_id AND e.button IS NULL AND e.text <> ''
                AND (e.sent_at, e.id) < (t.sent_at, t.id) AND e.sent_at >= t.sent_at - %s
              ORDER BY e.sent_at DESC, e.id DESC LIMIT %s) AS said
  FROM turn t JOIN conversation c ON c.id = t.conversation_id
 WHERE t.conversation_id = (SELECT conversation_id FROM turn WHERE id = %s) AND t.done_at IS NULL
 ORDER BY t.sent_at, t.id LIMIT 1 FOR NO KEY UPDATE OF t
"""
INSERT_REPLY = """
INSERT INTO outbox (turn_id, conversation_id, position, text, buttons, file_sha256, file_name, created_at)
VALUES (%(turn)s, %(conversation)s, %(position)s, %(text)s, %(buttons)s, %(sha256)s, %(name)s, %(at)s)
"""
INSERT_DELIVERY = f"""
WITH said AS ({INSERT_REPLY} RETURNING id)
INSERT INTO delivery (outbox_id, conversation_id, channel, created_at)
SELECT id, %(conversation)s, %(channel)s, %(at)s FROM said
"""  # noqa: S608 - two constants of this module


@dataclass(frozen=True)
class Conversation:
    """A citizen's conversation with one unit."""

    id: uuid.UUID
    unit: str
    owner: str
    tracker: dict[str, Any] | None
    channel: str
    owner_until: datetime | None


@dataclass(frozen=True)
class Incoming:
    """One message as accepted.

    `button` is the payload of the button pressed, if any; `sent_at` the platform's time, if there is a platform.
    """

    conversation_id: uuid.UUID
    message_id: str
    text: str
    button: str | None = None
    sent_at: datetime | None = None
    attachments: tuple[Attached, ...] = ()


@dataclass(frozen=True)
class Accepted:
    """The turn of a message; `new` is False when the same message had been accepted before."""

    turn_id: int
    new: bool


async def open_conversation(
    connection: Connection, *, channel: str, citizen: str, unit: str, at: datetime
) -> uuid.UUID:
    """The conversation of a citizen on a channel, made at the first message."""
    known = await find_conversation(connection, channel=channel, citizen=citizen)
    if known is not None:
        return known
    await connection.execute(
        "INSERT INTO conversation (id, channel, citizen, unit, created_at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (channel, citizen) DO NOTHING",
        (uuid.uuid4(), channel, citizen, unit, at),
    )
    made = await find_conversation(connection, channel=channel, citizen=citizen)
    assert made is not None
    return made


async def find_conversation(connection: Connection, *, channel: str, citizen: str) -> uuid.UUID | None:
    """The conversation of a citizen, or None before the first message."""
    cursor = await connection.execute(
        "SELECT id FROM conversation WHERE channel = %s AND citizen = %s", (channel, citizen)
    )
    row = await cursor.fetchone()
    return uuid.UUID(str(row["id"])) if row else None


async def accept(
    connection: Connection, queue: procrastinate.App | None, message: Incoming, *, at: datetime
) -> Accepted:
    """Store a message and queue its turn in one transaction; the same message id twice is one turn.

    Args:
        queue: where the turn is queued; None when the caller works the turn itself.
    """
    async with connection.transaction():
        cursor = await connection.execute(
            "INSERT INTO turn (conversation_id, message_id, text, button, sent_at, accepted_at)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (conversation_id, message_id) DO NOTHING RETURNING id",
            (
                message.conversation_id,
                message.message_id,
                message.text,
                message.button,
                message.sent_at or at,
                at,
            ),
        )
        row = await cursor.fetchone()
        if row is None:
            return Accepted(await _turn_of(connection, message), new=False)
        turn_id = int(row["id"])
        await add_attachments(connection, message.conversation_id, turn_id, message.attachments, at=at)
        if queue is not None:
            await defer_turn(connection, queue, message.conversation_id, turn_id)
    return Accepted(turn_id, new=True)


async def _turn_of(connection: Connection, message: Incoming) -> int:
    cursor = await connection.execute(
        "SELECT id FROM turn WHERE conversation_id = %s AND message_id = %s",
        (message.conversation_id, message.message_id),
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row["id"])


async def read_turn(connection: Connection, turn_id: int) -> tuple[Row, Conversation] | None:
    """Lock the oldest waiting turn of the conversation of `turn_id`; None when nothing waits there, or it is gone.

    Deliveries may arrive out of order, and each has a job: whichever job runs takes the turn that was sent first, so
    n jobs in any order work n turns in order. The row has the turn's columns, the conversation's `channel`, what was
    sent along as `attachments` (`[{"id", "kind"}]` or None), `repeated`: the same button just before it, and what was
    typed shortly before it as `said`, newest first.
    """
    # A statement of its own: the next one then sees all that the last holder of this lock has done.
    await connection.execute(
        "SELECT 1 FROM conversation WHERE id = (SELECT conversation_id FROM turn WHERE id = %s) FOR NO KEY UPDATE",
        (turn_id,),
    )
    cursor = await connection.execute(OLDEST, (DOUBLE_TAP, SAID_WITHIN, SAID, turn_id))
    row = await cursor.fetchone()
    if row is None:
        return None
    conversation = Conversation(
        row["conversation_id"], row["unit"], row["owner"], row["tracker"], row["channel"], row["owner_until"]
    )
    return row, conversation


def is_delivered(channel: str) -> bool:
    """Whether replies have to be sent: conversations of an account are named `kind:account`, others are looked at."""
    return ":" in channel


async def write_replies(
    connection: Connection,
    row: Row,
    replies: Sequence[tuple[str, list[dict[str, str]]]],
    files: Sequence[Enclosed] = (),
    *,
    at: datetime,
) -> None:
    """Put replies `(text, buttons)`, then files, into the outbox, each to be delivered where the channel wants that."""
    statement = INSERT_DELIVERY if is_delivered(row["channel"]) else INSERT_REPLY
    said: list[tuple[str, list[dict[str, str]], Enclosed | None]] = [(text, buttons, None) for text, buttons in replies]
    said += [(file.caption, [], file) for file in files]
    for position, (text, buttons, file) in enumerate(said):
        values = {
            "turn": row["id"],
            "conversation": row["conversation_id"],
            "position": position,
            "text": text,
            "buttons": Jsonb(buttons),
            "sha256": bytes.fromhex(file.sha256) if file else None,
            "name": file.name if file else None,
            "channel": row["channel"],
            "at": at,
        }
        await connection.execute(statement, values)


async def finish_turn(
    connection: Connection, row: Row, values: dict[str, Any], tracker: dict[str, Any] | None, *, at: datetime
) -> None:
    """Record how a turn ended, keep the tracker, and tell the web processes when the transaction commits.

    Args:
        values: status, kind, procedure, question, case_id, confidence, release.
    """
    await connection.execute(
        "UPDATE turn SET done_at = %(at)s, status = %(status)s, kind = %(kind)s, procedure = %(procedure)s,"
        " question = %(question)s, case_id = %(case_id)s, confidence = %(confidence)s, release = %(release)s"
        " WHERE id = %(id)s",
        {**values, "at": at, "id": row["id"]},
    )
    await connection.execute(
        "UPDATE conversation SET tracker = coalesce(%s, tracker),"
        " last_interaction_at = greatest(last_interaction_at, %s) WHERE id = %s",
        (None if tracker is None else Jsonb(tracker), row["sent_at"], row["conversation_id"]),
    )
    payload = f"{row['conversation_id']}:{row['id']}"
    await connection.execute("SELECT pg_notify(%s, %s)", (TURN_CHANNEL, payload))


async def history(connection: Connection, conversation_id: uuid.UUID, *, limit: int = 50) -> list[Row]:
    """The latest turns with their replies, oldest first.

    Each row: `id, message_id, text, button, accepted_at, done_at, status` and `replies`, a list of
    `{"id", "text", "buttons": [{"title", "payload"}], "file": {"name", "media_type", "size"} or None}` in order.
    """
    cursor = await connection.execute(
        "SELECT * FROM (SELECT t.id, t.message_id, t.text, t.button, t.accepted_at, t.done_at, t.status,"
        " coalesce((SELECT jsonb_agg(jsonb_build_object('id', o.id, 'text', o.text, 'buttons', o.buttons,"
        " 'file', CASE WHEN f.sha256 IS NOT NULL THEN jsonb_build_object('name', o.file_name,"
        " 'media_type', f.media_type, 'size', octet_length(f.content)) END) ORDER BY o.position)"
        " FROM outbox o LEFT JOIN outgoing_file f ON f.sha256 = o.file_sha256 WHERE o.turn_id = t.id), '[]') AS replies"
        " FROM turn t WHERE t.conversation_id = %s ORDER BY t.id DESC LIMIT %s) newest ORDER BY id",
        (conversation_id, limit),
    )
    return await cursor.fetchall()


async def offered_buttons(
    connection: Connection, conversation_id: uuid.UUID
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The buttons under the newest reply of a conversation, and those under the ones before it, newest first.

    Files come after a reply and have none.
    """
    cursor = await connection.execute(
        "SELECT buttons FROM outbox WHERE conversation_id = %s AND file_sha256 IS NULL ORDER BY id DESC LIMIT %s",
        (conversation_id, REPLIES_BACK),
    )
    newest, *before = [list(row["buttons"]) for row in await cursor.fetchall()] or [[]]
    return newest, [button for buttons in before for button in buttons]


async def button_of(connection: Connection, conversation_id: uuid.UUID, outbox_id: int, index: int) -> Row | None:
    """One button the bot offered to this conversation: `{"title", "payload"}`, or None."""
    if index < 0:  # PostgreSQL would count from the end
        return None
    cursor = await connection.execute(
        "SELECT buttons -> %s AS button FROM outbox WHERE id = %s AND conversation_id = %s",
        (index, outbox_id, conversation_id),
    )
    row = await cursor.fetchone()
    return row["button"] if row else None
