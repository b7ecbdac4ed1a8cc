"""States, times and the audit in words that an operator reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from storage.audit import What
from storage.channels import Account, State
from storage.settings import TIME_ZONE

NEVER = "chưa có"
PACKAGE_ENDS_SOON = timedelta(days=14)
CONNECT, RECONNECT = "Kết nối", "Kết nối lại"


@dataclass(frozen=True)
class Health:
    """How an account is: `mood` is good, warn or bad; `todo` is empty when nothing has to be done."""

    mood: str
    state: str
    todo: str


STATES: Mapping[State, Health] = {
    "connected": Health("good", "Đang hoạt động", ""),
    "not_connected": Health("warn", "Chưa kết nối", "Mở trang của OA, bấm “Kết nối” để cấp quyền lần đầu."),
    "consent_needed": Health("bad", "Cần cấp quyền lại", "Mở trang của OA, bấm “Kết nối lại”. Tin đang chờ được giữ."),
    "revoked": Health("bad", "OA đã thu hồi quyền", "Hỏi quản trị viên OA, rồi bấm “Kết nối lại”."),
    "disabled": Health("warn", "Đang tắt", "Tài khoản này không nhận và không gửi tin."),
}
DONE: Mapping[What, str] = {
    "login": "đăng nhập",
    "login_failed": "đăng nhập không thành công",
    "logout": "đăng xuất",
    "password_changed": "đổi mật khẩu",
    "password_failed": "nhập sai mật khẩu khi đổi mật khẩu",
    "operator_saved": "được cấp mật khẩu dùng một lần",
    "operator_disabled": "bị khóa",
    "account_added": "thêm OA",
    "secrets_changed": "đặt lại khóa của OA",
    "unit_changed": "đổi đơn vị của OA",
    "connected": "kết nối OA",
    "connect_failed": "kết nối OA không thành công",
}


def health(account: Account) -> Health:
    """The state in words; an alarm of a connected account is more than its state says."""
    known = STATES[account.state]
    return Health("warn", "Có cảnh báo", "") if account.state == "connected" and account.alarm else known


def connect_label(account: Account) -> str:
    """What the button says that asks for consent."""
    return CONNECT if account.tokens_at is None else RECONNECT


def package(account: Account, today: date) -> tuple[str, bool]:
    """The package and its end, and whether that is near or past."""
    name, until = account.package or "", account.package_until
    if until is None:
        return name or NEVER, False
    return f"{name or 'Gói'}, đến {until:%d/%m/%Y}", until - today <= PACKAGE_ENDS_SOON


def moment(at: datetime | None) -> str:
    """`09:05 28/11/2026`."""
    return at.astimezone(TIME_ZONE).strftime("%H:%M %d/%m/%Y") if at else NEVER


def age(at: datetime | None, now: datetime) -> str:
    """How long ago, roughly: `3 phút trước`."""
    if at is None:
        return NEVER
    minutes = max(0, int((now - at).total_seconds()) // 60)
    for size, unit in ((24 * 60, "ngày"), (60, "giờ"), (1, "phút")):
        if minutes >= size:
            return f"{minutes // size} {unit} trước"
    return "vừa xong"
