"""Reading APIs about the OA: itself, its quotas, its chats."""

from __future__ import annotations

from itertools import islice
from typing import Any

from emulator.errors import ApiError, invalid
from emulator.layer import Call
from emulator.platform import Platform
from emulator.records import Message, Oa, User
from emulator.windows import LEGACY_FREE

ROWS_LIMIT = 10
TYPES = {"image": "photo", "audio": "voice", "gif": "GIF", "business_card": "link", "template": "links"}
"""Message kinds in the words of the history. not documented: files, videos (here their own names)."""


async def get_oa(call: Call) -> dict[str, Any]:
    """`GET /v2.0/oa/getoa`."""
    oa = call.oa
    followers = sum(user.follower for user in call.platform.users_of(oa.oa_id))
    return {
        "oa_id": oa.oa_id,
        "name": oa.name,
        "description": "",
        "oa_alias": "",
        "is_verified": oa.verified,
        "oa_type": oa.oa_type,
        "cate_name": "Cơ quan nhà nước",
        "num_follower": followers,
        "avatar": f"{call.platform.base_url}/cdn/avatar",
        "cover": f"{call.platform.base_url}/cdn/cover",
        "package_name": "Nâng cao" if oa.package else "Cơ bản",
        "package_valid_through_date": "31/12/2027",
        "package_auto_renew_date": "",
        "linked_ZCA": "",
    }


async def quota(call: Call) -> Any:
    """`POST /v3.0/oa/quota/message`, in both of its forms."""
    body = await call.body()
    if "user_id" in body:
        return _user_quota(call, call.platform.recipient(call.oa, body["user_id"]))
    if body.get("quota_owner") not in ("OA", "App"):
        raise invalid("quota_owner")
    for name in ("product_type", "quota_type"):
        if not isinstance(body.get(name), str):
            raise invalid(name)
    own = body["quota_owner"] == "OA" and body["quota_type"] == "sub_quota" and body["product_type"] == "cs"
    left = (call.oa.quota_remain, call.oa.quota_total) if own else (0, 0)
    kinds = {name: body[name] for name in ("product_type", "quota_type")}
    return [
        {
            "asset_id": call.oa.oa_id,
            **kinds,
            "valid_through": "31/12/2027",
            "remain": left[0],
            "total": left[1],
        }
    ]


def _user_quota(call: Call, user: User) -> dict[str, Any]:
    left = max(0, LEGACY_FREE - user.free_used) if call.platform.options.window_mode == "legacy8" else LEGACY_FREE
    none = {f"{period}_{what}": 0 for period in ("daily", "monthly") for what in ("remain", "total")}
    return {
        "last_interaction": str(user.last_interaction or 0),
        "cs_reply": {"remain": left, "total": LEGACY_FREE},
        "promotion": none,
    }


def _page(data: dict[str, Any]) -> tuple[int, int]:
    offset, count = data.get("offset", 0), data.get("count", ROWS_LIMIT)
    for name, value in (("offset", offset), ("count", count)):
        if type(value) is not int or value < 0:
            raise invalid(name)
    if count > ROWS_LIMIT:
        raise ApiError(-210)
    return offset, offset + count


async def conversation(call: Call) -> list[dict[str, Any]]:
    """`GET /v2.0/oa/conversation`: messages with one user, newest first."""
    data = call.data()
    start, end = _page(data)
    user = call.platform.recipient(call.oa, _user_id(data.get("user_id")))
    return [history_row(call.platform, call.oa, user, message) for message in islice(reversed(user.log), start, end)]


def _user_id(value: object) -> object:
    # The official sample in Java sends a number.
    return str(value) if type(value) is int else value


async def recent(call: Call) -> list[dict[str, Any]]:
    """`GET /v2.0/oa/listrecentchat`: newest first.

    not documented: whether a row is a chat (its last message) or a message; the option `recent_rows` says which.
    """
    start, end = _page(call.data())
    platform = call.platform
    chats = [user for user in platform.users_of(call.oa.oa_id) if user.log]
    if platform.options.recent_rows == "chats":
        pairs = [(user, user.log[-1]) for user in chats]
    else:
        # No message beyond the page of its own chat can be on the page.
        pairs = [(user, message) for user in chats for message in islice(reversed(user.log), end)]
    pairs.sort(key=lambda pair: pair[1].at, reverse=True)
    return [history_row(platform, call.oa, user, message) for user, message in pairs[start:end]]


def history_row(platform: Platform, oa: Oa, user: User, message: Message) -> dict[str, Any]:
    """One row of a history: ids as numbers, time in ms."""
    sides = [(int(oa.oa_id), oa.name), (int(user.user_id), user.name)]
    source, target = reversed(sides) if message.src else sides
    payload = message.attachments[0]["payload"] if message.attachments else {}
    text = message.text
    if message.kind == "location":
        text = f"{payload['coordinates']['latitude']},{payload['coordinates']['longitude']}"
    row: dict[str, Any] = {
        "src": message.src,
        "time": message.at,
        "type": TYPES.get(message.kind, message.kind),
        "message": text,
        "message_id": message.id,
        "from_id": source[0],
        "to_id": target[0],
        "from_display_name": source[1],
        "from_avatar": f"{platform.base_url}/cdn/avatar",
        "to_display_name": target[1],
        "to_avatar": f"{platform.base_url}/cdn/avatar",
    }
    fields = {"url": "url", "thumb": "thumbnail", "description": "description"}
    row |= {name: payload[key] for name, key in fields.items() if key in payload}
    if message.kind in ("link", "business_card"):
        row["links"] = [{name: value for name, value in payload.items() if isinstance(value, str)}]
    return row
