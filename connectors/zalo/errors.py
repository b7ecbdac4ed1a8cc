"""The error codes of the platform as data: what to do about each, and what to tell an officer when it ends there.

Source: Zalo OA reference of 2026-11-22, §2.9 (openapi) and §2.7 (business). The two tables have no code in common.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

RetryClass: TypeAlias = Literal[
    "ok", "refresh", "retry", "wait_minute", "upload_again", "plain_text", "at_six", "later", "user", "window",
    "quota", "bug", "alarm",
]  # fmt: skip
"""
refresh: a new access token, then once more. retry: once or twice. wait_minute: in the next minute. upload_again: once.
plain_text: without buttons, and remember. at_six: after 6 in the morning. later: this citizen's cap, or not ready yet.
user, window: no message of ours reaches this citizen (now). quota: no paid message. bug: our request is wrong.
alarm: nothing can be sent until somebody changes something at Zalo.
"""


@dataclass(frozen=True)
class Rule:
    """What a code means here. `reason` is what an officer reads about a message that could not be delivered."""

    retry_class: RetryClass
    reason: str


SUCCESS = Rule("ok", "")
BUG = Rule("bug", "Zalo không nhận tin vì tin sai quy cách. Đây là lỗi của phần mềm, cần báo người quản trị.")
REFRESH = Rule("refresh", "Zalo không nhận khóa truy cập của OA. Người quản trị cần cấp quyền lại.")
UNKNOWN = Rule("alarm", "Zalo từ chối với một mã lỗi lạ. Cần báo người quản trị.")


def _alarm(reason: str) -> Rule:
    return Rule("alarm", f"{reason} Cần báo người quản trị.")


def _user(reason: str) -> Rule:
    return Rule("user", f"{reason} Cần liên hệ bằng cách khác.")


OA_IS_OFF = _alarm("OA đang bị khóa hoặc không còn tồn tại trên Zalo.")
APP_IS_OFF = _alarm("Ứng dụng chưa được kích hoạt hoặc đã bị gỡ trên Zalo.")
NOT_GRANTED = _alarm("OA chưa cho ứng dụng quyền này.")
NO_MONEY = _alarm("Tài khoản Zalo Cloud chưa kết nối hoặc không đủ tiền.")
CANNOT_RECEIVE = _user("Số điện thoại này không nhận được, hoặc không muốn nhận tin của OA.")
WINDOW = Rule("window", "Công dân đã quá 7 ngày chưa nhắn cho OA nên Zalo không cho gửi. Cần liên hệ bằng cách khác.")
QUOTA = Rule("quota", "OA đã hết lượt gửi tin, nên chưa gửi được cho công dân đã quá 48 giờ chưa nhắn.")
TEMPLATE = _alarm("Mẫu tin chưa được Zalo duyệt hoặc OA chưa được dùng mẫu này.")
NIGHT = Rule("at_six", "Zalo không cho gửi loại tin này từ 22 giờ đến 6 giờ.")
DAILY_LIMIT = Rule("later", "Đã đủ số tin được gửi trong ngày.")

OPENAPI: Final[Mapping[int, Rule]] = {
    0: SUCCESS,
    -32: Rule("wait_minute", "Gửi quá nhiều trong một phút, Zalo chưa nhận."),
    -100: Rule("upload_again", "Tệp gửi kèm đã hết hạn trên Zalo."),
    -200: Rule("retry", "Zalo báo gửi không thành công, đã thử lại mà vẫn không được."),
    -201: BUG,
    -202: UNKNOWN,
    -204: OA_IS_OFF,
    -205: OA_IS_OFF,
    -207: UNKNOWN,
    -208: UNKNOWN,
    -209: APP_IS_OFF,
    -210: BUG,
    -211: QUOTA,
    -212: NOT_GRANTED,
    -213: _user("Công dân chưa quan tâm OA nên Zalo không cho gửi."),
    -214: Rule("later", "Zalo đang xử lý bài viết."),
    -215: APP_IS_OFF,
    -216: REFRESH,
    -217: _user("Công dân đã chặn tin của OA."),
    -218: Rule("later", "Công dân đã nhận đủ số tin Zalo cho phép trong thời gian này."),
    -219: APP_IS_OFF,
    -220: REFRESH,
    -221: _alarm("OA chưa được xác thực nên không dùng được tính năng này."),
    -222: UNKNOWN,
    -223: NOT_GRANTED,
    -224: Rule("plain_text", "Gói dịch vụ của OA không cho gửi tin có nút bấm."),
    -227: _user("Tài khoản Zalo của công dân bị khóa hoặc đã hơn 45 ngày không dùng."),
    -230: WINDOW,
    -232: WINDOW,
    -233: BUG,
    -234: NIGHT,
    -235: _alarm("Loại OA này không được dùng tính năng này."),
    -237: BUG,
    -238: BUG,
    -240: BUG,
    -241: BUG,
    -242: _alarm("Zalo không nhận mã bảo vệ của ứng dụng (appsecret_proof)."),
    -244: _user("Công dân đã tắt nhận loại tin này của OA."),
    -248: _alarm("Zalo cho rằng tin vi phạm quy định của nền tảng."),
    -249: BUG,
    -305: WINDOW,
    -311: QUOTA,
    -320: NO_MONEY,
    -321: NO_MONEY,
    -403: BUG,
    -1340: BUG,
    -1341: BUG,
    # What other clients have seen for a token that is no good.
    216: REFRESH,
    401: REFRESH,
    -401: REFRESH,
    # HTTP's own, where the body says nothing.
    429: Rule("wait_minute", "Gửi quá nhiều trong một phút, Zalo chưa nhận."),
}
BUSINESS: Final[Mapping[int, Rule]] = {
    -108: _user("Số điện thoại không đúng."),
    -109: BUG,
    **dict.fromkeys((-112, *range(-1129, -1119)), BUG),
    -114: CANNOT_RECEIVE,
    -115: NO_MONEY,
    -117: TEMPLATE,
    -118: CANNOT_RECEIVE,
    -119: CANNOT_RECEIVE,
    -124: REFRESH,
    -126: BUG,
    -127: BUG,
    -131: TEMPLATE,
    -133: NIGHT,
    -135: _alarm("OA chưa được xác thực hoặc đang dùng gói miễn phí."),
    -137: NO_MONEY,
    -139: CANNOT_RECEIVE,
    -141: CANNOT_RECEIVE,
    -144: DAILY_LIMIT,
    -147: DAILY_LIMIT,
}
TABLE: Final[Mapping[int, Rule]] = {**OPENAPI, **BUSINESS}


def class_of(code: int) -> RetryClass:
    """What to do about a code; one that is not in the tables is an alarm."""
    return TABLE.get(code, UNKNOWN).retry_class


def reason_of(code: int) -> str:
    """Why a message could not be delivered, for an officer; empty for success only."""
    return TABLE.get(code, UNKNOWN).reason


class ZaloError(Exception):
    """The platform answered, and did not do it."""

    def __init__(self, code: int, message: str, retry_class: RetryClass | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message
        self.retry_class: RetryClass = retry_class or class_of(code)

    @property
    def reason(self) -> str:
        """What an officer reads."""
        return BUG.reason if self.retry_class == "bug" else reason_of(self.code)


class Unreachable(Exception):
    """The request surely never arrived: it may be sent again."""


class AnswerUnknown(Exception):
    """The request may have been taken: sending it again may do the thing twice."""
