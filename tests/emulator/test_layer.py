"""What every call goes through, over HTTP."""

from typing import Any

import pytest

from emulator.layer import secret_proof
from tests.emulator.serving import Town

GETOA = "/openapi/v2.0/oa/getoa"


def answer(town: Town, **more: Any) -> dict[str, Any]:
    got = town.call(GETOA, **more)
    assert got.status_code == 200
    return got.json()


def test_success_has_data_and_refusals_have_none(town: Town) -> None:
    assert set(answer(town)) == {"data", "error", "message"} and answer(town)["message"] == "Success"
    assert answer(town, token="nobody") == {"error": -216, "message": "Access token is invalid"}


def test_the_token_counts_in_its_own_header_only(town: Town) -> None:
    bearer = {"Authorization": f"Bearer {town.token}"}
    assert town.http.get(GETOA, headers=bearer).json()["error"] == -216


@pytest.mark.parametrize(
    ("code", "words"), [(-216, "Access token has expired"), (-220, "access_token is expired or removed")]
)
def test_an_expired_token_has_one_of_two_codes(town: Town, code, words) -> None:
    town.options(expired_code=code)
    assert town.control(f"oas/{town.oa['oa_id']}/expire") == {"expired": 1}
    assert answer(town) == {"error": code, "message": words}


def test_the_business_host_has_its_own_code_for_bad_tokens(town: Town) -> None:
    path = "/business/message/template"
    assert town.call(path, {}, token="nobody").json()["error"] == -124
    town.control(f"oas/{town.oa['oa_id']}/expire")
    assert town.call(path, {}).json()["error"] == -124


def test_the_rate_limit_is_shown_and_ends_with_the_minute(town: Town) -> None:
    town.advance(60)
    town.control(f"apps/{town.app['app_id']}", "PATCH", rate_limit=2)
    first, second, third = (town.call(GETOA) for _ in range(3))
    assert [each.headers["X-RateLimit-Remain"] for each in (first, second, third)] == ["1", "0", "0"]
    assert first.headers["X-RateLimit-Limit"] == "2"
    assert [each.json()["error"] for each in (first, second, third)] == [0, 0, -32]
    town.advance(60)
    assert answer(town)["error"] == 0
    town.control(f"apps/{town.app['app_id']}", "PATCH", rate_limit=4000)


def test_the_proof_of_the_reference_is_right() -> None:
    right = "0584869ec908cfecf20763760e69c4baca98ac64aaeb6a938f47ca758dfe779f"
    assert secret_proof("appSecretKey", "accessToken") == right


def test_a_proof_is_checked_when_there_is_one_or_must_be(town: Town) -> None:
    good = secret_proof(town.app["secret"], town.token)
    assert answer(town, headers={"appsecret_proof": good})["error"] == 0
    assert answer(town, headers={"appsecret_proof": "0" * 64})["error"] == -242
    town.control(f"apps/{town.app['app_id']}", "PATCH", proof_required=True)
    codes = [answer(town)["error"], answer(town, headers={"appsecret_proof": good})["error"]]
    town.control(f"apps/{town.app['app_id']}", "PATCH", proof_required=False)
    assert codes == [-242, 0]


@pytest.mark.parametrize(
    ("place", "name", "bad", "good", "code"),
    [
        ("app", "disabled", True, False, -219),
        ("oa", "disabled", True, False, -204),
        ("oa", "verified", False, True, -221),
        ("app", "unregistered", ["cs"], [], -212),
        ("oa", "ungranted", ["cs"], [], -223),
    ],
)
def test_the_state_of_app_and_oa_refuses_sends(town: Town, place, name, bad, good, code) -> None:
    user = town.citizen()
    path = f"apps/{town.app['app_id']}" if place == "app" else f"oas/{town.oa['oa_id']}"
    town.control(path, "PATCH", **{name: bad})
    refused = town.send(user)["error"]
    town.control(path, "PATCH", **{name: good})
    assert refused == code and town.send(user)["error"] == 0


def test_an_oa_or_app_that_is_gone_has_its_code(town: Town) -> None:
    oa = town.platform.oas.pop(town.oa["oa_id"])
    gone = answer(town)["error"]
    town.platform.oas[oa.oa_id] = oa
    app = town.platform.apps.pop(town.app["app_id"])
    removed = answer(town)["error"]
    town.platform.apps[app.app_id] = app
    assert (gone, removed) == (-205, -219)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
def test_a_body_must_be_a_json_object(town: Town, body) -> None:
    headers = {"access_token": town.token}
    got = town.http.post("/openapi/v3.0/oa/message/cs", content=body, headers=headers).json()
    assert got == {"error": -201, "message": "body is invalid!"}


@pytest.mark.parametrize("data", ["", "{", "[]", "1"])
def test_the_parameter_data_must_be_a_json_object(town: Town, data) -> None:
    got = town.call("/openapi/v3.0/oa/user/detail", params={"data": data}).json()
    assert got == {"error": -201, "message": "data is invalid!"}


def test_the_rate_limit_comes_before_the_state_of_the_app(town: Town) -> None:
    town.advance(60)
    town.control(f"apps/{town.app['app_id']}", "PATCH", rate_limit=1, disabled=True)
    codes = [answer(town)["error"], answer(town)["error"]]
    town.control(f"apps/{town.app['app_id']}", "PATCH", rate_limit=4000, disabled=False)
    assert codes == [-219, -32]
