"""Send what waits in a conversation, in the order of the outbox, each reply once.

Source of the rules: docs/design/zalo.md, "Out"; what to do about an error code is in `errors`.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from connectors.zalo import uploads
from connectors.zalo.answers import Sent
from connectors.zalo.doubt import looking_at, settle
from connectors.zalo.errors import QUOTA, WINDOW, AnswerUnknown, Unreachable, ZaloError
from connectors.zalo.format import Piece
from connectors.zalo.oauth import TokenError
from connectors.zalo.parcel import Later, Parcel, Undeliverable, pause
from connectors.zalo.station import Station, Wait, ask
from connectors.zalo.tokens import ConsentNeeded
from storage import channels
from storage.database import Connection
from storage.deliveries import Delivery, give_up, open_deliveries
from storage.locks import alone
from storage.queue import defer_delivery
from storage.settings import TIME_ZONE

logger = logging.getLogger(__name__)
FREE, LONGEST = timedelta(hours=48), timedelta(days=7)
TRIES = 3
"""Calls for one piece that the platform says it could not send."""
BUSY_WAIT, CONSENT_WAIT, CAP_WAIT = timedelta(seconds=5), timedelta(minutes=1), timedelta(hours=1)
MORNING = 6
GONE = "Tài khoản OA của cuộc trò chuyện này không còn trong hệ thống."
CONSENT = "OA chưa cấp quyền cho ứng dụng, hoặc đã thu hồi. Quản trị viên OA cần cấp quyền thì mới gửi được tin."


async def deliver(station: Station, conversation_id: UUID) -> None:
    """Send the waiting replies of a conversation; those that have to wait get a job of their own.

    Raises:
        psycopg.Error, psycopg_pool.PoolTimeout, procrastinate.exceptions.ConnectorException: the database is away;
            what was being sent is in doubt then.
    """
    async with alone(station.pool, f"deliver:{conversation_id}") as connection:
        if connection is not None:
            for delivery in await open_deliveries(connection, conversation_id):
                if not await _deliver(station, connection, delivery):
                    return
            return
    # A courier that the queue takes for dead may only have stood still.
    async with station.pool.connection() as other:
        await defer_delivery(other, station.queue, conversation_id, not_before=station.now() + BUSY_WAIT)


async def _deliver(station: Station, connection: Connection, delivery: Delivery) -> bool:
    """Send one reply; False when it waits."""
    if delivery.not_before is not None and station.now() < delivery.not_before:
        # Whoever postponed it has queued it too.
        return False
    account = await channels.read_account(connection, delivery.channel)
    if account is None:
        await give_up(connection, [delivery.outbox_id], GONE)
        return True
    parcel = Parcel(station, connection, account, delivery)
    try:
        await _send(parcel)
    except (Later, Wait) as later:
        await parcel.wait(later.until)
        return False
    except Undeliverable as error:
        logger.warning("reply %d can't be delivered", delivery.outbox_id)
        await parcel.give_up(error)
    return True


async def _send(parcel: Parcel) -> None:
    """All pieces that are left.

    Raises:
        Later, Wait: not now. Undeliverable: never.
    """
    try:
        if parcel.in_doubt:
            await settle(parcel)
        while (piece := _next(parcel)) is not None:
            await _send_piece(parcel, piece)
        if not parcel.done:
            # No words at all, or fewer pieces than before because buttons became numbers or numbers buttons.
            await parcel.sent(None)
    except ConsentNeeded as error:
        await parcel.read_account()
        if parcel.account.alarm is None:
            await channels.set_alarm(parcel.connection, parcel.account.id, CONSENT, at=parcel.station.now())
        raise Later(parcel.station.now() + CONSENT_WAIT) from error
    except TokenError as error:
        raise Later(parcel.station.now() + pause(parcel.attempts)) from error
    except ZaloError as error:
        # From `settle`: the pieces know theirs.
        raise await _token_refused(parcel, error) from error


def _next(parcel: Parcel) -> Piece | None:
    left = parcel.pieces(numbered=parcel.numbered)[parcel.place :]
    return left[0] if left else None


async def _send_piece(parcel: Parcel, piece: Piece) -> None:
    check_window(parcel, parcel.station.now())
    try:
        upload = parcel.upload if piece.kind != "text" else None
        file_id = await uploads.platform_id(parcel, upload) if upload else ""
        sent = await ask(parcel.station, parcel.account, partial(_call, parcel, piece, file_id))
    except AnswerUnknown as error:
        parcel.in_doubt = True
        raise Later(looking_at(parcel.station.now(), parcel.attempts)) from error
    except Unreachable as error:
        raise Later(parcel.station.now() + pause(parcel.attempts)) from error
    except ZaloError as error:
        await _refused(parcel, error)
        return
    await parcel.sent(sent.message_id)
    await parcel.note(sent)


async def _call(parcel: Parcel, piece: Piece, file_id: str, access: str) -> Sent:
    client, user = parcel.station.client, parcel.delivery.citizen
    await parcel.start()
    if piece.kind == "image":
        return await client.send_image(access, user, file_id, caption=piece.text)
    if piece.kind == "file":
        return await client.send_file(access, user, file_id)
    if piece.buttons:
        return await client.send_buttons(access, user, piece.text, piece.buttons)
    return await client.send_text(access, user, piece.text)


async def _refused(parcel: Parcel, error: ZaloError) -> None:
    """What to do about a refusal; returns where the piece can be sent again at once.

    Raises:
        Later: not now. Undeliverable: never.
    """
    now, kind = parcel.station.now(), error.retry_class
    logger.warning("reply %d was refused: %d", parcel.delivery.outbox_id, error.code)
    if kind == "plain_text" and not parcel.numbered:
        await parcel.plain_text()
        return
    if kind == "upload_again" and await uploads.forget(parcel):
        return
    if kind == "refresh":
        raise await _token_refused(parcel, error)
    if kind == "retry" and parcel.attempts < TRIES:
        raise Later(now + pause(parcel.attempts))
    if kind == "later":
        raise Later(now + CAP_WAIT)
    if kind == "at_six":
        raise Later(next_morning(now))
    if kind == "quota":
        await channels.note_quota(parcel.connection, parcel.account.id, 0)
    raise Undeliverable(error.reason, alarm=kind in ("alarm", "quota"))


async def _token_refused(parcel: Parcel, error: ZaloError) -> Later:
    """A new token was refused too: the account says so, and the reply waits."""
    now = parcel.station.now()
    await channels.set_alarm(parcel.connection, parcel.account.id, error.reason, at=now)
    return Later(now + max(CONSENT_WAIT, pause(parcel.attempts)))


def check_window(parcel: Parcel, now: datetime) -> None:
    """Whether the platform lets us write to this citizen now, as far as we know.

    Raises:
        Undeliverable: it does not.
    """
    last = parcel.delivery.last_interaction_at
    if last is None or now - last <= FREE:
        return
    if now - last > LONGEST:
        raise Undeliverable(WINDOW.reason)
    if parcel.account.paid_quota_left == 0:
        raise Undeliverable(QUOTA.reason)


def next_morning(now: datetime) -> datetime:
    """The next time at which every kind of message may be sent again."""
    local = now.astimezone(TIME_ZONE)
    six = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return six if local < six else six + timedelta(days=1)
