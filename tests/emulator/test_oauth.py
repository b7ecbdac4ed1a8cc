"""OAuth, through HTTP."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.emulator.serving import CHALLENGE, VERIFIER, Town

HOUR, DAY = 3600, 24 * 3600


def consent(town: Town, **changes: str) -> httpx.Response:
    query = {"app_id": town.app["app_id"], "redirect_uri": "https://example.vn/back", "state": "s1"}
    return town.http.get("/oauth/v4/oa/permission", params={**query, "code_challenge": CHALLENGE, **changes})


def code_of(answer: httpx.Response) -> str:
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


def ask(town: Town, *, secret: str | None = None, **form: str) -> dict[str, Any]:
    headers = {"secret_key": town.app["secret"] if secret is None else secret}
    answer = town.http.post("/oauth/v4/oa/access_token", data={"app_id": town.app["app_id"], **form}, headers=headers)
    assert answer.status_code == 200
    return answer.json()


def by_code(town: Town, code: str, verifier: str = VERIFIER) -> dict[str, Any]:
    return ask(town, grant_type="authorization_code", code=code, code_verifier=verifier)


def refresh(town: Town, token: str, **more: str) -> dict[str, Any]:
    return ask(town, grant_type="refresh_token", refresh_token=token, **more)


def works(town: Town, token: str) -> bool:
    return town.call("/openapi/v2.0/oa/getoa", token=token).json()["error"] == 0


def test_consent_leads_back_with_a_code_the_oa_and_the_state(town: Town) -> None:
    answer = consent(town)
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert answer.status_code == 302 and answer.headers["location"].startswith("https://example.vn/back?")
    assert query["oa_id"] == [town.oa["oa_id"]] and query["state"] == ["s1"]
    pair = by_code(town, query["code"][0])
    assert pair["expires_in"] == "90000" and works(town, pair["access_token"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"app_id": "1"}, -14002), ({"redirect_uri": "https://example.vn/back/2"}, -14003), ({"oa_id": "1"}, -14002)],
)
def test_consent_for_another_app_or_address_is_refused_with_five_fields(town: Town, changes, code) -> None:
    body = consent(town, **changes).json()
    assert set(body) == {"error", "error_name", "error_reason", "error_description", "ref_doc"}
    assert body["error"] == code


def test_a_code_works_once(town: Town) -> None:
    code = code_of(consent(town))
    assert "access_token" in by_code(town, code)
    assert by_code(town, code)["error"] == -14005


@pytest.mark.parametrize(("seconds", "works_still"), [(599.999, True), (600, False)])
def test_a_code_lives_ten_minutes(town: Town, seconds, works_still) -> None:
    code = code_of(consent(town))
    town.advance(seconds)
    assert ("access_token" in by_code(town, code)) is works_still


def test_a_code_needs_its_verifier(town: Town) -> None:
    assert by_code(town, code_of(consent(town)), "B" * 43)["error"] == -14005


def test_wrong_secrets_and_grant_types_and_apps_are_refused(town: Town) -> None:
    assert ask(town, secret=town.oa["secret"], grant_type="refresh_token")["error"] == -14004
    assert ask(town, grant_type="password")["error"] == -14018
    assert ask(town, app_id="1", grant_type="refresh_token")["error"] == -14002


def test_the_token_endpoint_takes_forms_only(town: Town) -> None:
    body = {"app_id": town.app["app_id"], "grant_type": "refresh_token", "refresh_token": town.grant()["refresh_token"]}
    answer = town.http.post("/oauth/v4/oa/access_token", json=body, headers={"secret_key": town.app["secret"]})
    assert answer.status_code == 200 and "access_token" not in answer.json()


def test_a_refresh_gives_a_new_pair_and_ends_the_old_one_at_once(town: Town) -> None:
    old = town.grant()
    new = refresh(town, old["refresh_token"])
    assert works(town, new["access_token"]) and not works(town, old["access_token"])
    assert refresh(town, old["refresh_token"])["error"] == -14014
    assert "access_token" in refresh(town, new["refresh_token"])


@pytest.mark.parametrize(("seconds", "works_still"), [(25 * HOUR - 0.001, True), (25 * HOUR, False)])
def test_an_access_token_lives_25_hours(town: Town, seconds, works_still) -> None:
    town.advance(seconds)
    assert works(town, town.token) is works_still


@pytest.mark.parametrize(("seconds", "works_still"), [(90 * DAY - 0.001, True), (90 * DAY, False)])
def test_a_refresh_token_lives_three_months(town: Town, seconds, works_still) -> None:
    pair = town.grant()
    town.advance(seconds)
    assert ("access_token" in refresh(town, pair["refresh_token"])) is works_still


def test_errors_may_come_without_a_number(town: Town) -> None:
    town.options(error_name_only=True)
    body = refresh(town, "nobody")
    assert "error" not in body and body["error_name"] == "Invalid refresh token"


@pytest.mark.parametrize("seconds", [0, 30])
def test_a_lost_refresh_spends_the_token_and_answers_nothing(town: Town, seconds) -> None:
    pair = town.grant()
    town.fault("lost_refresh", count=1, seconds=seconds)
    form = {"app_id": town.app["app_id"], "grant_type": "refresh_token", "refresh_token": pair["refresh_token"]}
    with pytest.raises(httpx.TransportError):
        town.http.post("/oauth/v4/oa/access_token", data=form, headers={"secret_key": town.app["secret"]}, timeout=0.3)
    assert refresh(town, pair["refresh_token"])["error"] == -14014
    assert not works(town, pair["access_token"])


def test_a_refresh_that_never_arrived_leaves_the_token_good(town: Town) -> None:
    pair = town.grant()
    town.fault("timeout_before", where="oauth", count=1, seconds=0)
    with pytest.raises(httpx.TransportError):
        refresh(town, pair["refresh_token"])
    assert "access_token" in refresh(town, pair["refresh_token"])
