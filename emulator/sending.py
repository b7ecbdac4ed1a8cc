"""Consultation messages: accepted or refused, written into the chat, echoed and receipted."""

from __future__ import annotations

from typing import Any

from emulator import events
from emulator.errors import ApiError, invalid
from emulator.ids import message_id
from emulator.layer import Call
from emulator.messages import Draft, check_draft, read_draft
from emulator.platform import Platform
from emulator.records import Message, Oa, User
from emulator.windows import Standing, judge


async def send(call: Call) -> dict[str, Any] | None:
    """`POST /v3.0/oa/message/cs`."""
    platform, oa = call.platform, call.oa
    body = await call.body()
    user_id = _user_id(body)
    draft = read_draft(body)
    user = platform.recipient(oa, user_id)
    check_recipient(platform, user)
    if draft.needs_package and not oa.package:
        raise ApiError(-224)
    paid = _judge(platform, oa, user) == "paid"
    check_draft(platform, call.app, user, draft)
    if paid:
        oa.quota_remain -= 1
    else:
        user.free_used += 1
    message = accept(platform, user, draft)
    return answer(platform, oa, user, message, paid=paid)


def _user_id(body: dict[str, Any]) -> object:
    recipient = body.get("recipient")
    if not isinstance(recipient, dict):
        raise invalid("recipient")
    return recipient.get("user_id")


def check_recipient(platform: Platform, user: User) -> None:
    """Whether this user can be written to at all.

    Raises:
        ApiError: -217 blocked, -244 restricted, -227 inactive, -213 no follower where the option asks for it.
    """
    if user.blocked:
        raise ApiError(-217)
    if user.restricted:
        raise ApiError(-244)
    if user.inactive:
        raise ApiError(-227)
    if platform.options.need_follow and not user.follower:
        raise ApiError(-213)


def _judge(platform: Platform, oa: Oa, user: User) -> str:
    options = platform.options
    standing = Standing(user.last_interaction, platform.clock.now(), user.free_used, oa.quota_remain)
    return judge(standing, mode=options.window_mode, legacy_paid=options.legacy_paid)


def accept(platform: Platform, user: User, draft: Draft, *, admin_id: str = "") -> Message:
    """Write a message of the OA into the chat, and tell the webhook."""
    message = Message(
        message_id(),
        0,
        platform.clock.now(),
        draft.kind,
        draft.text,
        attachments=_attachments(platform, draft),
        buttons=draft.buttons,
        quote=draft.quote,
        admin_id=admin_id,
    )
    platform.log(user, message)
    events.echo(platform, user, message)
    if not admin_id:
        # An app gets receipts of its own messages only.
        platform.accepted[user.user_id] += 1
        events.receipts(platform, user, message)
    return message


def _attachments(platform: Platform, draft: Draft) -> list[dict[str, Any]]:
    asset = platform.assets.get(draft.asset)
    url = draft.url or (f"{platform.base_url}/cdn/{asset.file}" if asset is not None else "")
    if draft.kind in ("image", "gif"):
        return [{"type": draft.kind, "payload": {"thumbnail": url, "url": url}}]
    if draft.kind == "sticker":
        return [{"type": "sticker", "payload": {"id": draft.asset}}]
    if draft.kind == "file" and asset is not None:
        extension = asset.name.rpartition(".")[2].lower()
        return [
            {"type": "file", "payload": {"url": url, "size": str(asset.size), "name": asset.name, "type": extension}}
        ]
    if draft.info:
        return [{"type": "request_user_info", "payload": dict(draft.info)}]
    return []


def answer(platform: Platform, oa: Oa, user: User, message: Message, *, paid: bool) -> dict[str, Any] | None:
    """`data` of an accepted send, in the variant that the option asks for."""
    variant = platform.options.response
    if variant == "no_data":
        return None
    if variant == "recipient_id":
        return {"message_id": message.id, "recipient_id": user.user_id}
    data: dict[str, Any] = {"message_id": message.id, "user_id": user.user_id, "sent_time": str(message.at)}
    owner = {"owner_type": "OA", "owner_id": oa.oa_id}
    if variant == "full" or (variant == "auto" and paid):
        kind = "sub_quota" if paid else "reply"
        left = {"remain": str(oa.quota_remain), "total": str(oa.quota_total)}
        data["quota"] = {"quota_type": kind, **left, "expired_date": _expiry(platform), **owner}
    else:
        data["quota"] = {"quota_type": "sub_quota" if paid else "reply", **owner}
    return data


def _expiry(platform: Platform) -> str:
    # not documented: when package quota expires.
    return platform.clock.local().strftime("31/12/%Y")
