"""The chat page as citizens meet it: on a small phone, by keyboard, without script, on a bad network."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import PHONE, UNCOUNTED_MS, shifts
from tests.web.serving import Server

pytestmark = pytest.mark.browser

CONTRAST = """
() => {
  const channel = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const parse = (c) => (c.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(e).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.body.querySelectorAll("*")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const shown = element.checkVisibility({ visibilityProperty: true });
    if (!own || !shown || element.closest("noscript, template, i")) continue;
    const [x, y] = [parse(getComputedStyle(element).color), ground(element)].map(light);
    const ratio = (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
    if (ratio < 4.5 && !element.disabled) poor.push([element.outerHTML.slice(0, 80), ratio]);
  }
  const field = document.querySelector("#text");
  const [x, y] = [parse(getComputedStyle(field, "::placeholder").color), ground(field)].map(light);
  if ((Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05) < 4.5) poor.push(["placeholder"]);
  return poor;
}
"""
SMALL_TARGETS = """
() => [...document.querySelectorAll("button, textarea, .emergency a")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }))
  .map((e) => [e.textContent.trim(), e.getBoundingClientRect().width, e.getBoundingClientRect().height])
  .filter(([, width, height]) => width < 44 || height < 44)
"""
NAMELESS = """
() => [...document.querySelectorAll("a, button, input:not([type=hidden]), textarea, img")].filter((e) =>
  !(e.textContent.trim() || e.querySelector("img:not([alt=''])")
    || e.labels?.length || e.getAttribute("aria-label") || e.getAttribute("alt") !== null)
).map((e) => e.outerHTML)
"""


def ask(page: Page, text: str) -> None:
    answers = page.locator(".bot").count()
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")
    expect(page.locator(".mine").last).to_contain_text(text)
    expect(page.locator(".bot")).not_to_have_count(answers)


def test_a_question_sent_by_enter_is_answered_without_reloading(page: Page) -> None:
    page.evaluate("window.sameDocument = true")
    page.locator("#text").fill("dang ky tam tru can giay to gi")
    page.locator("#text").press("Enter")
    expect(page.locator("#status")).to_have_text("Đang trả lời…")
    expect(page.locator(".bot").last).to_contain_text("Tờ khai CT01")
    expect(page.locator("#status")).to_be_empty()
    expect(page.locator(".mine .state")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    expect(page.locator(".mine")).to_have_count(1)
    expect(page.locator(".bot .buttons button")).to_have_count(5)
    assert page.evaluate("window.sameDocument") is True


def test_nothing_moves_and_nothing_is_wider_than_a_small_phone(page: Page) -> None:
    page.wait_for_timeout(UNCOUNTED_MS)
    ask(page, "dang ky tam tru can giay to gi")
    ask(page, "có cháy ở hẻm 32")
    ask(page, "một chữ rất dài " + "a" * 300)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.evaluate("document.querySelector('#log').scrollWidth <= document.querySelector('#log').clientWidth")
    assert shifts(page) == []


def test_what_moves_is_seen(page: Page) -> None:
    page.wait_for_timeout(UNCOUNTED_MS)
    page.evaluate("document.querySelector('header').style.marginTop = '60px'")
    assert shifts(page) != []


def test_nothing_moves_when_a_conversation_is_opened_again(page: Page) -> None:
    ask(page, "dang ky tam tru can giay to gi")
    page.reload()
    assert shifts(page) == []


def test_a_file_is_downloaded_and_a_picture_moves_nothing(page: Page) -> None:
    page.wait_for_timeout(500)
    ask(page, "cho xin tờ khai")
    picture = page.locator(".bot .picture img")
    expect(picture).to_be_visible()
    page.wait_for_function("document.querySelector('.picture img').naturalWidth === 900")
    assert picture.evaluate("(e) => [e.offsetWidth, e.offsetHeight]") == [240, 180]
    assert shifts(page) == []
    page.reload()
    page.wait_for_function("document.querySelector('.picture img').naturalWidth === 900")
    assert shifts(page) == []
    link = page.get_by_role("link", name="Tải ct01.pdf")
    assert link.bounding_box()["height"] >= 44
    with page.expect_download() as started:
        link.click()
    assert started.value.suggested_filename == "ct01.pdf"
    assert started.value.path().read_bytes() == b"%PDF-1.4 mau"
    assert page.evaluate(CONTRAST) == [] and page.evaluate(NAMELESS) == []
    page.get_by_role("button", name="Lệ phí", exact=True).last.click()
    expect(page.locator(".bot").last).to_contain_text("7.000 đồng")


def test_shift_and_enter_begin_a_new_line(page: Page) -> None:
    page.locator("#text").fill("một")
    page.locator("#text").press("Shift+Enter")
    page.keyboard.type("hai")
    expect(page.locator("#text")).to_have_value("một\nhai")
    expect(page.locator(".mine")).to_have_count(0)


def test_buttons_work_by_keyboard_and_tab_leads_to_the_next_ones(page: Page) -> None:
    ask(page, "dang ky tam tru can giay to gi")
    page.get_by_role("button", name="Lệ phí").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".mine").last).to_contain_text("Lệ phí")
    expect(page.locator(".bot").last).to_contain_text("7.000 đồng")
    expect(page.locator(".buttons")).to_have_count(1)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Nộp online"


def test_the_menu_asks_with_one_tap(page: Page) -> None:
    page.get_by_role("button", name="Đăng ký tạm trú").tap()
    expect(page.locator(".mine")).to_contain_text("Đăng ký tạm trú")
    expect(page.locator(".bot").last).to_contain_text("Tờ khai CT01")


def test_the_conversation_survives_a_reload(page: Page) -> None:
    ask(page, "dang ky tam tru can giay to gi")
    page.reload()
    expect(page.locator(".mine")).to_have_count(1)
    expect(page.locator(".bot").last).to_contain_text("Tờ khai CT01")
    expect(page.locator(".bot .buttons button")).to_have_count(5)


def test_an_answer_that_comes_while_the_page_reloads_is_shown_once(page: Page) -> None:
    page.locator("#text").fill("dang ky tam tru")
    with page.expect_response("**/chat/messages"):
        page.locator("#text").press("Enter")
    page.reload()
    expect(page.locator(".bot").last).to_contain_text("Tờ khai CT01")
    # Answers come in order: what this one finds is all there is of the first.
    ask(page, "câu thứ hai")
    expect(page.locator(".mine")).to_have_count(2)
    expect(page.locator(".bot")).to_have_count(3)


def test_a_second_tab_sees_the_same_conversation(page: Page, phone: BrowserContext, server: Server) -> None:
    ask(page, "câu thứ nhất")
    second = phone.new_page()
    second.goto(server.url)
    ask(page, "câu thứ hai")
    expect(second.locator(".mine").last).to_contain_text("câu thứ hai")
    expect(second.locator(".mine")).to_have_count(2)
    expect(second.locator(".bot")).to_have_count(3)


def test_offline_is_said_the_message_is_kept_and_sent_when_the_network_is_back(page: Page) -> None:
    ask(page, "câu thứ nhất")
    page.context.set_offline(True)
    expect(page.locator("#banner")).to_contain_text("Mất kết nối")
    page.locator("#text").fill("câu khi mất mạng")
    page.locator("#text").press("Enter")
    expect(page.get_by_role("button", name="Chưa gửi được, bấm để gửi lại")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#banner")).to_be_hidden()
    expect(page.locator(".mine").last).not_to_contain_text("Chưa gửi được")
    expect(page.locator(".bot")).to_have_count(3)
    expect(page.locator(".mine")).to_have_count(2)


def test_an_unsent_message_outlives_a_reload(page: Page) -> None:
    page.route("**/chat/messages", lambda route: route.abort())
    page.locator("#text").fill("đừng mất câu này")
    page.locator("#text").press("Enter")
    expect(page.get_by_role("button", name="bấm để gửi lại")).to_be_visible()
    page.unroute("**/chat/messages")
    page.reload()
    expect(page.locator(".mine")).to_contain_text("đừng mất câu này")
    expect(page.locator(".bot").last).to_contain_text("Tờ khai CT01")


def test_a_response_that_got_lost_does_not_double_the_message(page: Page) -> None:
    lost = {"left": 1}

    def lose(route: object) -> None:
        route.fetch()  # type: ignore[attr-defined]
        lost["left"] -= 1
        route.abort() if lost["left"] >= 0 else route.continue_()  # type: ignore[attr-defined]

    page.route("**/chat/messages", lose)
    page.locator("#text").fill("chỉ một lần")
    page.locator("#text").press("Enter")
    page.get_by_role("button", name="bấm để gửi lại").click()
    expect(page.locator(".bot")).to_have_count(2)
    page.unroute("**/chat/messages")
    page.reload()
    expect(page.locator(".mine")).to_have_count(1)
    expect(page.locator(".bot")).to_have_count(2)


def test_a_refused_message_says_why_and_gives_the_text_back(page: Page) -> None:
    page.evaluate("document.querySelector('#composer').elements.csrf.value = 'x'")
    page.locator("#text").fill("câu của tôi")
    page.locator("#text").press("Enter")
    expect(page.locator(".mine .state")).to_contain_text("tải lại trang")
    expect(page.locator("#text")).to_have_value("câu của tôi")


def test_one_question_works_without_script(chromium: Browser, server: Server) -> None:
    context = chromium.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(server.url)
    page.locator("#text").fill("dang ky tam tru can giay to gi")
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator(".bot").last).to_contain_text("Tờ khai CT01")
    assert page.url == f"{server.url}/#end"
    page.get_by_role("button", name="Lệ phí").click()
    expect(page.locator(".bot").last).to_contain_text("7.000 đồng")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_and_touched(chromium: Browser, server: Server, scheme: str) -> None:
    context = chromium.new_context(**PHONE, color_scheme=scheme)
    page = context.new_page()
    page.goto(server.url)
    ask(page, "có cháy ở hẻm 32")
    page.context.set_offline(True)
    expect(page.locator("#banner")).to_be_visible()
    page.locator("#text").fill("câu")
    page.locator("#text").press("Enter")
    expect(page.get_by_role("button", name="bấm để gửi lại")).to_be_visible()
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(SMALL_TARGETS) == []
    context.close()


def test_it_can_be_heard(page: Page) -> None:
    assert page.evaluate(NAMELESS) == []
    assert page.locator("html").get_attribute("lang") == "vi"
    for role, name in (
        ("log", "Cuộc trò chuyện"),
        ("navigation", "Mục thường hỏi"),
        ("textbox", "Câu hỏi của anh/chị"),
    ):
        expect(page.get_by_role(role, name=name)).to_have_count(1)  # type: ignore[arg-type]
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Một Cửa – Trợ lý thủ tục hành chính"))
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Đến ô nhập câu hỏi"


def test_the_font_is_ours_and_nothing_is_fetched_from_elsewhere(phone: BrowserContext, server: Server) -> None:
    page, asked = phone.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server.url)
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('16px \"Be Vietnam Pro\"', 'ữ')")
    assert all(url.startswith(server.url) for url in asked)
    assert sum(url.endswith(".woff2") for url in asked) == 4
