"""The forms in which an operator enters an account and its keys, and what is done with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from connectors.zalo.accounts import APP_SECRET, DIGITS, OA_SECRET, channel_of, save_account
from connectors.zalo.fields import IDENTIFIER
from storage import channels
from storage.console import Field, Form
from storage.database import Connection
from storage.sealed import CantOpen, Seal

BAD_ID = "{what} chỉ gồm chữ số, chép từ trang quản lý của Zalo."
BAD_SECRET = "{what} không đúng dạng: một dòng chữ và số, không có dấu cách. Chép lại từ trang của Zalo."  # noqa: S105
NO_UNIT = "Chọn đơn vị nhận tin của OA."
KNOWN = "OA này đã có trong danh sách. Mở trang của OA để đặt lại khóa."
GONE = "Không có OA này. Thêm OA trước."
NOTHING = "Chưa nhập khóa nào. Để trống một ô thì khóa đó giữ nguyên."
BOTH = "Không mở được khóa cũ vì khóa bí mật của hệ thống đã đổi. Nhập cả hai khóa."
APP_HINT = "Trang developers.zalo.me, mục Cài đặt của ứng dụng: “Khóa bí mật của ứng dụng”."
OA_HINT = "Mục Webhook của ứng dụng: “OA Secret Key”. Khác với App Secret."


class BadKeys(ValueError):
    """Something entered can't be used; the text is for an operator."""


@dataclass(frozen=True)
class NewKeys:
    """A new account as entered."""

    oa_id: str
    app_id: str
    unit: str
    name: str
    app_secret: str = field(repr=False)
    oa_secret: str = field(repr=False)


def adding(address: str, units: Mapping[str, str], given: Mapping[str, str] | None = None) -> Form:
    """The form for a new account; what was given before stands in it again, but for the keys."""
    before = given or {}
    return Form(
        title="Thêm Official Account",
        address=address,
        button="Thêm OA",
        intro="Các mã và khóa lấy ở trang developers.zalo.me, trong ứng dụng đã liên kết với OA.",
        fields=(
            Field("oa_id", "Mã OA (OA ID)", "Dãy chữ số, trong trang quản lý OA.", before.get("oa_id", "")),
            Field("app_id", "Mã ứng dụng (App ID)", "Dãy chữ số, ở đầu trang ứng dụng.", before.get("app_id", "")),
            Field(APP_SECRET, "App Secret", APP_HINT, secret=True),
            Field(OA_SECRET, "OA Secret Key", OA_HINT, secret=True),
            Field("unit", "Đơn vị", "Công an xã, phường trả lời trên OA này.", before.get("unit", ""),
                  options=tuple(units.items())),
        ),
    )  # fmt: skip


def changing(address: str) -> Form:
    """The form for other keys of a known account."""
    return Form(
        title="Đặt lại khóa của OA",
        address=address,
        button="Lưu khóa",
        intro="Khóa đang dùng không bao giờ hiện lại. Để trống một ô thì khóa đó giữ nguyên.",
        fields=(
            Field(APP_SECRET, "App Secret mới", APP_HINT, secret=True, required=False),
            Field(OA_SECRET, "OA Secret Key mới", OA_HINT, secret=True, required=False),
        ),
    )


def read_new(fields: Mapping[str, str], units: Mapping[str, str]) -> NewKeys:
    """A new account.

    Raises:
        BadKeys: something can't be used.
    """
    unit = fields.get("unit", "")
    if unit not in units:
        raise BadKeys(NO_UNIT)
    return NewKeys(
        oa_id=_digits(fields, "oa_id", "Mã OA"),
        app_id=_digits(fields, "app_id", "Mã ứng dụng"),
        unit=unit,
        # The platform's own name comes with the first look at the account.
        name=units[unit],
        app_secret=_secret(fields, APP_SECRET, "App Secret"),
        oa_secret=_secret(fields, OA_SECRET, "OA Secret Key"),
    )


def _digits(fields: Mapping[str, str], name: str, what: str) -> str:
    value = fields.get(name, "").strip()
    if not DIGITS.fullmatch(value):
        raise BadKeys(BAD_ID.format(what=what))
    return value


def _secret(fields: Mapping[str, str], name: str, what: str) -> str:
    value = fields.get(name, "").strip()
    if not IDENTIFIER.fullmatch(value):
        raise BadKeys(BAD_SECRET.format(what=what))
    return value


async def save_new(connection: Connection, seal: Seal, keys: NewKeys, *, at: datetime) -> None:
    """Keep a new account.

    Raises:
        BadKeys: it is not new.
    """
    if await channels.read_account(connection, channel_of(keys.oa_id)) is not None:
        raise BadKeys(KNOWN)
    await save_account(
        connection, seal, oa_id=keys.oa_id, unit=keys.unit, name=keys.name, app_id=keys.app_id,
        oa_secret=keys.oa_secret, app_secret=keys.app_secret, at=at,
    )  # fmt: skip


async def save_changed(
    connection: Connection, seal: Seal, oa_id: str, fields: Mapping[str, str], *, at: datetime
) -> None:
    """Keep other keys of a known account, in a transaction.

    Raises:
        BadKeys: nothing was entered, or it can't be used.
    """
    names = {APP_SECRET: "App Secret", OA_SECRET: "OA Secret Key"}
    new = {name: _secret(fields, name, what) for name, what in names.items() if fields.get(name, "").strip()}
    if not new:
        raise BadKeys(NOTHING)
    account = await channels.read_account(connection, channel_of(oa_id), lock=True)
    if account is None:
        raise BadKeys(GONE)
    try:
        kept = seal.open(account.secrets) if len(new) < len(names) else {}
    except CantOpen:
        raise BadKeys(BOTH) from None
    now = {**kept, **new}
    await save_account(
        connection, seal, oa_id=oa_id, unit=account.unit, name=account.name, app_id=account.app_id,
        oa_secret=now[OA_SECRET], app_secret=now[APP_SECRET], at=at,
    )  # fmt: skip
