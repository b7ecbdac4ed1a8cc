"""Whether a message was taken by a call whose answer is unknown: the history of the conversation says so.

Source: Zalo OA reference of 2026-11-22, §2.9 (after a time-out a message may have been sent; a send has no key that
makes it happen once) and §4 (the history).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from connectors.zalo.answers import Spoken
from connectors.zalo.client import HISTORY_ROWS
from connectors.zalo.errors import AnswerUnknown, Unreachable, ZaloError
from connectors.zalo.format import Piece
from connectors.zalo.parcel import Later, Parcel, Undeliverable
from connectors.zalo.station import ask
from storage.deliveries import sent_ids

SETTLING = timedelta(seconds=12)
"""Longer than a call takes: the one in doubt may still be on its way."""
READING = timedelta(minutes=2)
"""How long the history is asked for, from the first look on, before a message is sent again unseen."""
LONGEST = timedelta(minutes=10)
CLOCKS_DIFFER = timedelta(minutes=2)
PAGES = 5
UNSURE = "Zalo không cho biết tin đã tới công dân hay chưa. Cần xem lại cuộc trò chuyện trên Zalo."


def looking_at(since: datetime, attempts: int) -> datetime:
    """When to look for a message that was sent at `since`, later after every attempt."""
    return since + min(SETTLING * (1 << min(max(attempts - 1, 0), 10)), LONGEST)


async def settle(parcel: Parcel) -> None:
    """End the doubt: the next piece was sent and is recorded, or it may be sent (again).

    Raises:
        Later: it is too early to say.
        Undeliverable: nobody can say, and it was sent again once already.
        Wait, ConsentNeeded, TokenError: the history can't be asked for now.
        ZaloError: nor now, because a new token was refused too; of class `refresh`.
    """
    now, since, wanted = parcel.station.now(), parcel.delivery.sending_since, parcel.candidates()
    if since is not None and now < since + SETTLING:
        raise Later(since + SETTLING)
    try:
        found = await _find(parcel, wanted, since or now)
    except (Unreachable, AnswerUnknown) as error:
        # Many calls may have gone before: then the first look alone comes later than that after the last of them.
        if parcel.delivery.maybe_doubled or (since is not None and now < looking_at(since, parcel.attempts) + READING):
            raise Later(looking_at(now, parcel.attempts)) from error
        parcel.doubled = True
    except ZaloError as error:
        if error.retry_class == "refresh":
            # That is no word about the history, and the message would be refused as well.
            raise
        _once_more(parcel, error)
    else:
        if found is not None:
            await parcel.sent(found)
        elif any(piece.kind == "file" for piece in wanted):
            # How a history shows a file, or whether, is not documented: not to find it proves nothing.
            _once_more(parcel)
    parcel.in_doubt = False


def _once_more(parcel: Parcel, error: ZaloError | None = None) -> None:
    """The message is sent again unseen, once."""
    if parcel.delivery.maybe_doubled:
        raise Undeliverable(UNSURE) from error
    parcel.doubled = True


async def _find(parcel: Parcel, wanted: Sequence[Piece], since: datetime) -> str | None:
    """The id of the message in question; None where the history has no such message."""
    # What came before it, whatever the clocks say: our replies before, and what the citizen wrote.
    before = await sent_ids(parcel.connection, parcel.delivery.conversation_id) | {parcel.delivery.message_id}
    user = parcel.delivery.citizen
    for page in range(PAGES):
        offset = page * HISTORY_ROWS
        rows = await ask(
            parcel.station,
            parcel.account,
            partial(parcel.station.client.conversation, user=user, offset=offset),
        )
        for row in rows:
            if row.message_id in before or (row.at is not None and row.at < since - CLOCKS_DIFFER):
                return None
            if any(_is_it(row, piece) for piece in wanted):
                return row.message_id
        if len(rows) < HISTORY_ROWS:
            break
    return None


def _is_it(row: Spoken, piece: Piece) -> bool:
    if row.by_citizen or row.message_id is None:
        return False
    said = _flat(row.text)
    if piece.kind == "text":
        return said == _flat(piece.text)
    # Whether the history tells a caption is not documented; a file has no words to compare at all.
    return row.kind == piece.kind and (piece.kind == "file" or said in ("", _flat(piece.text)))


def _flat(text: str) -> str:
    return " ".join(text.split())
