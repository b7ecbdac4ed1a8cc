"""Take one posted message into the database, and wait for its answer."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from storage.database import Connection, Row
from storage.turns import Accepted, Incoming, accept, button_of, history, open_conversation
from web import refused
from web.incoming import Posted
from web.refused import Refused
from web.site import DATABASE_SECONDS, Site

CHANNEL = "web"
MESSAGES_A_MINUTE = 30
MINUTE = timedelta(minutes=1)


async def take(site: Site, citizen: str, posted: Posted) -> tuple[UUID, Accepted]:
    """Store and queue a message in one transaction.

    Returns:
        The conversation, and the turn that will answer.

    Raises:
        Refused: a button that was not offered here, or too many messages.
    """
    now = site.now()
    async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
        conversation = await open_conversation(
            connection, channel=CHANNEL, citizen=citizen, unit=site.settings.unit, at=now
        )
        message = await _message(site, connection, conversation, posted)
        if await _others_within_minute(connection, message, site) >= MESSAGES_A_MINUTE:
            raise Refused(429, refused.TOO_MANY, draft=posted.text, headers={"Retry-After": "60"})
        return conversation, await accept(connection, site.queue, message, at=now)


async def _message(site: Site, connection: Connection, conversation: UUID, posted: Posted) -> Incoming:
    if not posted.button:
        return Incoming(conversation, posted.message_id, posted.text)
    outbox_id, index = site.keys.pressed(posted.button, conversation)
    button = await button_of(connection, conversation, outbox_id, index)
    if button is None:
        raise Refused(400, refused.OLD_BUTTON)
    return Incoming(conversation, posted.message_id, button["title"], button["payload"])


async def _others_within_minute(connection: Connection, message: Incoming, site: Site) -> int:
    # The message itself doesn't count: sending it again must not be refused after it was accepted.
    cursor = await connection.execute(
        "SELECT count(*) AS others FROM turn WHERE conversation_id = %s AND accepted_at > %s AND message_id <> %s",
        (message.conversation_id, site.now() - MINUTE, message.message_id),
    )
    row = await cursor.fetchone()
    return int(row["others"]) if row else 0


async def read_history(site: Site, conversation: UUID) -> list[Row]:
    """The latest turns of a conversation, oldest first."""
    async with site.pool.connection(timeout=DATABASE_SECONDS) as connection:
        return await history(connection, conversation)


async def until_done(site: Site, conversation: UUID, turn_id: int) -> None:
    """Return when a turn is done; the caller sets the time limit."""
    with site.live.watch(conversation) as bell:
        while not any(row["id"] == turn_id and row["done_at"] for row in await read_history(site, conversation)):
            await bell.wait()
