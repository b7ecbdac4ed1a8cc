"""The page with the phones, opened in a browser, and what tests do with a phone."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, Locator, Page

from tests.e2e.conftest import SHIFTS
from tests.emulator.serving import Town, until

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "locale": "vi-VN"}


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
