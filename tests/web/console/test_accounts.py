"""The accounts as an operator sees them."""

from datetime import timedelta

from storage import channels
from storage.deliveries import give_up
from tests.storage.channel_rows import answer, conversation_of, send
from tests.web.console.desk import words

EVIL = "<script>alert(1)</script>\"'><b>OA</b>"
HOME = "/console/"


def page_of(desk, account_id: str, status: int = 200) -> str:
    return desk.browsers[-1].get(f"/console/accounts/{account_id}", status)


def deliveries(desk, account_id: str, *texts: str, lost: int = 0, reason: str = "Công dân đã chặn tin của OA.") -> None:
    """Replies to one citizen of an account; the first `lost` ones are given up."""

    async def write(connection) -> None:
        turn = await send(connection, await conversation_of(connection, channel=account_id), "số điện thoại của tôi")
        await answer(connection, turn, *texts)
        cursor = await connection.execute("SELECT outbox_id FROM delivery ORDER BY outbox_id")
        await give_up(connection, [row["outbox_id"] for row in await cursor.fetchall()][:lost], reason)

    desk.do(write)


def test_an_account_that_was_never_connected_says_what_to_do(desk) -> None:
    desk.account("42")
    page = words(desk.logged_in().get(HOME))
    assert "Công an xã Mẫu Công an phường (đơn vị mẫu) Chưa kết nối" in page
    assert "cấp quyền lần đầu" in page and "chưa có" in page


def test_the_state_the_alarm_and_the_ages_stand_in_words(desk) -> None:
    now, account = desk.clock(), desk.account("42")

    async def write(connection) -> None:
        await channels.save_tokens(connection, account, b"t", at=now - timedelta(hours=3), access_expires_at=now,
                                   refresh_expires_at=now + timedelta(days=80))  # fmt: skip
        await channels.note_check(connection, account, package="Nâng cao", package_until=now.date(), quota=3, at=now)
        await channels.note_event(connection, account, now - timedelta(days=2))

    desk.do(write)
    browser = desk.logged_in()
    page = words(browser.get(HOME))
    assert "Đang hoạt động" in page and "3 giờ trước" in page and "2 ngày trước" in page and "vừa xong" in page
    assert f"Nâng cao, đến {now:%d/%m/%Y}" in page
    desk.do(lambda connection: channels.set_alarm(connection, account, "OA đang bị khóa.", at=now))
    page = words(browser.get(HOME))
    assert "Có cảnh báo" in page and "OA đang bị khóa." in page
    desk.do(lambda connection: channels.set_state(connection, account, "consent_needed", alarm="Hết hạn.", at=now))
    assert "Cần cấp quyền lại" in words(browser.get(HOME)) and "Kết nối lại" in words(page_of(desk, account))


def test_what_waits_and_what_is_lost_is_counted_by_account(desk) -> None:
    account, other = desk.account("42"), desk.account("43", name="Công an xã Khác")
    deliveries(desk, account, "một", "hai", "ba", lost=2)
    page = words(desk.logged_in().get(HOME))
    first, second = page.index("Công an xã Khác"), page.index("Công an xã Mẫu")
    assert " lần đầu. 0 0 " in page[first:second] and " lần đầu. 1 2 " in page[second:]
    assert "Không có tin nào không gửi được" in words(page_of(desk, other))


def test_lost_replies_show_a_reason_and_no_more_than_the_beginning_of_our_text(desk) -> None:
    account = desk.account("42")
    deliveries(desk, account, "Hồ sơ của bà Trần Thị B ở số 5 đường Mẫu còn thiếu tờ khai CT01", lost=1)
    desk.logged_in()
    page = page_of(desk, account)
    assert "Công dân đã chặn tin của OA." in page
    assert "Hồ sơ của bà Trần Thị B ở số 5 đường Mẫu…" in words(page)
    assert "còn thiếu" not in page and "số điện thoại của tôi" not in page
    assert "<details><summary>Xem" in page


def test_at_most_fifty_lost_replies_are_listed_newest_first(desk) -> None:
    account = desk.account("42")
    deliveries(desk, account, *(f"tin {number}" for number in range(60)), lost=60)
    desk.logged_in()
    page = page_of(desk, account)
    assert page.count("<details>") == 50
    assert "tin 59" in page and "tin 9<" not in page


def test_names_texts_and_reasons_of_others_never_become_markup(desk) -> None:
    account = desk.account("42", name=EVIL)
    deliveries(desk, account, EVIL, lost=1, reason=EVIL)
    desk.do(lambda connection: channels.set_alarm(connection, account, EVIL, at=desk.clock()))
    desk.do(lambda connection: channels.note_check(connection, account, package=EVIL, package_until=None, quota=0,
                                                   at=desk.clock()))  # fmt: skip
    for page in (desk.logged_in().get(HOME), page_of(desk, account)):
        assert EVIL in words(page)
        assert "<script" not in page and "<b>OA" not in page and "alert(1)" in page


def test_an_account_gets_another_unit(desk) -> None:
    account = desk.account("42")
    browser, page = desk.logged_in(), f"/console/accounts/{account}"
    told = words(browser.post(page, f"{page}/unit", unit="xa_thu_nghiem"))
    assert "Đã chuyển OA cho đơn vị: Công an xã (đơn vị thử nghiệm)" in told
    assert desk.rows("SELECT unit FROM channel_account") == [{"unit": "xa_thu_nghiem"}]
    assert ("an", "unit_changed", account) in desk.audited()
    browser.post(page, f"{page}/unit", 422, unit="khong_co")
    assert desk.rows("SELECT unit FROM channel_account") == [{"unit": "xa_thu_nghiem"}]


def test_a_unit_that_is_gone_is_still_shown(desk) -> None:
    account = desk.account("42")
    desk.execute("UPDATE channel_account SET unit = 'da_giai_the'")
    desk.logged_in()
    assert "da_giai_the (không có trong data/units)" in words(page_of(desk, account))


def test_an_unknown_account_is_not_found(desk) -> None:
    desk.logged_in()
    assert "Không có tài khoản OA này" in words(page_of(desk, "zalo:1", 404))
    assert "Không có tài khoản OA này" in words(page_of(desk, "khac:1", 404))


def test_the_audit_names_who_did_what(desk) -> None:
    account = desk.account("42")
    browser = desk.logged_in()
    browser.post(f"/console/accounts/{account}", f"/console/accounts/{account}/unit", unit="xa_thu_nghiem")
    page = words(browser.get("/console/audit"))
    assert f"an đổi đơn vị của OA {account}" in page and "an đăng nhập 127.0.0.1" in page


def test_nothing_of_the_console_may_be_kept_by_the_browser(desk) -> None:
    account, browser = desk.account("42"), desk.logged_in()
    for path in (HOME, f"/console/accounts/{account}", "/console/zalo/new", "/console/audit"):
        assert browser.http.get(path).headers["cache-control"] == "no-store"
