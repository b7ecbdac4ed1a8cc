"""The page with the phones around its chats: which phones, the panel, hands and eyes; and its few routes."""

import re

import pytest
from playwright.sync_api import Page, expect

from emulator import faults
from emulator.page import CALL_FAULTS, CODES, FACTS, HERE, WEBHOOK_FAULTS
from tests.e2e.conftest import UNCOUNTED_MS, shifts
from tests.e2e.test_chat_page import CONTRAST, NAMELESS
from tests.emulator.phones import last, phone, say, sheet
from tests.emulator.serving import Town, buttons, until

SMALL_TARGETS = """
() => [...document.querySelectorAll("button, textarea, select, .pick")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.matches(".follow"))
  .map((e) => [e.textContent.trim(), e.getBoundingClientRect().width, e.getBoundingClientRect().height])
  .filter(([, width, height]) => width < 32 || height < 44)
"""
HOUR_MS = 3600 * 1000


@pytest.mark.browser
class TestPhones:
    def test_a_reload_shows_the_same_phones(self, page: Page, town: Town, user: str) -> None:
        say(page, "câu còn lại")
        expect(phone(page).locator(".mine")).to_have_count(2)
        town.control("users", oa_id=town.oa["oa_id"], name="Người khác")
        page.reload()
        expect(phone(page).locator(".mine").last).to_contain_text("câu còn lại")
        expect(page.locator(".phone")).to_have_count(1)

    def test_a_citizen_and_an_oa_are_added(self, page: Page, town: Town) -> None:
        page.get_by_role("button", name="Thêm điện thoại").click()
        chooser = page.get_by_role("dialog", name="Thêm điện thoại")
        chooser.get_by_role("combobox", name="OA", exact=True).select_option(label="Tạo OA mới…")
        chooser.get_by_label("Tên OA mới").fill("Công an xã Thử")
        chooser.get_by_label("Tên công dân mới").fill("Lê Thị Thử")
        chooser.get_by_role("button", name="Mở điện thoại").click()
        expect(phone(page, "Lê Thị Thử")).to_contain_text("Công an xã Thử")
        expect(page.locator(".phone")).to_have_count(2)
        phone(page, "Lê Thị Thử").get_by_role("button", name="Việc khác").click()
        phone(page, "Lê Thị Thử").get_by_role("button", name="Cất điện thoại").click()
        expect(page.locator(".phone")).to_have_count(1)

    def test_a_known_citizen_is_picked(self, page: Page, town: Town) -> None:
        town.control("users", oa_id=town.oa["oa_id"], name="Trần Thị Bình")
        page.get_by_role("button", name="Thêm điện thoại").click()
        page.get_by_role("dialog").get_by_role("combobox", name="Công dân", exact=True).select_option(
            label="Trần Thị Bình"
        )
        page.get_by_role("button", name="Mở điện thoại").click()
        expect(phone(page, "Trần Thị Bình").get_by_text("Chưa có tin nào")).to_be_visible()

    def test_it_comes_back_after_a_lost_connection_and_misses_nothing(self, page: Page, town: Town, user: str) -> None:
        expect(phone(page).locator(".mine")).to_have_count(1)
        page.route("**/page/stream*", lambda route: route.abort())
        for connection in list(town.running.server.server_state.connections):
            town.running.loop.call_soon_threadsafe(connection.transport.abort)  # type: ignore[union-attr]
        expect(page.locator("#lost")).to_contain_text("Mất kết nối")
        town.send(user, "trong lúc mất mạng")
        page.unroute("**/page/stream*")
        expect(phone(page).locator("li.oa")).to_have_count(1)
        expect(page.locator("#lost")).to_be_empty()
        expect(phone(page).locator(".mine")).to_have_count(1)

    def test_a_citizen_who_is_gone_is_told(self, page: Page, town: Town) -> None:
        expect(phone(page)).to_be_visible()
        town.platform.users.clear()
        expect(phone(page).get_by_role("textbox")).to_have_attribute("placeholder", re.compile("không còn"))
        expect(phone(page).get_by_role("textbox")).to_be_disabled()
        page.reload()
        expect(page.get_by_text("Chưa có điện thoại nào")).to_be_visible()


@pytest.mark.browser
class TestPanel:
    def test_faults_are_switched_on_and_off(self, page: Page, town: Town, user: str) -> None:
        panel = page.get_by_role("complementary", name="Điều khiển")
        panel.get_by_label("Bao nhiêu lần").select_option("3")
        panel.get_by_label("Ở API nào").select_option("cs")
        switch = panel.get_by_role("switch", name="Mã lỗi khác")
        panel.get_by_label("Mã của").select_option("-248")
        # Here and below no `check()`: a picture of the state that was on its way may put the switch back for a moment.
        switch.click()
        expect(panel.locator(".left").filter(has_text="còn 3 lần")).to_be_visible()
        expect(switch).to_be_checked()
        assert town.send(user)["error"] == -248
        expect(panel.locator(".left").filter(has_text="còn 2 lần")).to_be_visible()
        switch.click()
        until(lambda: not town.platform.faults, "the fault is gone")
        expect(switch).not_to_be_checked()
        again = panel.get_by_role("switch", name="Gửi lặp webhook")
        again.click()
        until(lambda: town.platform.faults, "the fault is there")
        expect(again).to_be_checked()
        panel.get_by_role("button", name="Tắt hết").click()
        expect(panel.get_by_role("switch", name="Gửi lặp webhook")).not_to_be_checked()

    def test_the_clock_goes_forward(self, page: Page, town: Town, user: str) -> None:
        before = town.platform.clock.now()
        for name in ("+1 giờ", "+49 giờ", "+8 ngày"):
            page.get_by_role("button", name=name).click()
        until(lambda: town.platform.clock.now() - before == (1 + 49 + 192) * HOUR_MS, "the clock has moved")
        expect(page.locator("#ahead")).to_contain_text("Nhanh hơn giờ thật")
        expect(phone(page).locator(".left-time")).to_have_text("quá 48 giờ")
        town.platform.clock.ahead = 0.0

    def test_webhooks_are_held_and_delivered(self, page: Page, town: Town, user: str) -> None:
        panel = page.get_by_role("complementary", name="Điều khiển")
        town.flush()
        held = panel.get_by_role("switch", name="Giữ webhook lại")
        held.click()
        until(lambda: town.platform.options.hold_webhooks, "webhooks are held")
        expect(held).to_be_checked()
        say(page, "câu bị giữ")
        expect(page.locator("#pending")).to_have_text("1")
        panel.get_by_role("button", name="Giao ngay").click()
        expect(page.locator("#pending")).to_have_text("0")
        expect(page.locator("#attempts li").first).to_contain_text("user_send_text")
        town.hook.answers.append(503)
        say(page, "câu bị từ chối")
        expect(page.locator("#pending")).to_have_text("1")
        panel.get_by_role("button", name="Giao ngay").click()
        expect(page.locator("#attempts .bad").first).to_have_text("503")


@pytest.mark.browser
class TestHands:
    def test_nothing_moves_and_nothing_is_wider_than_a_small_phone(self, small: Page, town: Town, user: str) -> None:
        expect(phone(small).locator(".mine")).to_have_count(1)
        small.wait_for_timeout(UNCOUNTED_MS)
        town.send(user, "một chữ rất dài " + "a" * 300, attachment=buttons(("b" * 90, "oa.query.show", "b")))
        town.act(user, "image")
        expect(phone(small).locator("li")).to_have_count(4)
        assert shifts(small) == []
        assert small.evaluate("document.documentElement.scrollWidth") == 360
        assert (
            small.evaluate(
                "(() => { const e = document.querySelector('.log'); return e.scrollWidth - e.clientWidth; })()"
            )
            == 0
        )

    def test_a_small_screen_has_one_phone_and_a_switcher(self, small: Page) -> None:
        switcher = small.get_by_role("navigation", name="Chọn điện thoại")
        expect(phone(small)).to_be_visible()
        switcher.get_by_role("button", name="Trần Thị Bình").tap()
        expect(phone(small, "Trần Thị Bình")).to_be_visible()
        expect(phone(small)).to_be_hidden()
        small.get_by_role("button", name="Điều khiển", exact=True).tap()
        expect(small.get_by_role("complementary", name="Điều khiển")).to_be_visible()

    def test_it_can_be_used_by_keyboard(self, page: Page, town: Town, user: str) -> None:
        phone(page).get_by_role("button", name="Gửi ảnh, tệp").focus()
        page.keyboard.press("Enter")
        assert "Đường phố" in page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Escape")
        expect(phone(page).get_by_role("group", name="Gửi thứ khác")).to_be_hidden()
        page.keyboard.press("Tab")
        page.keyboard.type("một")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("hai")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert last(town, user, 2)["text"] == "một\nhai"

    @pytest.mark.parametrize("officer", [False, True])
    def test_it_can_be_read_touched_and_heard(self, small: Page, town: Town, user: str, officer: bool) -> None:
        town.send(user, "Chọn ạ", attachment=buttons(("Lệ phí", "oa.query.show", "Lệ phí")))
        town.control(f"users/{user}/agent", text="Tôi là cán bộ")
        town.act(user, "location", latitude=10.5, longitude=106.5)
        expect(phone(small).locator(".mine")).to_have_count(2)
        if officer:
            phone(small).get_by_role("button", name="Cán bộ Hạnh").tap()
        sheet(small)
        assert small.evaluate(SMALL_TARGETS) == []
        assert small.evaluate(CONTRAST.replace("#text", "textarea")) == []
        assert small.evaluate(NAMELESS) == []
        small.get_by_role("button", name="Điều khiển", exact=True).tap()
        assert small.evaluate(CONTRAST.replace("#text", "textarea")) == []
        assert small.locator("html").get_attribute("lang") == "vi"
        ids = small.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
        assert len(ids) == len(set(ids))


def test_every_fault_and_sticker_has_its_words_and_drawing() -> None:
    assert {*CALL_FAULTS, *WEBHOOK_FAULTS} == set(faults.KINDS)
    assert -248 in CODES and -200 in CODES
    for number, _ in FACTS["stickers"]:
        assert (HERE / "static" / "drawn" / f"sticker_{number}.svg").is_file()


def test_a_fault_replaces_the_one_of_its_kind(town: Town) -> None:
    town.fault("reset", where="cs")
    for count in (3, 1):
        answer = town.http.put("/page/faults/slow", json={"count": count, "where": "oauth"})
    assert [(each["kind"], each["count"]) for each in answer.json()["faults"]] == [("reset", -1), ("slow", 1)]
    assert [each["kind"] for each in town.http.delete("/page/faults/slow").json()["faults"]] == ["reset"]


@pytest.mark.parametrize(
    ("kind", "body"), [("fire", {}), ("slow", {"count": 0}), ("slow", {"kind": "reset"}), ("error", {}), ("slow", [])]
)
def test_a_fault_that_makes_no_sense_changes_nothing(town: Town, kind, body) -> None:
    town.fault("slow", seconds=1)
    assert town.http.put(f"/page/faults/{kind}", json=body).status_code == 400
    assert [(each.kind, each.seconds) for each in town.platform.faults] == [("slow", 1)]


def test_the_page_may_load_nothing_from_elsewhere(town: Town) -> None:
    answer = town.http.get("/")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
    assert not re.search(r"(src|href)=\"(https?:)?//", answer.text)


def test_files_are_asked_for_again_each_time(town: Town) -> None:
    answer = town.http.get("/static/page.js")
    assert answer.headers["cache-control"] == "no-cache" and "javascript" in answer.headers["content-type"]
    assert town.http.get("/static/page.js", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert town.http.get("/static/../page.py").status_code == 404
