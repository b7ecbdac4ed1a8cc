"""The page with the phones: http://127.0.0.1:8090/. Everything it does goes through the control API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from emulator import card, faults, live
from emulator.desk import change, control, pick, read
from emulator.errors import MESSAGES
from emulator.layer import platform_of
from emulator.records import Fault

HERE = Path(__file__).parent
FONTS = HERE.parent / "web" / "static" / "fonts"
FONT_FILES = sorted(path.name for path in FONTS.glob("*.woff2"))
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; "
        "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
PLACES = (
    ("Hà Nội", "Hồ Hoàn Kiếm", 21.0287, 105.8524),
    ("Hà Nội", "Văn Miếu", 21.0294, 105.8355),
    ("Hà Nội", "Ga Hà Nội", 21.0245, 105.8412),
    ("TP.HCM", "Chợ Bến Thành", 10.7725, 106.6980),
    ("TP.HCM", "Dinh Độc Lập", 10.7770, 106.6953),
    ("TP.HCM", "Bến xe Miền Đông", 10.8152, 106.7113),
)
STICKERS = (
    ("17350", "Xin chào"),
    ("17351", "Cảm ơn"),
    ("17352", "Đồng ý"),
    ("17353", "Vui"),
    ("17354", "Lo lắng"),
    ("17355", "Hoa"),
)
"""Their drawings are `static/drawn/sticker_<id>.svg`."""
OFFICERS = (("5000000000000000017", "Cán bộ Minh"), ("5000000000000000025", "Cán bộ Hạnh"))
"""`admin_id` and name; nobody's."""
NAMES = (
    "Nguyễn Văn An", "Trần Thị Bình", "Lê Minh Châu", "Phạm Quốc Dũng", "Hoàng Thị Giang", "Vũ Đức Huy",
    "Đặng Ngọc Khánh", "Bùi Thị Lan", "Đỗ Hữu Nghĩa", "Hồ Thị Oanh", "Ngô Thanh Phúc", "Dương Thị Quyên",
)  # fmt: skip
CALL_FAULTS = {
    "timeout_before": "Hết giờ chờ, việc chưa làm",
    "timeout_after": "Hết giờ chờ, việc đã làm",
    "reset": "Ngắt kết nối",
    "http_500": "Lỗi 500",
    "html_502": "Lỗi 502 bằng HTML",
    "http_429": "Lỗi 429",
    "slow": "Trả lời chậm 3 giây",
    "token_expired": "Access token hết hạn",
    "lost_refresh": "Mất câu trả lời khi làm mới token",
    "rate_limit": "Gọi quá nhiều (-32)",
    "error": "Mã lỗi khác",
}
WEBHOOK_FAULTS = {
    "webhook_duplicate": "Gửi lặp webhook",
    "webhook_twin": "Hai bản đến cùng lúc",
    "webhook_reorder": "Đảo thứ tự webhook",
    "webhook_bad_mac": "Thêm bản sai chữ ký",
    "webhook_tampered": "Thêm bản bị sửa nội dung",
}
SECONDS = {"slow": 3.0, "webhook_reorder": 5.0, "timeout_before": 15.0, "timeout_after": 15.0, "lost_refresh": 15.0}
WHERE = (
    ("*", "mọi API"),
    ("cs", "gửi tin"),
    ("oauth", "token"),
    ("upload", "tải tệp lên"),
    ("conversation", "đọc lịch sử"),
    ("recent", "cuộc trò chuyện gần đây"),
    ("user_detail", "hồ sơ người dùng"),
)
CODES = tuple(sorted((code for code in MESSAGES if -400 < code < -99), reverse=True))
FACTS: dict[str, Any] = {"places": PLACES, "stickers": STICKERS, "officers": OFFICERS, "names": NAMES}
"""What the script needs to know."""
TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.globals.update(
    facts=FACTS,
    fonts=FONT_FILES,
    call_faults=CALL_FAULTS,
    webhook_faults=WEBHOOK_FAULTS,
    where=WHERE,
    codes=[(code, MESSAGES[code].format("…")) for code in CODES],
    **{key: FACTS[key] for key in ("places", "stickers", "officers")},
)


async def page(request: Request) -> Response:
    """The page itself; the script fills it."""
    return HTMLResponse(TEMPLATES.get_template("page.html").render(), headers=HEADERS)


async def card_picture(request: Request) -> Response:
    """The pretend identity card."""
    side, dark = card.code()
    picture = TEMPLATES.get_template("card.svg").render(name=card.NAME, side=side, dark=dark)
    return Response(picture, media_type="image/svg+xml")


async def switch(request: Request) -> Any:
    """Put one kind of fault in force instead of all of its kind, or take it away: `{where?, count?, code?}`.

    Raises:
        ValueError: there is no such kind, or a value makes no sense.
    """
    platform, kind = platform_of(request), request.path_params["kind"]
    added = []
    if request.method == "PUT":
        values = pick(await read(request), ("where", "count", "code"))
        fault = Fault(kind, seconds=SECONDS.get(kind, Fault.seconds))
        change(fault, values, values)
        added = [faults.check(fault)]
    platform.faults[:] = [fault for fault in platform.faults if fault.kind != kind] + added
    return {"faults": [vars(fault) for fault in platform.faults]}


class Files(StaticFiles):
    """Files that a browser asks about again each time: they change with the code."""

    def file_response(self, *args: Any, **more: Any) -> Response:
        """A file, or 304."""
        response = super().file_response(*args, **more)
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


ROUTES: list[BaseRoute] = [
    Route("/", page),
    Route("/samples/card.svg", card_picture),
    Route("/page/faults/{kind}", control(switch), methods=["PUT", "DELETE"]),
    *live.ROUTES,
    Mount("/static/fonts", Files(directory=FONTS, check_dir=False)),
    Mount("/static", Files(directory=HERE / "static")),
]
