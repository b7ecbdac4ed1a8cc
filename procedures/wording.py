"""How values are written for citizens: money, dates, headings, button labels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

HEADINGS: Mapping[str, str] = {
    "overview": "",
    "documents": "Giấy tờ cần có",
    "eligibility": "Điều kiện, ai phải làm",
    "where": "Nơi làm",
    "steps": "Các bước",
    "online": "Làm online",
    "processing_time": "Thời gian giải quyết",
    "fee": "Lệ phí",
    "form": "Biểu mẫu",
    "result": "Kết quả nhận được",
    "penalty": "Mức phạt",
    "legal_basis": "Căn cứ pháp luật",
}
BUTTONS: Mapping[str, str] = {
    "overview": "Tổng quan",
    "documents": "Giấy tờ cần có",
    "eligibility": "Điều kiện",
    "where": "Làm ở đâu",
    "steps": "Các bước",
    "online": "Cách nộp online",
    "processing_time": "Bao lâu có kết quả",
    "fee": "Lệ phí",
    "form": "Biểu mẫu",
    "result": "Nhận được gì",
    "penalty": "Mức phạt",
    "legal_basis": "Căn cứ pháp luật",
}
MORE, OFFICER = "Xem thêm", "Gặp cán bộ"
FINE_CAUTION = "Mức cụ thể do người có thẩm quyền quyết định."
OTHER_CASES = "Trường hợp khác: {cases}. Anh/chị nhắn rõ để em trả lời đúng."
NO_FACT = "Em chưa có thông tin được xác nhận về {about} của thủ tục **{name}**{case} vào ngày {day}."
ASK_OFFICER = "Anh/chị bấm **Gặp cán bộ** để được trả lời chắc chắn."
FOR_DAY = "Em trả lời theo quy định áp dụng từ ngày {day}, theo văn bản hiện có."
MEDIUM_MARK, MARKED_NOTE = "(*)", "(*) Ý này nên hỏi lại cán bộ để chắc chắn."
MEDIUM_NOTE = "Nội dung này nên hỏi lại cán bộ để chắc chắn."


def money(amount: int) -> str:
    """Write whole đồng as `15.000 đồng`; whole millions as `4 triệu đồng`."""
    if amount >= 1_000_000 and amount % 1_000_000 == 0:
        return f"{amount // 1_000_000} triệu đồng"
    return f"{amount:,}".replace(",", ".") + " đồng"


def day(value: date) -> str:
    """Write a date as `22/11/2026`."""
    return value.strftime("%d/%m/%Y")


def fill(text: str, amounts: Mapping[str, int]) -> str:
    """Put sums of money into a fact's text."""
    return filled(text, {name: money(amount) for name, amount in amounts.items()})


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put values in the place of their names in braces: `{when}`. Other braces stay."""
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text
