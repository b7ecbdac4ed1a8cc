"""From a checked event to rows: turns of what citizens say, states of what else happens, each event once.

Everything of one event is one transaction; the citizen's text is kept once, in its turn.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from connectors.zalo.accounts import OpenAccount
from connectors.zalo.buttons import ButtonKeys
from connectors.zalo.events import Attachment, Event, Kind
from handoff.ownership import held_until
from storage.attachments import Attached
from storage.channels import note_event, revoke
from storage.database import Connection
from storage.events import Arrived, erase_citizen, give_to_officer, link_turn, note_interaction, store_event
from storage.intake import Intake
from storage.settings import TIME_ZONE
from storage.turns import TEXT_CHARACTERS, Accepted, Incoming, accept, button_of, open_conversation

logger = logging.getLogger(__name__)
GREET = "/greet"
DATABASE_SECONDS = 1.5
"""How long a call waits for a connection: the platform waits 2 seconds for the answer."""
MOST_ATTACHMENTS = 20
REVOKED = "Ứng dụng đã bị thu hồi quyền. Quản trị viên OA cần cấp quyền lại thì mới gửi được tin."


@dataclass(frozen=True)
class Call:
    """One event on its way into the database."""

    connection: Connection
    intake: Intake
    account: OpenAccount
    event: Event
    raw: bytes
    now: datetime

    @property
    def citizen(self) -> str | None:
        return self.event.citizen(self.account.oa_id)

    async def store(self, *, citizen: str | None, body: bytes | None) -> int | None:
        """The event's own row; None when it is known."""
        event = Arrived(self.account.id, self.event.key, self.event.name, self.event.at, citizen, body)
        return await store_event(self.connection, event, at=self.now)

    async def conversation(self, citizen: str) -> UUID:
        return await open_conversation(
            self.connection, channel=self.account.id, citizen=citizen, unit=self.account.unit, at=self.now
        )

    async def accept(self, event_id: int, message: Incoming) -> Accepted:
        """The turn of the event, with its job."""
        accepted = await accept(self.connection, self.intake.queue, message, at=self.now)
        await link_turn(self.connection, event_id, accepted.turn_id)
        await note_interaction(self.connection, message.conversation_id, self.event.at)
        return accepted


async def take(intake: Intake, account: OpenAccount, event: Event, raw: bytes) -> bool:
    """Store what an event of this account says; False when it had been stored before.

    Raises:
        psycopg.Error, psycopg_pool.PoolTimeout, procrastinate.exceptions.ConnectorException: nothing was stored.
    """
    async with (
        intake.pool.connection(timeout=DATABASE_SECONDS) as connection,
        connection.pipeline(),
        connection.transaction(),
    ):
        call = Call(connection, intake, account, event, raw, intake.now())
        await note_event(connection, account.id, call.now)
        return await HANDLERS.get(event.kind, keep)(call)


async def keep(call: Call) -> bool:
    """Keep the body for some days; nothing else is done."""
    return await call.store(citizen=call.citizen, body=call.raw) is not None


async def message(call: Call) -> bool:
    """What a citizen wrote, tapped or sent becomes a turn."""
    citizen, event = call.citizen, call.event
    if citizen is None:
        return await keep(call)
    event_id = await call.store(citizen=citizen, body=None)
    if event_id is None:
        return False
    conversation = await call.conversation(citizen)
    text, button = _text(event), None
    if pressed := await _pressed(call, text, conversation):
        text, button = pressed
    incoming = Incoming(
        conversation, event.msg_id or event.key, text, button, sent_at=event.at, attachments=_attached(event)
    )
    return (await call.accept(event_id, incoming)).new


async def _pressed(call: Call, text: str, conversation: UUID) -> tuple[str, str] | None:
    """Label and payload of the button whose token the text is."""
    read = ButtonKeys(call.intake.secret, call.intake.now).read(text, conversation)
    button = await button_of(call.connection, conversation, *read) if read else None
    return (button["title"], button["payload"]) if button else None


def _text(event: Event) -> str:
    """The text, or the link in its place; one character more than is read tells the dialogue that it is too long."""
    link = next((one.url for one in event.attachments if one.kind == "link" and one.url), "")
    return (event.text or link)[: TEXT_CHARACTERS + 1]


def _attached(event: Event) -> tuple[Attached, ...]:
    """What came along; a link is text, and a business card is somebody else's data."""
    kinds = [one for one in event.attachments if one.kind != "link"][:MOST_ATTACHMENTS]
    return tuple(Attached("contact") if one.kind == "contact" else _as_attached(one) for one in kinds)


def _as_attached(one: Attachment) -> Attached:
    return Attached(one.kind, one.url, one.name, one.size, one.latitude, one.longitude)


async def welcome(call: Call) -> bool:
    """A citizen follows or opens the chat: greet, once a day."""
    citizen = call.citizen
    event_id = await call.store(citizen=citizen, body=call.raw)
    if event_id is None or citizen is None:
        return event_id is not None
    conversation = await call.conversation(citizen)
    day = f"greet:{call.now.astimezone(TIME_ZONE):%Y-%m-%d}"
    await call.accept(event_id, Incoming(conversation, day, "", GREET, sent_at=call.event.at))
    return True


async def echo(call: Call) -> bool:
    """The account wrote. Where a person did, the conversation is an officer's for a while."""
    if not await keep(call):
        return False
    if call.event.admin_id and call.citizen:
        conversation = await call.conversation(call.citizen)
        await give_to_officer(call.connection, conversation, held_until(call.event.at))
    return True


async def withdrawn(call: Call) -> bool:
    """The citizen takes their consent back: nothing of theirs is left, not even who asked for it."""
    citizen = call.citizen
    if citizen is None:
        logger.error("a withdrawal at %s names no citizen; its body is kept", call.account.id)
        return await keep(call)
    if await call.store(citizen=None, body=None) is None:
        return False
    await erase_citizen(call.connection, channel=call.account.id, citizen=citizen)
    return True


async def revoked(call: Call) -> bool:
    """The account took the application's permission back."""
    if not await keep(call):
        return False
    # Whoever refreshes tokens may have the row for longer than the platform waits for us.
    await call.connection.execute("SET LOCAL lock_timeout = '1s'")
    await revoke(call.connection, call.account.id, REVOKED, sent_at=call.event.at, at=call.now)
    return True


HANDLERS: Mapping[Kind, Callable[[Call], Awaitable[bool]]] = {
    "message": message,
    "follow": welcome,
    "chat_opened": welcome,
    "echo": echo,
    "withdrawn": withdrawn,
    "revoked": revoked,
}
