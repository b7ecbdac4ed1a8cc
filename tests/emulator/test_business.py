"""Template messages, through HTTP."""

from typing import Any

import pytest

from emulator.business import PRICE
from tests.emulator.serving import Town

PHONE = "84901234567"
HOUR = 3600


@pytest.fixture
def office(town: Town) -> Town:
    path = f"oas/{town.oa['oa_id']}"
    town.control(path, "PATCH", balance=1_000_000, template_quota=500, verified=True, package=True)
    for number, tag in (("1", 1), ("3", 3)):
        town.control(f"{path}/templates", template_id=number, params={"ten": 10}, tag=tag)
    town.control(f"{path}/templates", template_id="4", approved=False)
    town.control(f"{path}/templates", template_id="5", by_uid=False)
    town.platform.clock.ahead = 0
    town.token = town.grant()["access_token"]
    return town


def by_phone(town: Town, **changes: Any) -> dict[str, Any]:
    body = {"phone": PHONE, "template_id": "1", "template_data": {"ten": "A"}, **changes}
    return town.call("/business/message/template", body).json()


def by_user(town: Town, user: str, **changes: Any) -> dict[str, Any]:
    body = {"user_id": user, "template_id": "1", "template_data": {"ten": "A"}, **changes}
    return town.call("/openapi/v3.0/oa/message/template", body).json()


def test_a_message_to_a_phone_is_paid_and_its_delivery_is_told_by_another_server(office: Town) -> None:
    data = by_phone(office, tracking_id="t-1")["data"]
    assert data["sending_mode"] == "1" and data["quota"]["dailyQuota"] == "500"
    assert office.look(f"oas/{office.oa['oa_id']}")["balance"] == 1_000_000 - PRICE
    office.flush()
    (got,) = office.hook.got
    assert got.headers["x-zevent-server"] == "ZNS" and got.event["recipient"] == {"id": PHONE}
    assert got.event["message"]["tracking_id"] == "t-1" and got.event["message"]["msg_id"] == data["msg_id"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"phone": "0901234567"}, -108),
        ({"phone": None}, -108),
        ({"template_id": "9"}, -109),
        ({"template_id": "4", "template_data": {}}, -131),
        ({"template_data": None}, -1120),
        ({"template_data": {}}, -1121),
        ({"template_data": {"ten": "A", "tuoi": "1"}}, -1122),
        ({"template_data": {"ten": "A" * 10}}, 0),
        ({"template_data": {"ten": "A" * 11}}, -1124),
        ({"template_data": {"ten": 1}}, -1124),
        ({"tracking_id": "t" * 48}, 0),
        ({"tracking_id": "t" * 49}, -1124),
        ({"mode": "development"}, -127),
    ],
)
def test_template_and_parameters_are_checked(office: Town, changes, code) -> None:
    assert by_phone(office, **changes)["error"] == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"balance": PRICE}, 0),
        ({"balance": PRICE - 1}, -115),
        ({"balance": -1}, -137),
        ({"verified": False}, -135),
        ({"package": False}, -135),
        ({"template_quota": 0}, -144),
    ],
)
def test_the_account_must_be_able_to_pay(office: Town, changes, code) -> None:
    office.control(f"oas/{office.oa['oa_id']}", "PATCH", **changes)
    assert by_phone(office)["error"] == code
    office.control(f"oas/{office.oa['oa_id']}", "PATCH", verified=True, package=True)


@pytest.mark.parametrize(
    ("hours", "code"),
    [(10 - 1 / HOUR, 0), (10, -133), (18 - 1 / HOUR, -133), (18, 0)],
    ids=["21:59", "22", "5:59", "6"],
)
def test_promotions_do_not_go_out_at_night_but_other_templates_do(office: Town, hours, code) -> None:
    office.advance(hours * HOUR)
    user = office.citizen()
    assert by_phone(office, template_id="3")["error"] == code and by_phone(office)["error"] == 0
    assert by_user(office, user, template_id="3")["error"] == (-234 if code else 0)


def test_a_message_to_a_user_is_echoed_as_a_template(office: Town) -> None:
    user = office.citizen()
    assert set(by_user(office, user)["data"]) == {"message_id", "user_id", "sent_time", "quota"}
    office.flush()
    message = office.hook.events("oa_send_template")[0]["message"]
    assert message["text"] == "ten: A" and message["attachments"][0]["payload"]["zinstant_id"] == "1"


def test_a_template_needs_no_open_window(office: Town) -> None:
    silent = office.control("users", oa_id=office.oa["oa_id"])["user_id"]
    assert by_user(office, silent)["error"] == 0


def test_what_a_user_cannot_get_has_its_code(office: Town) -> None:
    user, path = office.citizen(), f"oas/{office.oa['oa_id']}"
    assert by_user(office, user, template_id="5", template_data={})["error"] == -249
    assert by_user(office, "1")["error"] == -201
    office.act(user, "block")
    assert by_user(office, user)["error"] == -217
    office.act(user, "unblock")
    office.control(path, "PATCH", balance=0)
    assert by_user(office, user)["error"] == -321
    office.control(path, "PATCH", package=False)
    assert by_user(office, user)["error"] == -224
    office.control(path, "PATCH", package=True)


def test_the_status_follows_the_delivery(office: Town) -> None:
    sent = by_phone(office)["data"]["msg_id"]
    path = "/business/message/status"
    assert office.call(path, params={"message_id": sent}).json()["data"]["status"] == 0
    office.advance(1)
    assert office.call(path, params={"message_id": sent}).json()["data"]["status"] == 1
    assert office.call(path, params={"message_id": "x"}).json()["data"]["status"] == -1


@pytest.mark.parametrize(
    "values", [{"template_id": "a"}, {"template_id": "1", "params": []}, {"template_id": "1", "tag": 4}]
)
def test_a_template_that_makes_no_sense_is_not_registered(office: Town, values) -> None:
    office.control(f"oas/{office.oa['oa_id']}/templates", status=400, **values)
