"""The page with the phones around its chats: which phones, the panel, hands and eyes; and its few routes."""

import re

import pytest
from playwright.sync_api import Page, expect

from emulator import faults
from emulator.page import CALL_FAULTS, CODES, FACTS, HERE, WEBHOOK_FAULTS
from tests.e2e.conftest import PHONE, SHIFTS, chromium, png
from tests.e2e.test_chat_page import CONTRAST, NAMELESS
from tests.emulator.phones import last, phone, say, sheet
from tests.emulator.serving import Town, buttons, until
from tests.emulator.test_uploads import image, upload

SMALL_TARGETS = """
() => [...document.querySelectorAll("button, textarea, select, .pick")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.matches(".follow"))
  .map((e) => [e.textContent.trim(), e.getBoundingClientRect().width, e.getBoundingClientRect().height])
  .filter(([, width, height]) => width < 32 || height < 44)
"""
HOUR_MS = 3600 * 1000


def opened(chromium: Browser, town: Town, how: dict[str, Any]) -> Iterator[Page]:
    context = chromium.new_context(**how)
    context.set_default_timeout(8000)
    context.add_init_script(SHIFTS)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(town.running.url)
    yield page
    context.close()
    assert wrong == []


@pytest.fixture
def user(town: Town) -> str:
    """The only citizen there is."""
    town.platform.users.clear()
    return town.citizen()


@pytest.fixture
def page(chromium: Browser, town: Town, user: str) -> Iterator[Page]:
    yield from opened(chromium, town, DESK)


@pytest.fixture
def small(chromium: Browser, town: Town, user: str) -> Iterator[Page]:
    """On a small telephone, with two citizens."""
    town.control("users", oa_id=town.oa["oa_id"], name="Trần Thị Bình")
    yield from opened(chromium, town, PHONE)


def last(town: Town, user: str, count: int) -> dict[str, Any]:
    """The newest message when there are so many."""
    until(lambda: len(town.platform.users[user].log) >= count, "the message is sent")
    return town.transcript(user)[-1]


def phone(page: Page, name: str = "Nguyễn Văn A") -> Locator:
    return page.get_by_role("region", name=f"Điện thoại của {name}")


def say(page: Page, text: str) -> None:
    phone(page).get_by_role("textbox", name="Tin nhắn của công dân").fill(text)
    page.keyboard.press("Enter")


def sheet(page: Page) -> Locator:
    phone(page).get_by_role("button", name="Gửi ảnh, tệp").click()
    return phone(page).get_by_role("group", name="Gửi thứ khác")


def content(town: Town, message: dict[str, Any]) -> httpx.Response:
    return town.http.get(message["attachments"][0]["payload"]["url"])


@pytest.mark.browser
class TestChat:
    def test_it_says_that_it_is_not_zalo_and_asks_nobody_else(self, page: Page, town: Town) -> None:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.reload()
        expect(page.get_by_role("note")).to_contain_text("Giả lập: không phải Zalo thật")
        expect(phone(page)).to_contain_text("Công an phường Mẫu")
        expect(phone(page).get_by_role("img", name="OA đã xác thực")).to_be_visible()
        assert asked and all(url.startswith(town.running.url) for url in asked)

    def test_a_message_goes_out_and_the_answer_comes_in(self, page: Page, town: Town, user: str) -> None:
        say(page, "đăng ký tạm trú")
        assert last(town, user, 2)["text"] == "đăng ký tạm trú"
        mine = phone(page).locator(".mine").last
        expect(mine).to_contain_text("12:00 · đã nhận")
        assert town.send(user, "Cần tờ khai CT01")["error"] == 0
        expect(phone(page).locator(".oa .bubble")).to_have_text("Cần tờ khai CT01")
        expect(phone(page).locator("li.oa")).to_contain_text("đã gửi")
        town.flush()
        expect(phone(page).locator("li.oa")).to_contain_text("đã xem")

    def test_what_looks_like_a_page_is_shown_as_text(self, page: Page, town: Town, user: str) -> None:
        page.on("dialog", lambda dialog: pytest.fail("a script ran"))
        say(page, HTML)
        town.send(user, HTML, attachment=buttons((HTML, "oa.query.show", "a")))
        town.control(f"users/{user}", "PATCH", name=HTML)
        for side in (".mine", "li.oa"):
            expect(page.locator(f"{side} .words").last).to_have_text(HTML)
        expect(page.get_by_role("button", name=HTML)).to_be_visible()
        expect(page.locator(".citizen")).to_have_text(HTML)
        assert page.locator("img[src=x]").count() == 0

    def test_buttons_do_what_their_type_says(self, page: Page, town: Town, user: str) -> None:
        kinds = (
            ("Lệ phí", "oa.query.show", "Lệ phí là gì"),
            ("Lặng lẽ", "oa.query.hide", "#b:1"),
            ("Trang web", "oa.open.url", {"url": "https://example.vn/a"}),
            ("Gọi", "oa.open.phone", {"phone_code": "02400000000"}),
        )
        town.send(user, "Chọn ạ", attachment=buttons(*kinds))
        phone(page).get_by_role("button", name="Lặng lẽ").click()
        assert last(town, user, 3)["hidden"]
        phone(page).get_by_role("button", name="Lệ phí").click()
        expect(phone(page).locator(".mine .words").last).to_have_text("Lệ phí là gì")
        expect(phone(page).locator(".mine")).to_have_count(2)
        phone(page).get_by_role("button", name="Gọi").click()
        expect(phone(page).get_by_role("status")).to_contain_text("02400000000")
        link = phone(page).get_by_role("link", name="Trang web")
        expect(link).to_have_attribute("href", "https://example.vn/a")
        expect(link).to_have_attribute("rel", "noopener noreferrer")

    def test_the_sample_pictures_are_real_pictures(self, page: Page, town: Town, user: str, tmp_path) -> None:
        sheet(page).get_by_role("button", name="Đường phố").click()
        street = content(town, last(town, user, 2))
        sheet(page).get_by_role("button", name="Thẻ có mã QR").click()
        drawn = content(town, last(town, user, 3))
        for number, answer in enumerate((street, drawn)):
            (tmp_path / f"{number}.jpg").write_bytes(answer.content)
        with Image.open(tmp_path / "0.jpg") as picture:
            assert (picture.format, picture.size) == ("JPEG", (1200, 900)) and not zxingcpp.read_barcodes(picture)
        with Image.open(tmp_path / "1.jpg") as picture:
            assert [code.text for code in zxingcpp.read_barcodes(picture)] == [card.TEXT]
        shown = phone(page).get_by_role("img", name="Ảnh công dân gửi")
        expect(shown).to_have_count(2)
        until(lambda: shown.last.evaluate("(e) => e.naturalWidth") == 1200, "the picture is shown")

    def test_a_file_and_a_picture_of_the_account_are_shown(self, page: Page, town: Town, user: str) -> None:
        token = upload(town, "file", "ct01.pdf", b"%PDF-1.4").json()["data"]["token"]
        key = upload(town, "image", "mau.png", png(900, 1200)).json()["data"]["attachment_id"]
        assert town.send(user, "", attachment={"type": "file", "payload": {"token": token}})["error"] == 0
        assert town.send(user, "CT01 – Tờ khai", attachment=image(key))["error"] == 0
        file = phone(page).locator("li.oa").get_by_role("link", name="ct01.pdf")
        assert town.http.get(file.get_attribute("href") or "").content == b"%PDF-1.4"
        shown = phone(page).get_by_role("img", name="Ảnh OA gửi")
        until(lambda: shown.evaluate("(e) => e.naturalWidth") == 900, "the picture is shown")
        expect(phone(page).locator("li.oa .words").last).to_have_text("CT01 – Tờ khai")

    def test_an_own_picture_can_be_chosen(self, page: Page, town: Town, user: str) -> None:
        pixel = base64.b64decode("R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=")
        picture = {"name": "ảnh của tôi.gif", "mimeType": "image/gif", "buffer": pixel}
        sheet(page).get_by_label("Chọn ảnh").set_input_files(picture)  # type: ignore[arg-type]
        assert content(town, last(town, user, 2)).content == pixel

    def test_files_recordings_places_and_stickers_are_sent(self, page: Page, town: Town, user: str) -> None:
        sheet(page).get_by_role("button", name="Tệp PDF mẫu").click()
        sent = last(town, user, 2)
        assert sent["kind"] == "file" and content(town, sent).content.startswith(b"%PDF-1.4")
        sheet(page).get_by_role("button", name="Ghi âm mẫu").click()
        assert last(town, user, 3)["kind"] == "audio"
        sheet(page).get_by_role("button", name="Hồ Hoàn Kiếm").click()
        assert last(town, user, 4)["attachments"][0]["payload"]["coordinates"]["latitude"] == "21.0287"
        expect(phone(page).locator(".place b")).to_have_text("Hồ Hoàn Kiếm, Hà Nội")
        opened = sheet(page)
        opened.get_by_label("Vĩ độ").fill("10.5")
        opened.get_by_label("Kinh độ").fill("106.25")
        opened.get_by_role("button", name="Gửi", exact=True).click()
        assert last(town, user, 5)["attachments"][0]["payload"]["coordinates"]["longitude"] == "106.25"
        sheet(page).get_by_role("button", name="Cảm ơn").click()
        assert last(town, user, 6)["attachments"][0]["payload"]["id"] == "17351"
        expect(phone(page).get_by_role("img", name="Nhãn dán Cảm ơn")).to_be_visible()

    def test_an_officer_answers_from_oa_manager(self, page: Page, town: Town, user: str) -> None:
        admin, name = FACTS["officers"][0]
        phone(page).get_by_role("button", name=name).click()
        page.keyboard.type("Tôi là cán bộ")
        page.keyboard.press("Enter")
        sent = last(town, user, 2)
        assert (sent["from"], sent["admin_id"], sent["text"]) == ("agent", admin, "Tôi là cán bộ")
        expect(phone(page).locator(".agent")).to_contain_text(f"{name} · OA Manager")
        town.flush()
        assert town.hook.events("oa_send_text")[-1]["sender"]["admin_id"] == admin
        sheet(page).get_by_role("button", name="Tệp PDF mẫu").click()
        assert last(town, user, 3)["admin_id"] == admin

    def test_the_citizen_follows_and_blocks(self, page: Page, town: Town, user: str) -> None:
        citizen = town.platform.users[user]
        phone(page).get_by_role("button", name="Quan tâm OA").click()
        expect(phone(page).get_by_role("button", name="Bỏ quan tâm OA")).to_have_attribute("aria-pressed", "true")
        assert citizen.follower
        phone(page).get_by_role("button", name="Việc khác").click()
        phone(page).get_by_role("button", name="Chặn OA", exact=True).click()
        expect(phone(page).get_by_role("textbox", name="Tin nhắn của công dân")).to_be_disabled()
        assert town.send(user)["error"] == -217
        phone(page).get_by_role("button", name="Việc khác").click()
        phone(page).get_by_role("button", name="Bỏ chặn OA").click()
        expect(phone(page).get_by_role("textbox", name="Tin nhắn của công dân")).to_be_enabled()
        phone(page).get_by_role("button", name="Bỏ quan tâm OA").click()
        until(lambda: not citizen.follower, "the citizen has unfollowed")

    def test_contact_data_are_shared_when_the_oa_asks(self, page: Page, town: Town, user: str) -> None:
        asked = {"title": "Xin số điện thoại", "subtitle": "Để gọi lại", "image_url": "https://example.vn/a.png"}
        payload = {"template_type": "request_user_info", "elements": [asked]}
        body = {"recipient": {"user_id": user}, "message": {"attachment": {"type": "template", "payload": payload}}}
        assert town.call("/openapi/v3.0/oa/message/cs", body).json()["error"] == 0
        phone(page).get_by_role("button", name="Chia sẻ thông tin", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="Chia sẻ").click()
        expect(phone(page).get_by_role("status")).to_have_text("Đã chia sẻ thông tin với OA.")
        assert town.platform.users[user].shared["name"] == "Nguyễn Văn A"

    def test_quotes_reactions_and_links_are_shown(self, page: Page, town: Town, user: str) -> None:
        first = town.transcript(user)[0]["id"]
        town.act(user, "text", text="xem https://example.vn/a?b=1 nhé", quote=first)
        town.send(user, "Cảm ơn anh chị")
        town.act(user, "react", icon="/-heart")
        expect(phone(page).locator("blockquote")).to_have_text("Xin chào")
        link = phone(page).get_by_role("link", name="https://example.vn/a?b=1")
        expect(link).to_have_attribute("href", "https://example.vn/a?b=1")
        expect(phone(page).locator("li.oa .reactions")).to_have_text("❤️")

    def test_a_picture_from_elsewhere_is_a_link(self, page: Page, town: Town, user: str) -> None:
        element = {"media_type": "image", "url": "https://example.vn/anh.png"}
        payload = {"template_type": "media", "elements": [element]}
        assert town.send(user, "Mời xem", attachment={"type": "template", "payload": payload})["error"] == 0
        expect(phone(page).get_by_role("link", name="Mở ảnh")).to_have_attribute("href", "https://example.vn/anh.png")
        expect(phone(page).locator("li.oa .words")).to_have_text("Mời xem")
        assert page.locator("img[src^=http]").count() == 0

    def test_a_refused_message_is_kept_in_the_box(self, page: Page, town: Town, user: str) -> None:
        page.route("**/acts", lambda route: route.fulfill(status=400, json={"error": "no"}))
        say(page, "đừng mất câu này")
        expect(phone(page).get_by_role("status")).to_have_text("Không làm được: no")
        expect(phone(page).get_by_role("textbox", name="Tin nhắn")).to_have_value("đừng mất câu này")


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
        switch.check()
        expect(panel.locator(".left").filter(has_text="còn 3 lần")).to_be_visible()
        assert town.send(user)["error"] == -248
        expect(panel.locator(".left").filter(has_text="còn 2 lần")).to_be_visible()
        switch.uncheck()
        until(lambda: not town.platform.faults, "the fault is gone")
        panel.get_by_role("switch", name="Gửi lặp webhook").check()
        until(lambda: town.platform.faults, "the fault is there")
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
        panel.get_by_role("switch", name="Giữ webhook lại").check()
        until(lambda: town.platform.options.hold_webhooks, "webhooks are held")
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
