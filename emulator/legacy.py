"""The older sending API: reactions, anonymous visitors and broadcasts still work, ordinary messages don't."""

from __future__ import annotations

from typing import Any

from emulator import events
from emulator.errors import ApiError, invalid
from emulator.ids import message_id
from emulator.layer import Call
from emulator.messages import read_draft
from emulator.platform import Platform
from emulator.records import Message, User

ICONS = (":>", "--b", ":-((", "/-strong", "/-heart", ":-h", ":o", "/-remove")
MOST_REACTIONS = 50


async def message_v2(call: Call) -> dict[str, Any]:
    """`POST /v2.0/oa/message`."""
    body = await call.body()
    recipient = body.get("recipient")
    if not isinstance(recipient, dict):
        raise invalid("recipient")
    if "sender_action" in body:
        user = call.platform.recipient(call.oa, recipient.get("user_id"))
        return _react(call.platform, user, body["sender_action"])
    if "target" in recipient:
        return _broadcast(call, body)
    if "anonymous_id" in recipient:
        for name in ("anonymous_id", "conversation_id"):
            if not isinstance(recipient.get(name), str) or not recipient[name]:
                raise invalid(name)
        read_draft(body)
        return {"message_id": message_id(), "anonymous_id": recipient["anonymous_id"]}
    raise ApiError(-240)


def _react(platform: Platform, user: User, action: object) -> dict[str, Any]:
    if not isinstance(action, dict) or action.get("react_icon") not in ICONS:
        raise invalid("react_icon")
    message = user.find(str(action.get("react_message_id", "")))
    if message is None:
        raise invalid("react_message_id")
    react(platform, user, message, action["react_icon"])
    fields = {
        "sender": {"id": user.oa_id},
        "recipient": {"id": user.user_id},
        "message": {"msg_id": message.id, "react_icon": action["react_icon"]},
    }
    events.emit(platform, platform.oa(user.oa_id), "oa_reacted_message", fields, user=user)
    return {"message_id": message.id, "user_id": user.user_id}


def react(platform: Platform, user: User, message: Message, icon: str) -> None:
    """Put a reaction on a message.

    Raises:
        ApiError: -210, it has 50. not documented: the code.
    """
    if icon == "/-remove":
        message.reactions.clear()
    elif len(message.reactions) >= MOST_REACTIONS:
        raise ApiError(-210)
    else:
        message.reactions.append(icon)
    platform.tell(user.user_id, message)


def _broadcast(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    try:
        element = body["message"]["attachment"]["payload"]["elements"][0]
        good = element["media_type"] == "article" and element["attachment_id"] in call.platform.articles
    except (KeyError, IndexError, TypeError):
        good = False
    if not good:
        raise invalid("attachment_id")
    # not documented: what a broadcast answers beyond an id.
    return {"message_id": message_id()}


async def retired(call: Call) -> dict[str, Any]:
    """`POST /v3.0/oa/message/transaction` and `promotion`.

    not documented: the code since their end on 2026-03-01 (here -233). With the option `retired_open` any message of
    the right outer shape is accepted, without a look at its template.
    """
    if not call.platform.options.retired_open:
        raise ApiError(-233)
    body = await call.body()
    recipient = body.get("recipient")
    user = call.platform.recipient(call.oa, recipient.get("user_id") if isinstance(recipient, dict) else None)
    message = Message(message_id(), 0, call.platform.clock.now(), "template")
    call.platform.log(user, message)
    events.echo(call.platform, user, message)
    return {"message_id": message.id, "user_id": user.user_id, "sent_time": str(message.at)}
