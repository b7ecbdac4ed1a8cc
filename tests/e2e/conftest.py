"""A real Chromium, a real web process, and a stand-in for the dialogue worker."""

import asyncio
import io
import shutil
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from storage.outgoing import Enclosed
from tests.web.serving import Server, serve, settings_for

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SHIFTS = """
window.shifts = [];
const note = (entries) => {
  for (const entry of entries)
    if (!entry.hadRecentInput)
      window.shifts.push([entry.value, entry.sources.map((s) => s.node?.outerHTML?.slice(0, 80))]);
};
const observer = new PerformanceObserver((list) => note(list.getEntries()));
observer.observe({ type: "layout-shift", buffered: true });
window.settled = async () => {
  await document.fonts.ready;
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  note(observer.takeRecords());
};
"""
PAPERS = """**Giấy tờ cần có – Đăng ký tạm trú**
• Tờ khai CT01 (nộp qua VNeID thì điền ngay trên ứng dụng)
• Giấy tờ về chỗ ở. Nhà thuê, mượn, ở nhờ: bản hợp đồng hoặc giấy cho ở, **không cần công chứng**
• Chủ nhà, chủ hộ đồng ý: ký vào CT01, hoặc bấm xác nhận trên VNeID
Dữ liệu đã có trên VNeID thì không phải nộp lại.
_Căn cứ: Luật Cư trú Điều 28; NĐ 154/2024 (sửa bởi NĐ 58/2026); TT 116/2026/TT-BCA. Kiểm tra 22/11/2026._"""
FEE = "Đăng ký tạm trú nộp online: **7.000 đồng**.\nNộp trực tiếp: 15.000 đồng.\n_Căn cứ: TT 75/2022/TT-BTC._"
DANGER = "🚨 **Gọi 114 ngay** (có người bị thương: 115).\nRa khỏi nhà, cúi thấp khi có khói."
TITLES = ("Ở nhà cha mẹ, vợ chồng", "Ký túc xá, công ty", "Trẻ em", "Lệ phí", "Nộp online")


def png(width: int, height: int) -> bytes:
    """A picture."""
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "#0e5c48").save(stream, "PNG")
    return stream.getvalue()


CONTENTS = {"ct01.pdf": ("application/pdf", b"%PDF-1.4 mau"), "mau.png": ("image/png", png(900, 1200))}
FILES = [Enclosed("CT01 – Tờ khai", name, sha256(content).hexdigest()) for name, (_, content) in CONTENTS.items()]


async def answer(text: str, button: str | None) -> Any:
    """What the stand-in says: late enough for the typing indicator, and for shifts to count as unexpected."""
    await asyncio.sleep(0.7)
    if button == "/fee":
        return "answered", [(FEE, [{"title": "Nộp online", "payload": "/online"}])]
    if "cháy" in text:
        return "danger", [
            (DANGER, []),
            ("Anh/chị cho biết **địa chỉ**?", [{"title": "Tôi đã an toàn", "payload": "/s"}]),
        ]
    if "tờ khai" in text:
        return "answered", [("Tờ khai đây ạ.", [{"title": "Lệ phí", "payload": "/fee"}])], *FILES
    payloads = {"Lệ phí": "/fee"}
    return "answered", [(PAPERS, [{"title": title, "payload": payloads.get(title, "/x")} for title in TITLES])]


UNCOUNTED_MS = 500
"""For so long after a telephone's page is opened, the browser takes whatever moves for the citizen's wish."""


def shifts(page: Page) -> list[object]:
    """What moved by itself until now, when fonts and pictures are there and drawn."""
    found: list[object] = page.evaluate("window.settled().then(() => window.shifts)")
    return found


@pytest.fixture(scope="module")
def server(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = serve(settings_for(database, tmp_path_factory.mktemp("web")), database, answer=answer)
    with psycopg.connect(database) as connection:
        for kind, content in CONTENTS.values():
            connection.execute(
                "INSERT INTO outgoing_file VALUES (%s, %s, %s, now())", (sha256(content).digest(), kind, content)
            )
    yield server
    server.stop()


@pytest.fixture(scope="module")
def chromium(in_ci: bool) -> Iterator[Browser]:
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        message = "no Chromium on PATH: `apt-get install -y chromium` (Debian, Ubuntu), then run these tests again"
        pytest.fail(message) if in_ci else pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    """A small phone with a touch screen."""
    context = chromium.new_context(**PHONE)
    context.set_default_timeout(8000)
    context.add_init_script(SHIFTS)
    yield context
    context.close()


PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "vi-VN",
}


@pytest.fixture
def page(phone: BrowserContext, server: Server) -> Page:
    """The chat page, open on the phone; a mistake in its script fails the test."""
    page = phone.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.goto(server.url)
    return page
