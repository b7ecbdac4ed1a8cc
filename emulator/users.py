"""What a simulated user does on the phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator import events
from emulator.act import Act, ActError, interact, say, sent
from emulator.legacy import ICONS, react
from emulator.media import business_card, link, location, media, sticker
from emulator.platform import Platform
from emulator.records import User

QUERIES = {"oa.query.show": False, "oa.query.hide": True}
"""Button types that send their payload, and whether silently."""


def _text(act: Act) -> dict[str, Any]:
    text = act.text("text")
    if not text.strip():
        raise ActError("text must not be empty")
    return sent(say(act, "text", text, []))


def _tap(act: Act) -> dict[str, Any]:
    """Tap button `n` (from 1) of `message_id`, else of the last message of the OA that has buttons."""
    wanted = act.text("message_id", "")
    log = reversed(act.user.log)
    found = next((m for m in log if m.src == 0 and m.buttons and wanted in ("", m.id)), None)
    number = act.values.get("button", 1)
    if found is None or type(number) is not int or not 1 <= number <= len(found.buttons):
        raise ActError("there is no such button")
    button = found.buttons[number - 1]
    if button["type"] not in QUERIES:
        return {"message_id": None, "opens": {"type": button["type"], "payload": button["payload"]}}
    # not documented: whether a silent tap shows up in the conversation that the API reads (here it does).
    hidden = QUERIES[button["type"]]
    return sent(say(act, "text", button["payload"], [], hidden=hidden))


def _follow(act: Act) -> dict[str, Any]:
    if act.user.follower:
        raise ActError("they follow already")
    act.user.follower = True
    interact(act.platform, act.user)
    events.relation(act.platform, act.user, "follow")
    return {}


def _unfollow(act: Act) -> dict[str, Any]:
    if not act.user.follower:
        raise ActError("they don't follow")
    act.user.follower = False
    events.relation(act.platform, act.user, "unfollow")
    return {}


def _chatnow(act: Act) -> dict[str, Any]:
    """The chat button of the profile: an event only the first time, and only before the first message."""
    interact(act.platform, act.user)
    if act.user.chatted:
        return {"event": False}
    act.user.chatted = True
    events.relation(act.platform, act.user, "user_click_chatnow")
    return {"event": True}


def _submit_info(act: Act) -> dict[str, Any]:
    user = act.user
    shared = {name: act.text(name, "") for name in ("name", "phone", "address", "city", "district", "ward")}
    shared |= {"name": shared["name"] or user.name, "phone": shared["phone"] or user.phone}
    user.shared = shared
    info: dict[str, Any] = dict(shared)
    if act.platform.options.submit_info == "new":
        place = {"user_city": shared["city"], "user_ward": shared["ward"], "user_address": shared["address"]}
        info = {"name": shared["name"], "phone": shared["phone"], "user_dob": act.text("dob", "30/10/1999")}
        info |= {"gender": act.text("gender", "Nam"), "full_address": place}
    # not documented: whether it opens the window (here it doesn't).
    fields = {"sender": {"id": user.user_id}, "recipient": {"id": user.oa_id}, "info": info}
    events.emit(act.platform, act.platform.oa(user.oa_id), "user_submit_info", fields, user=user)
    return {}


def _react(act: Act) -> dict[str, Any]:
    icon, user = act.text("icon", "/-heart"), act.user
    wanted = act.text("message_id", "")
    message = user.find(wanted) if wanted else next((m for m in reversed(user.log) if m.src == 0), None)
    if icon not in ICONS or message is None:
        raise ActError("icon must be a known one and message_id a message of this chat")
    # not documented: whether a reaction opens the window (here it doesn't).
    react(act.platform, user, message, icon)
    sides = {"sender": {"id": user.user_id}, "recipient": {"id": user.oa_id}}
    fields = {**sides, "message": {"msg_id": message.id, "react_icon": icon}}
    events.emit(act.platform, act.platform.oa(user.oa_id), "user_reacted_message", fields, user=user)
    return {"message_id": message.id}


def _seen(act: Act) -> dict[str, Any]:
    """Look at the chat: everything that wasn't seen is now."""
    unseen = [message for message in act.user.log if message.src == 0 and message.status != "seen"]
    for message in unseen:
        message.status = "seen"
        act.platform.tell(act.user.user_id, message)
    if unseen:
        events.seen(act.platform, act.user, unseen)
    return {"seen": len(unseen)}


def _flag(name: str, value: bool) -> Callable[[Act], dict[str, Any]]:
    def do(act: Act) -> dict[str, Any]:
        setattr(act.user, name, value)
        return {}

    return do


def _withdraw(act: Act) -> dict[str, Any]:
    """The user asks for their data to be erased.

    not documented: the payload (here like a message event without the message), and whether the window closes.
    """
    user = act.user
    fields = {"sender": {"id": user.user_id}, "recipient": {"id": user.oa_id}}
    events.emit(act.platform, act.platform.oa(user.oa_id), "user_withdraw", fields, user=user)
    return {}


ACTS: dict[str, Callable[[Act], dict[str, Any]]] = {
    "follow": _follow,
    "unfollow": _unfollow,
    "chatnow": _chatnow,
    "text": _text,
    **{kind: media(kind) for kind in ("image", "gif", "file", "audio", "video")},
    "sticker": sticker,
    "location": location,
    "link": link,
    "business_card": business_card,
    "tap": _tap,
    "submit_info": _submit_info,
    "react": _react,
    "seen": _seen,
    "block": _flag("blocked", True),
    "unblock": _flag("blocked", False),
    "withdraw": _withdraw,
}


def perform(platform: Platform, user: User, name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Do one act.

    Raises:
        ActError: there is no such act, or it can't be done now.
    """
    if name not in ACTS:
        raise ActError(f"there is no act {name!r}; there are {', '.join(ACTS)}")
    # not documented: whether somebody who blocked the OA can still write (here: not before unblocking).
    if user.blocked and name not in ("block", "unblock", "unfollow", "withdraw"):
        raise ActError("they have blocked the OA")
    return ACTS[name](Act(platform, user, values))
