"""Forms of the console are taken from the browser that was shown them, and from nobody else."""

import pytest

from storage.settings import read_settings
from tests.web.console.desk import CHOSEN, CSRF, open_desk, words

POSTS = {
    "/console/logout": {},
    "/console/password": {"old": CHOSEN, "new": "con mèo ngồi trên mái", "again": "con mèo ngồi trên mái"},
    "/console/accounts/zalo:42/unit": {"unit": "xa_thu_nghiem"},
    "/console/zalo/new": {"oa_id": "43", "app_id": "19", "app_secret": "s", "oa_secret": "o", "unit": "don_vi_mau"},
    "/console/zalo/keys/42": {"app_secret": "andere"},
}


@pytest.mark.parametrize("path", POSTS)
def test_a_post_without_the_sessions_own_token_changes_nothing(desk, path) -> None:
    desk.account("42")
    browser, other = desk.logged_in(), desk.logged_in()
    others = CSRF.findall(other.get("/console/"))[0]
    before = desk.rows("SELECT * FROM channel_account"), desk.rows("SELECT * FROM operator")
    for token in ({"other": "x"}, {"csrf": ""}, {"csrf": "x"}, {"csrf": others}):
        assert "Trang này đã cũ" in words(browser.send(path, 403, **POSTS[path], **token))
    assert (desk.rows("SELECT * FROM channel_account"), desk.rows("SELECT * FROM operator")) == before
    assert browser.http.get("/console/").url.path == "/console/"


def test_the_login_form_needs_its_token_too(browser) -> None:
    browser.get("/console/login")
    browser.send("/console/login", 403, name="an", password=CHOSEN)
    assert browser.http.get("/console/").url.path == "/console/login"


def test_a_token_of_the_citizens_page_is_none_here(desk) -> None:
    browser = desk.logged_in()
    citizens = CSRF.findall(browser.get("/"))[0]
    browser.send("/console/logout", 403, csrf=citizens)


def test_a_post_from_a_page_of_another_site_is_refused(desk) -> None:
    browser = desk.logged_in()
    token = CSRF.findall(browser.get("/console/"))[0]
    for origin, status in (("https://example.com", 403), ("null", 403), (desk.server.url, 200)):
        answer = browser.http.post("/console/logout", data={"csrf": token}, headers={"origin": origin})
        assert answer.status_code == status, origin


@pytest.mark.parametrize(("content", "kind", "status"), [
    (b"csrf=x", "text/plain", 415),
    (b'{"csrf": "x"}', "application/json", 415),
    (b"csrf=" + b"x" * 20_000, "application/x-www-form-urlencoded", 413),
    (b"csrf=%ff", "application/x-www-form-urlencoded", 400),
    (b"&".join(b"a=1" for _ in range(50)), "application/x-www-form-urlencoded", 400),
])  # fmt: skip
def test_what_is_no_form_is_refused(desk, content, kind, status) -> None:
    browser = desk.logged_in()
    answer = browser.http.post("/console/logout", content=content, headers={"content-type": kind})
    assert answer.status_code == status
    assert "Không đọc được" in words(answer.text)


def test_a_configured_address_is_what_a_platform_is_told(database, tmp_path) -> None:
    address = read_settings({"MOTCUA_SITE_ADDRESS": "https://motcua.example.vn/"}).site_address
    desk = open_desk(database, tmp_path, site_address=address)
    try:
        desk.reset()
        desk.account("42")
        assert "https://motcua.example.vn/zalo/webhook" in desk.logged_in().get("/console/accounts/zalo:42")
    finally:
        desk.server.stop()


def test_over_https_the_cookie_is_bound_to_the_host(database, tmp_path) -> None:
    desk = open_desk(database, tmp_path, secure_cookies=True)
    try:
        cookie = desk.browser().http.get("/console/login").headers["set-cookie"]
        assert cookie.startswith("__Host-motcua-console=") and "Secure" in cookie and "Path=/" in cookie
    finally:
        desk.server.stop()
