"""Adding, keying and connecting an account, over real HTTP, with the emulator's consent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from connectors.zalo.accounts import read_account
from connectors.zalo.pages import CONNECTED, KEYS_SET, OLD_STATE, REFUSED, SEALED
from storage.sealed import Seal
from tests.emulator.serving import Town
from tests.web.console.desk import CODE, SECRET, Browser, Desk, open_desk, words

NEW, CALLBACK = "/console/zalo/new", "/zalo/callback"


@pytest.fixture(scope="module")
def opened(database: str, village: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = open_desk(database, tmp_path_factory.mktemp("console"), village)
    yield desk
    desk.server.stop()


@pytest.fixture
def desk(opened: Desk, village: Town) -> Desk:
    opened.reset()
    village.reset()
    village.control(f"apps/{village.app['app_id']}", "PATCH", redirect_uri=opened.server.url + CALLBACK)
    return opened


def keys_of(town: Town, **changes: str) -> dict[str, str]:
    """What an operator types for the emulator's account."""
    return {
        "oa_id": town.oa["oa_id"],
        "app_id": town.app["app_id"],
        "app_secret": town.app["secret"],
        "oa_secret": town.oa["secret"],
        "unit": "don_vi_mau",
        **changes,
    }


@pytest.fixture
def browser(desk: Desk) -> Browser:
    return desk.logged_in()


@pytest.fixture
def added(desk: Desk, browser: Browser, village: Town) -> str:
    """The emulator's account, added in the console; its OA id."""
    browser.post(NEW, NEW, **keys_of(village))
    return village.oa["oa_id"]


@dataclass(frozen=True)
class Asked:
    """A consent that was just begun, whose page on the platform was not opened."""

    state: str
    challenge: str


def ask(browser: Browser, oa_id: str) -> Asked:
    answer = browser.http.get(f"/console/zalo/connect/{oa_id}", follow_redirects=False)
    assert answer.status_code == 303
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return Asked(query["state"][0], query["code_challenge"][0])


def code_of(town: Town, oa_id: str, asked: Asked) -> str:
    """The code that the platform gives for a consent."""
    query = {"app_id": town.app["app_id"], "code_challenge": asked.challenge, "oa_id": oa_id,
             "redirect_uri": town.look(f"apps/{town.app['app_id']}")["redirect_uri"]}  # fmt: skip
    answer = town.http.get("/oauth/v4/oa/permission", params=query)
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


def state(desk: Desk) -> str:
    return desk.rows("SELECT state FROM channel_account")[0]["state"]


def come_back(browser: Browser, **query: str) -> str:
    answer = browser.http.get(CALLBACK, params=query)
    assert answer.status_code == 200
    return words(answer.text)


def test_the_whole_road_from_login_to_a_connected_account(desk, browser, village) -> None:
    page = words(browser.post(NEW, NEW, **keys_of(village)))
    assert "Đã thêm OA" in page and "Chưa kết nối" in page
    page = words(browser.get(f"/console/zalo/connect/{village.oa['oa_id']}"))
    assert CONNECTED in page and "Đang hoạt động" in page and "Kết nối lại" in page
    assert CONNECTED not in words(browser.get("/console/"))
    assert state(desk) == "connected"
    account = f"zalo:{village.oa['oa_id']}"
    assert desk.audited() == [("an", "login", "127.0.0.1"), ("an", "account_added", account),
                              ("an", "connected", account)]  # fmt: skip
    browser.get(f"/console/zalo/connect/{village.oa['oa_id']}")
    assert len(desk.rows("SELECT 1 FROM consent")) == 0


def test_the_page_of_an_account_has_all_that_the_platform_asks_for_and_no_secret(desk, browser, added, village) -> None:
    page = browser.get(f"/console/accounts/zalo:{added}")
    told = words(page)
    for value in (f"{desk.server.url}/zalo/webhook", f"{desk.server.url}{CALLBACK}", CODE, added, "••••••••"):
        assert value in told
    assert village.app["secret"] not in page and village.oa["secret"] not in page
    assert village.app["secret"] not in browser.get(f"/console/zalo/keys/{added}")
    assert f"{desk.clock():%d/%m/%Y}" in told


@pytest.mark.parametrize(("changes", "problem"), [
    ({"oa_id": "12a"}, "Mã OA chỉ gồm chữ số"),
    ({"app_id": ""}, "Mã ứng dụng chỉ gồm chữ số"),
    ({"app_secret": " "}, "App Secret không đúng dạng"),
    ({"oa_secret": "hai chữ"}, "OA Secret Key không đúng dạng"),
    ({"unit": "khong_co"}, "Chọn đơn vị"),
])  # fmt: skip
def test_what_can_not_be_an_account_is_refused_and_no_secret_comes_back(
    desk, browser, village, changes, problem
) -> None:
    given = keys_of(village, **changes)
    page = browser.post(NEW, NEW, 422, **given)
    assert problem in words(page)
    assert village.app["secret"] not in page and village.oa["secret"] not in page
    assert not desk.rows("SELECT 1 FROM channel_account")


def test_a_known_account_is_not_overwritten(desk, browser, added, village) -> None:
    before = desk.rows("SELECT secrets FROM channel_account")
    assert "OA này đã có" in words(browser.post(NEW, NEW, 422, **keys_of(village, app_secret="andere")))
    assert desk.rows("SELECT secrets FROM channel_account") == before


def test_one_key_is_changed_and_the_other_one_and_the_grant_stay(desk, browser, added, village) -> None:
    browser.get(f"/console/zalo/connect/{added}")
    page = f"/console/zalo/keys/{added}"
    assert "Chưa nhập khóa nào" in words(browser.post(page, page, 422, app_secret="", oa_secret=""))
    assert KEYS_SET in words(browser.post(page, page, app_secret="", oa_secret="moi-hoan-toan"))
    account = desk.do(lambda connection: read_account(connection, Seal(SECRET), added))
    assert (account.oa_secret, account.app_secret) == ("moi-hoan-toan", village.app["secret"])
    assert state(desk) == "connected"
    assert ("an", "secrets_changed", f"zalo:{added}") in desk.audited()
    assert "moi-hoan-toan" not in str(desk.rows("SELECT * FROM audit"))


def test_keys_sealed_with_another_secret_are_set_anew_together(desk, browser, added, village) -> None:
    desk.execute(
        "UPDATE channel_account SET secrets = %s", Seal("another").close({"app_secret": "a", "oa_secret": "b"})
    )
    assert SEALED in words(browser.get(f"/console/zalo/connect/{added}"))
    page = f"/console/zalo/keys/{added}"
    assert "Nhập cả hai khóa" in words(browser.post(page, page, 422, app_secret="x", oa_secret=""))
    browser.post(page, page, app_secret=village.app["secret"], oa_secret="o")
    assert CONNECTED in words(browser.get(f"/console/zalo/connect/{added}"))


def test_keys_of_an_account_that_is_none_are_not_kept(desk, browser) -> None:
    page = "/console/zalo/keys/1"
    assert "Thêm OA trước" in words(browser.post(page, page, 422, app_secret="x", oa_secret="y"))
    assert "Thêm OA trước" in words(browser.get("/console/zalo/connect/1"))
    assert not desk.rows("SELECT 1 FROM channel_account") and desk.audited() == [("an", "login", "127.0.0.1")]


def test_a_state_that_was_never_given_connects_nothing(desk, browser, added, village) -> None:
    code = code_of(village, added, ask(browser, added))
    for forged in ("", "x", "x" * 5000):
        assert OLD_STATE in come_back(browser, code=code, oa_id=added, state=forged)
    assert state(desk) == "not_connected"


def test_a_state_is_good_once(desk, browser, added, village) -> None:
    asked = ask(browser, added)
    for told in (CONNECTED, OLD_STATE):
        assert told in come_back(browser, code=code_of(village, added, asked), oa_id=added, state=asked.state)


def test_a_state_is_good_for_ten_minutes(desk, browser, added, village) -> None:
    asked = ask(browser, added)
    desk.clock.ahead = timedelta(minutes=10)
    assert OLD_STATE in come_back(browser, code=code_of(village, added, asked), oa_id=added, state=asked.state)
    assert state(desk) == "not_connected"


def test_a_state_is_good_in_the_session_that_asked_for_it_only(desk, browser, added, village) -> None:
    asked, other = ask(browser, added), desk.logged_in()
    assert OLD_STATE in come_back(other, code=code_of(village, added, asked), oa_id=added, state=asked.state)
    assert CONNECTED in come_back(browser, code=code_of(village, added, asked), oa_id=added, state=asked.state)


def test_a_state_from_before_the_installations_secret_changed_is_too_old(desk, browser, added, village) -> None:
    asked = ask(browser, added)
    desk.execute("UPDATE consent SET sealed = %s", Seal("another").close({"verifier": "v"}))
    assert OLD_STATE in come_back(browser, code=code_of(village, added, asked), oa_id=added, state=asked.state)


def test_a_code_of_another_consent_is_refused(desk, browser, added, village) -> None:
    first, second = ask(browser, added), ask(browser, added)
    assert first.challenge != second.challenge
    told = come_back(browser, code=code_of(village, added, first), oa_id=added, state=second.state)
    assert "đã hết hạn hoặc đã dùng" in told
    assert state(desk) == "not_connected"


def test_the_consent_of_another_account_is_refused_by_its_name(desk, browser, added, village) -> None:
    other, asked = village.control("oas", app_id=village.app["app_id"], name="OA khác")["oa_id"], ask(browser, added)
    told = come_back(browser, code=code_of(village, other, asked), oa_id=other, state=asked.state)
    assert f"đã chọn một OA khác (mã {other})" in told
    assert state(desk) == "not_connected"
    assert desk.audited()[-1] == ("an", "connect_failed", f"zalo:{added}")


def test_a_refused_consent_says_so(desk, browser, added) -> None:
    assert REFUSED in come_back(browser, state=ask(browser, added).state)
    assert state(desk) == "not_connected"


@pytest.mark.parametrize("strange", ["<script>alert(1)</script>", "\x00", "1\n", "9" * 4000, "١٢"])
def test_an_account_id_that_is_none_is_refused_and_not_repeated(desk, browser, added, strange) -> None:
    answer = browser.http.get(CALLBACK, params={"state": ask(browser, added).state, "code": "c", "oa_id": strange})
    assert "(mã không rõ)" in words(answer.text)
    assert strange not in answer.text.partition("<main")[2].partition("</p>")[0]
    for path in ("/console/zalo/keys", "/console/zalo/connect", "/console/accounts"):
        assert browser.http.get(f"{path}/{quote(strange[:100], safe='')}").status_code in (200, 404)


def test_a_wrong_app_secret_is_named_and_once_it_is_right_it_goes_on(desk, browser, village) -> None:
    oa_id = village.oa["oa_id"]
    browser.post(NEW, NEW, **keys_of(village, app_secret="sai"))
    assert "App Secret không đúng" in words(browser.get(f"/console/zalo/connect/{oa_id}"))
    assert state(desk) == "not_connected"
    page = f"/console/zalo/keys/{oa_id}"
    browser.post(page, page, app_secret=village.app["secret"], oa_secret="")
    assert CONNECTED in words(browser.get(f"/console/zalo/connect/{oa_id}"))


def test_a_code_that_is_too_old_is_named(desk, browser, added, village) -> None:
    asked = ask(browser, added)
    late = code_of(village, added, asked)
    village.advance(11 * 60)
    assert "đã hết hạn hoặc đã dùng" in come_back(browser, code=late, oa_id=added, state=asked.state)
    assert state(desk) == "not_connected"


def test_a_platform_that_is_busy_or_silent_asks_for_another_try(desk, browser, added, village) -> None:
    for fault, told in (("html_502", "Không nhận được trả lời của Zalo"), ("http_429", "Zalo đang bận")):
        village.fault(fault, where="oauth", count=1)
        assert told in words(browser.get(f"/console/zalo/connect/{added}"))
    assert CONNECTED in words(browser.get(f"/console/zalo/connect/{added}"))


def test_a_disabled_operator_does_not_finish_a_consent(desk, browser, added, village) -> None:
    asked = ask(browser, added)
    desk.execute("UPDATE operator SET disabled = true")
    query = {"code": code_of(village, added, asked), "oa_id": added, "state": asked.state}
    assert browser.http.get(CALLBACK, params=query).url.path == "/console/login"
    assert state(desk) == "not_connected"


def test_an_account_whose_permission_was_taken_back_is_connected_again(desk, browser, added) -> None:
    desk.execute("UPDATE channel_account SET state = 'revoked', alarm = 'x', alarm_at = now()")
    assert "OA đã thu hồi quyền" in words(browser.get("/console/"))
    page = words(browser.get(f"/console/zalo/connect/{added}"))
    assert CONNECTED in page and "Đang hoạt động" in page
