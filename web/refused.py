"""Requests that are not accepted: the HTTP status, and what the citizen reads."""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):
    """A request is not accepted.

    Args:
        status: HTTP status.
        message: for the citizen, in Vietnamese.
        draft: what the citizen typed, so that a page without script can give it back.
        headers: more response headers.
    """

    def __init__(self, status: int, message: str, *, draft: str = "", headers: Mapping[str, str] | None = None) -> None:
        # The draft stays out of the exception's text, which may be logged.
        super().__init__(f"{status}")
        self.status = status
        self.message = message
        self.draft = draft
        self.headers = dict(headers or {})


TOO_LARGE = "Tin gửi lên quá lớn. Anh/chị chỉ gửi chữ, không gửi ảnh hay tệp ạ."
WRONG_TYPE = "Kiểu dữ liệu gửi lên không được hỗ trợ."
UNREADABLE = "Không đọc được tin gửi lên. Anh/chị tải lại trang rồi gửi lại ạ."
STALE = "Phiên làm việc đã hết hạn, hoặc trình duyệt đang chặn cookie. Anh/chị bật cookie, tải lại trang rồi gửi lại ạ."
EMPTY = "Anh/chị chưa nhập nội dung. Anh/chị gõ câu hỏi, hoặc chọn một mục ạ."
TOO_LONG = "Tin dài quá 2.000 ký tự. Anh/chị viết gọn lại, hoặc tách thành nhiều tin ạ."
OLD_BUTTON = "Nút này không còn dùng được. Anh/chị tải lại trang, hoặc gõ câu hỏi ạ."
TOO_MANY = "Anh/chị gửi hơi nhanh. Anh/chị chờ khoảng một phút rồi gửi tiếp. Việc khẩn cấp xin gọi 113, 114, 115."
UNAVAILABLE = "Hệ thống đang bận, tin chưa được nhận. Anh/chị gửi lại sau ít phút. Việc khẩn cấp xin gọi 113, 114, 115."
BROKEN = "Hệ thống gặp lỗi. Anh/chị thử lại sau ít phút. Việc khẩn cấp xin gọi 113, 114, 115."
NOT_FOUND = "Không có trang này."
