"""Logging in, as operators and as those who try: over real HTTP."""

import asyncio
import time
from datetime import timedelta

import httpx

from storage.operators import SESSION_LIFE
from tests.web.console.desk import CHOSEN, CSRF, words

WRONG = "Tên hoặc mật khẩu không đúng."
TOO_OFTEN = "Chờ 15 phút rồi thử lại"
PAGES = (
    "/console",
    "/console/",
    "/console/accounts/zalo:1",
    "/console/audit",
    "/console/password",
    "/console/zalo/new",
    "/console/zalo/connect/1",
    "/console/zalo/keys/1",
    "/zalo/callback?code=c&state=s",
)


def test_without_a_session_everything_leads_to_the_login_page(browser) -> None:
    for path in PAGES:
        answer = browser.http.get(path)
        assert answer.url.path == "/console/login", path
        assert answer.headers["cache-control"] == "no-store"
    assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_the_right_password_opens_the_console(desk, browser) -> None:
    assert "Chưa có OA nào" in browser.log_in(" AN ")
    assert desk.audited() == [("an", "login", "127.0.0.1")]
    assert browser.http.get("/console/login").url.path == "/console/"


def test_wrong_names_and_passwords_read_the_same(desk, browser) -> None:
    desk.operator("cuong")
    desk.execute("UPDATE operator SET disabled = true WHERE name = 'cuong'")
    for name, password in (("an", "x"), ("khong", CHOSEN), ("cuong", CHOSEN), ("không phải tên", CHOSEN), ("", "")):
        page = browser.log_in(name, password, status=403)
        assert words(page).count(WRONG) == 1
        assert CHOSEN not in page
        desk.execute("TRUNCATE login_attempt")
    assert desk.audited() == [("an", "login_failed", "127.0.0.1"), ("", "login_failed", "127.0.0.1"),
                              ("cuong", "login_failed", "127.0.0.1"), ("", "login_failed", "127.0.0.1"),
                              ("", "login_failed", "127.0.0.1")]  # fmt: skip


def test_an_unknown_name_takes_as_long_as_a_wrong_password(desk, browser) -> None:
    def seconds(name: str) -> float:
        token = CSRF.findall(browser.get("/console/login"))[0]
        best = []
        for _ in range(4):
            start = time.perf_counter()
            browser.send("/console/login", 403, name=name, password="x", csrf=token)
            best.append(time.perf_counter() - start)
        desk.execute("TRUNCATE login_attempt")
        return min(best)

    seconds("an"), seconds("khong")
    known, unknown = seconds("an"), seconds("khong")
    assert unknown > known / 2 and known > unknown / 2


def test_after_five_failures_of_a_name_even_the_right_password_waits(desk, browser) -> None:
    for _ in range(5):
        browser.log_in(password="sai", status=403)
    assert TOO_OFTEN in words(browser.log_in(status=429))
    desk.execute("UPDATE login_attempt SET address = '192.0.2.7'")
    assert TOO_OFTEN in words(browser.log_in(status=429))
    desk.clock.ahead = timedelta(minutes=15, seconds=1)
    assert "Tài khoản OA" in browser.log_in()


def test_after_five_failures_from_an_address_other_names_wait_too(desk, browser) -> None:
    for number in range(5):
        browser.log_in(f"ten{number}", status=403)
    assert TOO_OFTEN in words(browser.log_in(status=429))
    desk.execute("UPDATE login_attempt SET address = '192.0.2.7'")
    assert "Tài khoản OA" in browser.log_in()


def test_failures_that_come_at_once_are_counted_too(desk, browser) -> None:
    token = CSRF.findall(browser.get("/console/login"))[0]
    sent = {"name": "an", "password": "sai", "csrf": token}

    async def storm() -> list[int]:
        async with httpx.AsyncClient(base_url=desk.server.url, cookies=browser.http.cookies, timeout=30) as http:
            answers = await asyncio.gather(*(http.post("/console/login", data=sent) for _ in range(12)))
        return [answer.status_code for answer in answers]

    statuses = asyncio.run(storm())
    assert statuses.count(403) <= 5 and set(statuses) == {403, 429}
    assert len([one for one in desk.audited() if one[1] == "login_failed"]) == statuses.count(403)


def test_a_login_forgets_the_failures_before_it(desk, browser) -> None:
    for _ in range(4):
        browser.log_in(password="sai", status=403)
    browser.log_in()
    other = desk.browser()
    for _ in range(5):
        other.log_in(password="sai", status=403)


def test_a_token_from_before_the_login_is_no_session_after_it(desk, browser) -> None:
    browser.get("/console/login")
    planted = browser.cookie
    assert planted
    browser.log_in()
    assert browser.cookie not in ("", planted)
    attacker = desk.browser()
    attacker.http.cookies.set("motcua-console", planted)
    assert attacker.http.get("/console/").url.path == "/console/login"


def test_logging_in_again_ends_the_session_before(desk, browser) -> None:
    browser.log_in()
    first = browser.cookie
    token = CSRF.findall(browser.get("/console/"))[0]
    browser.send("/console/login", name="an", password=CHOSEN, csrf=token)
    assert browser.cookie != first
    assert len(desk.rows("SELECT 1 FROM operator_session")) == 1


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(desk, browser) -> None:
    token = CSRF.findall(browser.get("/console/login"))[0]
    answer = browser.http.post(
        "/console/login", data={"name": "an", "password": CHOSEN, "csrf": token}, follow_redirects=False
    )
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and f"max-age={12 * 3600}" in cookie
    assert browser.cookie not in str(desk.rows("SELECT * FROM operator_session"))
    assert browser.cookie not in browser.get("/console/")


def test_logging_out_ends_the_session_for_whoever_has_its_token(desk, browser) -> None:
    browser.log_in()
    token = browser.cookie
    browser.post("/console/", "/console/logout")
    thief = desk.browser()
    thief.http.cookies.set("motcua-console", token)
    assert thief.http.get("/console/").url.path == "/console/login"
    assert desk.audited()[-1] == ("an", "logout", "")


def test_a_session_ends_after_twelve_hours(desk, browser) -> None:
    browser.log_in()
    desk.clock.ahead = SESSION_LIFE - timedelta(minutes=1)
    assert browser.http.get("/console/").url.path == "/console/"
    desk.clock.ahead = SESSION_LIFE
    assert browser.http.get("/console/").url.path == "/console/login"


def test_a_disabled_operator_is_out_at_once(desk, browser) -> None:
    browser.log_in()
    desk.execute("UPDATE operator SET disabled = true")
    assert browser.http.get("/console/").url.path == "/console/login"
    assert WRONG in words(browser.log_in(status=403))
