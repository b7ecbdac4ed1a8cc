"""Find messages whose event never arrived: read the history and take what is new, exactly as the webhook would.

The same message ids make it the same turns, so nothing is doubled when the event comes after all.
Source: Zalo OA reference of 2026-11-22, §4. Whether a row of the recent chats is a chat or a message is not known:
the chats are taken from it, and each one's own history is read.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from connectors.zalo import accounts
from connectors.zalo.accounts import KIND, OpenAccount
from connectors.zalo.answers import Spoken
from connectors.zalo.client import HISTORY_ROWS
from connectors.zalo.events import Event
from connectors.zalo.fields import degrees_of
from connectors.zalo.intake import Call, message
from connectors.zalo.station import Station, ask
from storage.channels import Account
from storage.intake import Intake
from storage.sealed import Seal
from storage.watch import caught_up_at, known_messages, note_caught_up

logger = logging.getLogger(__name__)
OVERLAP = timedelta(minutes=10)
"""How far before the last complete reading the next one begins: clocks differ, and rows may come late."""
OLDEST = timedelta(hours=48)
"""Older messages can't be answered for free any more, and nobody waits for an answer."""
CHAT_PAGES, MESSAGE_PAGES = 500, 20
NAMES = {
    "text": "user_send_text", "image": "user_send_image", "gif": "user_send_gif", "file": "user_send_file",
    "audio": "user_send_audio", "video": "user_send_video", "sticker": "user_send_sticker",
    "location": "user_send_location", "link": "user_send_link", "contact": "user_send_business_card",
}  # fmt: skip
"""The event of each kind of row."""
PLACE = re.compile(r"(-?[0-9.]+)\s*,\s*(-?[0-9.]+)")


async def catch_up(station: Station, account: Account) -> int:
    """Take the messages of citizens that are in the history and not here; returns how many.

    Raises:
        Wait, ConsentNeeded, TokenError, ZaloError, Unreachable, AnswerUnknown: not read to the end; the next reading
            begins where this one did.
        CantOpen: the account's secrets were sealed with another secret.
    """
    began = station.now()
    async with station.pool.connection() as connection:
        last = await caught_up_at(connection, account.id)
        opened = await accounts.read_account(connection, Seal(station.secret), account.id.removeprefix(f"{KIND}:"))
    if opened is None:
        return 0
    since = max((last or account.created_at) - OVERLAP, began - OLDEST)
    taken = 0
    for citizen in await _talking(station, account, since):
        taken += await _take_missed(station, account, opened, citizen, since)
    async with station.pool.connection() as connection:
        await note_caught_up(connection, account.id, began)
    if taken:
        logger.warning("%d messages of %s had not arrived and were found in its history", taken, account.id)
    return taken


async def _talking(station: Station, account: Account, since: datetime) -> list[str]:
    """The citizens of all chats in which something was said since then."""
    found: dict[str, None] = {}
    for page in range(CHAT_PAGES):
        offset = page * HISTORY_ROWS
        rows = await ask(station, account, partial(station.client.recent_chats, offset=offset))
        found |= {row.citizen: None for row in rows if row.citizen and (row.at is None or row.at >= since)}
        if len(rows) < HISTORY_ROWS or any(row.at is not None and row.at < since for row in rows):
            break
    return list(found)


async def _take_missed(station: Station, account: Account, opened: OpenAccount, citizen: str, since: datetime) -> int:
    """Take what one citizen said since then, the oldest first."""
    said: dict[str, Spoken] = {}
    for page in range(MESSAGE_PAGES):
        offset = page * HISTORY_ROWS
        rows = await ask(station, account, partial(station.client.conversation, user=citizen, offset=offset))
        said |= {row.message_id: row for row in rows if row.message_id and _is_recent(row, since)}
        if len(rows) < HISTORY_ROWS or any(row.at is not None and row.at < since for row in rows):
            break
    async with station.pool.connection() as connection:
        known = await known_messages(connection, channel=account.id, citizen=citizen, ids=said, names=NAMES.values())
    missed = [row for message_id, row in reversed(said.items()) if message_id not in known]
    return sum([await _take(station, opened, citizen, row) for row in missed])


def _is_recent(row: Spoken, since: datetime) -> bool:
    return row.by_citizen and row.at is not None and row.at >= since


async def _take(station: Station, opened: OpenAccount, citizen: str, row: Spoken) -> bool:
    intake = Intake(station.pool, station.queue, station.now, station.secret, lambda *_: None)
    async with station.pool.connection() as connection, connection.transaction():
        call = Call(connection, intake, opened, event_of(row, opened, citizen), b"", station.now())
        return await message(call)


def event_of(row: Spoken, opened: OpenAccount, citizen: str) -> Event:
    """The event that should have come for a row of the history; the row has an id and a time."""
    name = NAMES.get(row.kind, NAMES["text"])
    assert row.message_id is not None and row.at is not None
    attached = row.attachment
    place = PLACE.fullmatch(row.text.strip()) if row.kind == "location" else None
    if attached is not None and place is not None:
        attached = replace(attached, latitude=degrees_of(place[1], 90), longitude=degrees_of(place[2], 180))
    return Event(
        name=name,
        kind="message",
        app_id=opened.app_id,
        timestamp="",
        at=row.at,
        oa=(opened.oa_id,),
        people=(citizen,),
        msg_id=row.message_id,
        admin_id=None,
        key=f"{name}:{row.message_id}",
        text="" if place else row.text,
        attachments=(attached,) if attached is not None else (),
    )
