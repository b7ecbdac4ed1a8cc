"""Choosing a password."""

import pytest

from tests.web.console.desk import CHOSEN, FIRST, Desk, words
from web.console import password

PAGE = "/console/password"
NEW = "con mèo ngồi trên mái"


@pytest.fixture
def newcomer(desk: Desk, browser):
    """Somebody who has just logged in with the first password."""
    desk.operator("binh", first=True)
    browser.log_in("binh", FIRST)
    return browser


def choose(browser, status=200, old=FIRST, new=NEW, again=None) -> str:
    return words(browser.post(PAGE, PAGE, status, old=old, new=new, again=new if again is None else again))


def test_the_first_login_leads_to_the_password_and_nowhere_else(newcomer) -> None:
    for path in ("/console/", "/console/audit", "/console/zalo/new", "/console/login"):
        assert newcomer.http.get(path).url.path == PAGE
    assert "chỉ dùng được một lần" in newcomer.get(PAGE)


def test_a_chosen_password_opens_the_console_and_the_first_one_is_gone(desk, newcomer) -> None:
    before = newcomer.cookie
    page = choose(newcomer)
    assert "Đã đổi mật khẩu." in page and "Chưa có OA nào" in page
    assert "Đã đổi mật khẩu." not in words(newcomer.get("/console/"))
    assert newcomer.cookie != before
    other = desk.browser()
    other.log_in("binh", FIRST, status=403)
    other.log_in("binh", NEW)
    assert ("binh", "password_changed", "") in desk.audited()


def test_other_browsers_are_logged_out(desk) -> None:
    here, there = desk.logged_in(), desk.logged_in()
    choose(here, old=CHOSEN)
    assert here.http.get("/console/").url.path == "/console/"
    assert there.http.get("/console/").url.path == "/console/login"


@pytest.mark.parametrize(("fields", "status", "problem"), [
    ({"new": "mười một ký"}, 422, password.TOO_SHORT),
    ({"new": "a" * 201}, 422, password.TOO_SHORT),
    ({"again": "khác hẳn đi rồi"}, 422, password.NOT_TWICE),
    ({"new": FIRST}, 422, password.NOT_NEW),
    ({"old": "không phải thế"}, 403, password.WRONG_OLD),
])  # fmt: skip
def test_a_password_that_is_not_good_enough_is_refused_with_the_reason(newcomer, fields, status, problem) -> None:
    assert problem in choose(newcomer, status, **fields)
    assert newcomer.http.get("/console/").url.path == PAGE


def test_guessing_the_present_password_ends_after_five(desk) -> None:
    browser = desk.logged_in()
    for _ in range(5):
        choose(browser, 403, old="sai")
    assert "Chờ 15 phút" in choose(browser, 429, old=CHOSEN)
    assert [one[1] for one in desk.audited()].count("password_failed") == 5
