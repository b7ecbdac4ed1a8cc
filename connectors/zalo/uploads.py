"""The platform's id of the file that a reply carries: known from an upload before, or uploaded now.

Source: Zalo OA reference of 2026-11-22, §2.8 (ids die after 7 days; 5,000 uploads a month) and §2.9 (-100).
"""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial

from connectors.zalo.errors import AnswerUnknown, Unreachable, ZaloError
from connectors.zalo.parcel import Later, Parcel, Undeliverable
from connectors.zalo.station import ask
from storage import channels
from storage.locks import locked
from storage.outgoing import Upload, contents, forget_uploaded, note_uploaded, uploaded_id

logger = logging.getLogger(__name__)
LIFE = timedelta(days=6)
"""The platform keeps an upload for 7 days; a day less leaves no id that dies on its way."""
BUSY_WAIT = timedelta(seconds=2)
NO_MORE = frozenset({-210, -211})
"""Codes of an upload beyond the month's; which of them is not documented. Sizes are checked before, so no other reason
is left for -210."""
USED_UP = "OA đã hết lượt tải tệp lên Zalo trong tháng, nên chưa gửi được tệp. Cần báo người quản trị."


async def platform_id(parcel: Parcel, upload: Upload) -> str:
    """The id to send the file with.

    Raises:
        Later: another courier is uploading it. Undeliverable: the month's uploads are used up.
        Unreachable: it is not uploaded, as far as anybody knows; a second upload would do no harm.
        ZaloError, Wait, ConsentNeeded, TokenError: as any call.
    """
    now = parcel.station.now()
    if known := await uploaded_id(parcel.connection, upload, at=now):
        return known
    # Two citizens who ask at the same time are one upload of the month's.
    async with locked(parcel.connection, f"upload:{upload.channel}:{upload.sha256.hex()}:{upload.name}") as mine:
        if not mine:
            raise Later(now + BUSY_WAIT)
        return await uploaded_id(parcel.connection, upload, at=now) or await _upload(parcel, upload)


async def _upload(parcel: Parcel, upload: Upload) -> str:
    station, digest = parcel.station, upload.sha256.hex()
    content = (await contents(parcel.connection, [digest]))[digest]
    call = station.client.upload_image if parcel.is_picture else station.client.upload_file
    began = station.now()
    try:
        made = await ask(station, parcel.account, partial(call, name=upload.name, content=content))
    except AnswerUnknown as error:
        await parcel.failed()
        raise Unreachable(str(error)) from error
    except Unreachable:
        await parcel.failed()
        raise
    except ZaloError as error:
        await parcel.failed()
        if error.code in NO_MORE:
            raise Undeliverable(USED_UP, alarm=True) from error
        raise
    await note_uploaded(parcel.connection, upload, made, expires_at=began + LIFE)
    if parcel.account.alarm == USED_UP:
        await channels.set_alarm(parcel.connection, parcel.account.id, None, at=station.now())
        await parcel.read_account()
    return made


async def forget(parcel: Parcel) -> bool:
    """The platform does not know the id any more: drop it. False where that was said before, or there is no file."""
    if parcel.upload is None or parcel.uploaded_again:
        return False
    logger.warning("reply %d: its upload is gone on the platform", parcel.delivery.outbox_id)
    await forget_uploaded(parcel.connection, parcel.upload)
    parcel.uploaded_again = True
    return True
