"""Template messages: to a phone number (business host) and to a user id."""

from __future__ import annotations

import re
from typing import Any

from emulator import events
from emulator.errors import ApiError
from emulator.ids import message_id
from emulator.layer import Call
from emulator.platform import Platform
from emulator.records import Message, Oa
from emulator.sending import check_recipient

PHONE = re.compile(r"84\d{9}\Z")
TRACKING_LIMIT = 48
VALUE_LIMIT = 200
"""not documented: how long a value may be when the template doesn't say."""
PRICE = 300
"""Dong a message. not documented."""
SERVER = {"X-ZEvent-Server": "ZNS"}
TRANSACTION, CARE, PROMOTION = 1, 2, 3


async def by_phone(call: Call) -> dict[str, Any]:
    """`POST business.openapi.zalo.me/message/template`."""
    platform, oa, body = call.platform, call.oa, await call.body()
    if not oa.verified or not oa.package:
        raise ApiError(-135)
    phone, tracking = body.get("phone"), body.get("tracking_id", "")
    if not isinstance(phone, str) or not PHONE.match(phone):
        raise ApiError(-108)
    if not isinstance(tracking, str) or len(tracking) > TRACKING_LIMIT:
        # not documented: the code for a long tracking id.
        raise ApiError(-1124, "tracking_id is invalid")
    _template(oa, body, night=-133, platform=platform)
    if body.get("mode") == "development":
        # not documented: who is an admin; the emulator has none.
        raise ApiError(-127)
    _pay(platform, oa)
    sent = message_id()
    now = platform.clock.now()
    platform.template_sends[sent] = {"oa_id": oa.oa_id, "phone": phone, "tracking_id": tracking, "at": now}
    delay = platform.options.received_ms
    fields = {
        "sender": {"id": oa.oa_id},
        "recipient": {"id": phone},
        "message": {"msg_id": sent, "delivery_time": str(now + delay), "tracking_id": tracking},
    }
    events.emit(platform, oa, "user_received_message", fields, delay_ms=delay, headers=SERVER)
    left = {"dailyQuota": str(oa.template_quota), "remainingQuota": str(oa.template_quota - oa.template_used)}
    mode = str(body.get("sending_mode", "1"))
    return {"msg_id": sent, "sent_time": str(now), "sending_mode": mode, "quota": left}


async def by_user(call: Call) -> dict[str, Any]:
    """`POST /v3.0/oa/message/template`."""
    platform, oa, body = call.platform, call.oa, await call.body()
    if not oa.package:
        raise ApiError(-224)
    template = _template(oa, body, night=-234, platform=platform)
    if not template["by_uid"]:
        raise ApiError(-249)
    user = platform.recipient(oa, body.get("user_id"))
    check_recipient(platform, user)
    _pay(platform, oa, broke=-321)
    text = "\n".join(f"{name}: {value}" for name, value in body["template_data"].items())
    echoed = {"zinstant_id": body["template_id"], "text": text, "link_url": "", "checksum": ""}
    attachments = [{"type": "template", "payload": echoed}]
    message = Message(message_id(), 0, platform.clock.now(), "template", text, attachments)
    platform.log(user, message)
    platform.accepted[user.user_id] += 1
    events.echo(platform, user, message)
    events.receipts(platform, user, message)
    left = {"quota_type": "sub_quota", "remain": str(oa.template_quota - oa.template_used), "owner_type": "OA"}
    return {"message_id": message.id, "user_id": user.user_id, "sent_time": str(message.at), "quota": left}


async def status(call: Call) -> dict[str, Any]:
    """`GET /message/status?message_id=`: -1 unknown, 0 not delivered, 1 delivered."""
    sent = call.platform.template_sends.get(call.request.query_params.get("message_id", ""))
    if sent is None or sent["oa_id"] != call.oa.oa_id:
        return {"status": -1, "message": "The message does not exist"}
    due = sent["at"] + call.platform.options.received_ms
    delivered = call.platform.clock.now() >= due
    return {"status": int(delivered), "delivery_time": str(due) if delivered else "", "message": "Success"}


def _template(oa: Oa, body: dict[str, Any], *, night: int, platform: Platform) -> dict[str, Any]:
    """The template of a call, when it and its parameters are good and it may be sent at this hour."""
    template_id = body.get("template_id")
    template = oa.templates.get(template_id) if isinstance(template_id, str) else None
    if template is None:
        raise ApiError(-109)
    if not template["approved"]:
        raise ApiError(-131)
    data = body.get("template_data")
    if not isinstance(data, dict):
        raise ApiError(-1120)
    if missing := set(template["params"]) - set(data):
        raise ApiError(-1121, f"Template data lacks {min(missing)}")
    if unknown := set(data) - set(template["params"]):
        raise ApiError(-1122, f"Template data has an unknown parameter {min(unknown)}")
    for name, limit in template["params"].items():
        if not isinstance(data[name], str) or len(data[name]) > limit:
            raise ApiError(-1124, f"{name} is invalid")
    # not documented: the time zone of the night (here Viet Nam's). Only promotions are refused; others come silently.
    if template["tag"] == PROMOTION and not 6 <= platform.clock.local().hour < 22:
        raise ApiError(night)
    return dict(template)


def _pay(platform: Platform, oa: Oa, *, broke: int = -115) -> None:
    today = platform.clock.local().date().isoformat()
    if oa.template_day != today:
        oa.template_day, oa.template_used = today, 0
    if oa.template_used >= oa.template_quota:
        raise ApiError(-144)
    if oa.balance < 0:
        # not documented: what tells -137 from -115 (here: a debt).
        raise ApiError(-137 if broke == -115 else broke)
    if oa.balance < PRICE:
        raise ApiError(broke)
    oa.balance -= PRICE
    oa.template_used += 1


def register(oa: Oa, values: dict[str, Any]) -> dict[str, Any]:
    """Put a template into the registry of an OA.

    Args:
        values: `template_id`, `params` (name to longest value), `tag`, `approved`, `by_uid`.

    Raises:
        ValueError: a value can't be used.
    """
    template_id, params = values.get("template_id"), values.get("params", {})
    if not isinstance(template_id, str) or not template_id.isdecimal():
        raise ValueError("template_id must be a text of digits")
    if not isinstance(params, dict):
        raise ValueError("params must be an object")
    limits = {name: VALUE_LIMIT if limit is None else int(limit) for name, limit in params.items()}
    tag = values.get("tag", TRANSACTION)
    if tag not in (TRANSACTION, CARE, PROMOTION):
        raise ValueError("tag must be 1 (transaction), 2 (care) or 3 (promotion)")
    flags = {name: bool(values.get(name, True)) for name in ("approved", "by_uid")}
    oa.templates[template_id] = {"params": limits, "tag": tag, **flags}
    return {"template_id": template_id, **oa.templates[template_id]}
