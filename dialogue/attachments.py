"""Things sent along: a report keeps them, nothing else needs them, and whoever sent only them is told so."""

from __future__ import annotations

from collections.abc import Set

import procrastinate

from storage.attachments import drop_attachments, keep_attachments
from storage.database import Connection, Row
from storage.queue import defer_fetch

LINK, PLACE, VOICE, CONTACT = "link", "location", "audio", "contact"
FETCHED = frozenset({"image", "file", "video", VOICE})
"""What a report keeps a copy of; a place is in the row itself."""
UNKEPT = FETCHED | {CONTACT}


def kinds_of(row: Row) -> frozenset[str]:
    """The kinds of what came with a turn; a link is text."""
    return frozenset(one["kind"] for one in row["attachments"] or ()) - {LINK}


def reply_to(kinds: Set[str], *, kept: bool) -> str | None:
    """The reply to a message without words; None for stickers and the like, which ask for none.

    Args:
        kept: whether they go to an open report.
    """
    if VOICE in kinds:
        return "attachment_voice_kept" if kept else "attachment_voice"
    if PLACE in kinds:
        return "attachment_place_kept" if kept else "attachment_place"
    if kinds & FETCHED:
        return "attachment_kept" if kept else "attachment"
    return "attachment_contact" if CONTACT in kinds else None


async def settle(connection: Connection, queue: procrastinate.App | None, row: Row, *, kept: bool) -> None:
    """Let a courier fetch what a report keeps, in the transaction of the turn; refuse the rest."""
    if kept:
        for attachment_id in await keep_attachments(connection, row["id"], list(FETCHED)):
            if queue is not None:
                await defer_fetch(connection, queue, attachment_id)
    await drop_attachments(connection, row["id"], list(UNKEPT))
