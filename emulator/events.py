"""The events of a webhook: their payloads, and putting them on their way."""

from __future__ import annotations

from typing import Any

from emulator.platform import Platform
from emulator.records import App, Delivery, Message, Oa, User
from emulator.render import render, render_varied

OPTIONAL = ("user_id_by_app",)
"""Left out by chance with the option `omit_optional`."""


def emit(
    platform: Platform,
    oa: Oa,
    name: str,
    fields: dict[str, Any],
    *,
    user: User | None = None,
    delay_ms: int = 0,
    message_id: str = "",
    headers: dict[str, str] | None = None,
) -> Delivery | None:
    """Put one event on its way to the app's webhook; None when the app doesn't get it.

    Args:
        fields: everything beside `app_id`, `user_id_by_app`, `event_name` and `timestamp`.
        message_id: the chat message that shows whether this delivery succeeded.
    """
    app = platform.app(oa.app_id)
    if not _wanted(app, name, fields):
        platform.counts["webhooks_unwanted"] += 1
        return None
    at = platform.clock.now() + delay_ms
    timestamp = str(fields.get("timestamp", at))
    body = _body(platform, {"event_name": name, "timestamp": timestamp, **fields}, app, user)
    user_id = user.user_id if user is not None else ""
    names = (app.app_id, oa.oa_id, user_id, name)
    delivery = Delivery(platform.next_number(), *names, timestamp, body, at, 0, message_id, headers or {})
    platform.post(delivery)
    return delivery


def _body(platform: Platform, fields: dict[str, Any], app: App, user: User | None) -> str:
    payload: dict[str, Any] = {"app_id": app.app_id}
    if user is not None:
        payload["user_id_by_app"] = user.user_id_by_app
    payload |= fields
    if platform.options.omit_optional:
        payload = {k: v for k, v in payload.items() if k not in OPTIONAL or platform.chance.random() < 0.5}
    return render(payload) if platform.options.bytes == "plain" else render_varied(payload, platform.chance)


def _wanted(app: App, name: str, fields: dict[str, Any]) -> bool:
    if not app.webhook_url or not app.subscribed or name in app.events_off:
        return False
    # not documented: whether the syntax filter touches anything but texts.
    return not (app.hash_filter and name == "user_send_text" and not fields["message"]["text"].startswith("#"))


def message_fields(message: Message) -> dict[str, Any]:
    """`message` of an event: what the chat shows, in the words of the webhook."""
    fields: dict[str, Any] = {"msg_id": message.id}
    if message.text or message.kind in ("text", "location"):
        fields["text"] = message.text
    if message.quote:
        fields["quote_msg_id"] = message.quote
    if message.attachments:
        fields["attachments"] = message.attachments
    return fields


def user_message(platform: Platform, user: User, message: Message) -> None:
    """`user_send_*` of a message."""
    fields = {
        "sender": {"id": user.user_id},
        "recipient": {"id": user.oa_id},
        "message": message_fields(message),
    }
    oa = platform.oa(user.oa_id)
    sent = emit(platform, oa, f"user_send_{message.kind}", fields, user=user, message_id=message.id)
    if sent is None:
        message.status = "not_delivered"


def echo(platform: Platform, user: User, message: Message) -> None:
    """`oa_send_*` of a message, by the API or by a person."""
    sender = {"id": user.oa_id}
    if message.admin_id:
        sender["admin_id"] = message.admin_id
    fields = {"sender": sender, "recipient": {"id": user.user_id}, "message": message_fields(message)}
    # not documented: the echo of text with buttons (here: oa_send_text without the buttons).
    emit(platform, platform.oa(user.oa_id), f"oa_send_{message.kind}", fields, user=user)


def receipts(platform: Platform, user: User, message: Message) -> None:
    """`user_received_message`, and later `user_seen_message` of a message of the OA."""
    options, oa = platform.options, platform.oa(user.oa_id)
    if not options.receipts:
        return
    sides = {"sender": {"id": user.oa_id}, "recipient": {"id": user.user_id}}
    fields = {**sides, "message": {"msg_id": message.id}}
    emit(platform, oa, "user_received_message", fields, user=user, delay_ms=options.received_ms, message_id=message.id)
    if user.reads:
        seen(platform, user, [message], delay_ms=options.seen_ms)


def seen(platform: Platform, user: User, messages: list[Message], *, delay_ms: int = 0) -> None:
    """`user_seen_message` of messages of the OA."""
    sides = {"sender": {"id": user.oa_id}, "recipient": {"id": user.user_id}}
    # not documented: which side is the sender; the option turns it round.
    if platform.options.seen_sender == "user":
        sides = {"sender": sides["recipient"], "recipient": sides["sender"]}
    fields = {**sides, "message": {"msg_ids": [message.id for message in messages]}}
    last = messages[-1].id
    emit(
        platform,
        platform.oa(user.oa_id),
        "user_seen_message",
        fields,
        user=user,
        delay_ms=delay_ms,
        message_id=last,
    )


def relation(platform: Platform, user: User, name: str) -> None:
    """`follow`, `unfollow` or `user_click_chatnow`, which have no sender, recipient or message."""
    fields: dict[str, Any] = {"oa_id": user.oa_id}
    if name == "user_click_chatnow":
        fields["user_id"] = user.user_id
    else:
        fields |= {"follower": {"id": user.user_id}, "source": "oa_profile"}
    emit(platform, platform.oa(user.oa_id), name, fields, user=user)
