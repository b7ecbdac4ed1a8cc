"""What goes back and forth on a phone of the page, in a real Chromium."""

import base64
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from emulator import card
from emulator.page import FACTS
from tests.e2e.conftest import png
from tests.emulator.phones import last, phone, say, sheet
from tests.emulator.serving import Town, buttons, until
from tests.emulator.test_uploads import image, upload

HTML = "<img src=x onerror=alert(1)> <b>đậm</b>"


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
        picture = FilePayload(name="ảnh của tôi.gif", mimeType="image/gif", buffer=pixel)
        sheet(page).get_by_label("Chọn ảnh").set_input_files(picture)
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
