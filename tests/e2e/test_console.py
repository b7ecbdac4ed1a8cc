"""The console in a real browser without script: from the first log-in to a connected account."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PHONE
from tests.emulator.serving import Hook, Town
from tests.web.console.desk import FIRST, Desk, open_desk

pytestmark = pytest.mark.browser
NEW = "con mèo ngồi trên mái"


@pytest.fixture(scope="module")
def desk(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    hook = Hook().start()
    town = Town(hook)
    town.found()
    desk = open_desk(database, tmp_path_factory.mktemp("console"), town)
    town.control(f"apps/{town.app['app_id']}", "PATCH", redirect_uri=f"{desk.server.url}/zalo/callback")
    yield desk
    desk.server.stop()
    town.stop()
    hook.running.stop()


@pytest.fixture(params=["computer", "phone"])
def page(request: pytest.FixtureRequest, chromium: Browser, desk: Desk) -> Iterator[Page]:
    """A first visit, with everything as it was at first."""
    options = PHONE if request.param == "phone" else {"viewport": {"width": 1280, "height": 800}, "locale": "vi-VN"}
    desk.reset()
    desk.operator("binh", first=True)
    context = chromium.new_context(java_script_enabled=False, **options)
    context.set_default_timeout(8000)
    yield context.new_page()
    context.close()


def press(page: Page, name: str) -> None:
    """Reach something by its name and press it with the keyboard."""
    page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name, exact=True)).first.focus()
    page.keyboard.press("Enter")


def log_in(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.server.url}/console/")
    page.get_by_label("Tên đăng nhập").fill("binh")
    page.get_by_label("Mật khẩu").fill(FIRST)
    page.keyboard.press("Enter")
    page.get_by_label("Mật khẩu hiện tại").fill(FIRST)
    page.get_by_label("Mật khẩu mới", exact=True).fill(NEW)
    page.get_by_label("Nhập lại mật khẩu mới").fill(NEW)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Đã đổi mật khẩu.")


def fits(page: Page) -> bool:
    """Whether nothing is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"])


def test_an_account_is_connected_without_script_and_by_keyboard(page, desk) -> None:
    log_in(page, desk)
    assert fits(page)
    press(page, "Thêm Zalo Official Account")
    for label, value in (
        ("Mã OA (OA ID)", desk.town.oa["oa_id"]),
        ("Mã ứng dụng (App ID)", desk.town.app["app_id"]),
        ("App Secret", desk.town.app["secret"]),
        ("OA Secret Key", desk.town.oa["secret"]),
    ):
        page.get_by_label(label).fill(value)
    page.get_by_label("Đơn vị").select_option("xa_thu_nghiem")
    assert fits(page)
    press(page, "Thêm OA")
    expect(page.get_by_role("status")).to_contain_text("Đã thêm OA.")
    press(page, "Kết nối")
    expect(page.get_by_role("status")).to_contain_text("Đã kết nối.")
    expect(page.get_by_text("Đang hoạt động")).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name="← Tài khoản OA").click()
    expect(page.get_by_role("table")).to_contain_text("Công an xã (đơn vị thử nghiệm)")
    assert fits(page)
    press(page, "Đăng xuất")
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
