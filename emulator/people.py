"""APIs about users and their tags."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from emulator.clock import LOCAL, SECOND
from emulator.errors import ApiError, invalid
from emulator.layer import Call
from emulator.records import User

LIST_LIMIT, LAST_OFFSET = 50, 9951
PERIODS = {"TODAY": (0, 0), "YESTERDAY": (1, 1), "L7D": (7, 0), "L30D": (30, 0)}
"""First and last day of a period, in days ago."""


async def detail(call: Call) -> dict[str, Any]:
    """`GET /v3.0/oa/user/detail`."""
    user = call.platform.recipient(call.oa, call.data().get("user_id"))
    avatar = f"{call.platform.base_url}/cdn/avatar"
    day = _day(user)
    return {
        "user_id": user.user_id,
        "user_id_by_app": user.user_id_by_app,
        "user_external_id": "",
        "display_name": user.name,
        "user_alias": user.alias or user.name,
        "is_sensitive": False,
        "user_last_interaction_date": day.strftime("%d/%m/%Y") if day else "",
        "user_is_follower": user.follower,
        "avatar": avatar,
        "avatars": {"120": avatar, "240": avatar},
        "dynamic_param": "",
        "tags_and_notes_info": {"notes": [], "tag_names": list(user.tags)},
        "shared_info": {name: user.shared.get(name, "") for name in ("name", "phone", "address", "city", "district")},
    }


def _day(user: User) -> datetime | None:
    if user.last_interaction is None:
        return None
    return datetime.fromtimestamp(user.last_interaction / SECOND, timezone.utc).astimezone(LOCAL)


async def get_list(call: Call) -> dict[str, Any]:
    """`GET /v3.0/oa/user/getlist`."""
    data = call.data()
    offset, count = data.get("offset", 0), data.get("count", LIST_LIMIT)
    for name, value in (("offset", offset), ("count", count)):
        if type(value) is not int or value < 0:
            raise invalid(name)
    if count > LIST_LIMIT or offset > LAST_OFFSET:
        raise ApiError(-210)
    found = [user for user in call.platform.users_of(call.oa.oa_id) if _matches(call, user, data)]
    users = [{"user_id": user.user_id} for user in found[offset : offset + count]]
    return {"total": len(found), "count": len(users), "offset": offset, "users": users}


def _matches(call: Call, user: User, data: dict[str, Any]) -> bool:
    if "tag_name" in data and data["tag_name"] not in user.tags:
        return False
    if "is_follower" in data and str(data["is_follower"]).lower() != str(user.follower).lower():
        return False
    period = data.get("last_interaction_period")
    if not period:
        return True
    day, today = _day(user), call.platform.clock.local().date()
    if period in PERIODS:
        first, last = (today - timedelta(days=ago) for ago in PERIODS[period])
    else:
        try:
            first, last = (datetime.strptime(part, "%Y_%m_%d").date() for part in str(period).split(":"))
        except ValueError:
            # not documented: how a range is written (here 2026_01_31:2026_02_28).
            raise invalid("last_interaction_period") from None
    return day is not None and first <= day.date() <= last


async def update(call: Call) -> None:
    """`POST /v3.0/oa/user/update`."""
    body = await call.body()
    user = call.platform.recipient(call.oa, body.get("user_id"))
    alias, shared = body.get("alias", user.alias), body.get("shared_info", {})
    if not isinstance(alias, str):
        raise invalid("alias")
    if not isinstance(shared, dict) or not all(isinstance(value, str) for value in shared.values()):
        raise invalid("shared_info")
    user.alias = alias
    user.shared |= shared


async def tag_follower(call: Call) -> None:
    """`POST /v2.0/oa/tag/tagfollower`."""
    user, tag = await _tagged(call)
    if tag not in user.tags:
        user.tags.append(tag)
    if tag not in call.oa.tags:
        call.oa.tags.append(tag)


async def untag_follower(call: Call) -> None:
    """`POST /v2.0/oa/tag/rmfollowerfromtag`."""
    user, tag = await _tagged(call)
    if tag in user.tags:
        user.tags.remove(tag)


async def remove_tag(call: Call) -> None:
    """`POST /v2.0/oa/tag/rmtag`."""
    tag = (await call.body()).get("tag_name")
    if tag not in call.oa.tags:
        raise invalid("tag_name")
    call.oa.tags.remove(tag)
    for user in call.platform.users_of(call.oa.oa_id):
        user.tags = [name for name in user.tags if name != tag]


async def tags(call: Call) -> list[str]:
    """`GET /v2.0/oa/tag/gettagsofoa`."""
    return list(call.oa.tags)


async def _tagged(call: Call) -> tuple[User, str]:
    body = await call.body()
    tag = body.get("tag_name")
    if not isinstance(tag, str) or not tag:
        raise invalid("tag_name")
    return call.platform.recipient(call.oa, body.get("user_id")), tag
