"""The control API of the platform itself."""

import pytest

from tests.emulator.serving import Town


def test_apps_and_oas_can_have_given_ids_and_secrets_but_only_once(town: Town) -> None:
    given = {"app_id": "1234567890123456789", "secret": "s", "redirect_uri": "https://example.vn/x"}
    assert town.control("apps", **given)["secret"] == "s"
    town.control("apps", status=400, **given)
    oa = town.control("oas", app_id=given["app_id"], oa_id="4234567890123456783", secret="k", quota_remain=3)
    assert (oa["secret"], oa["quota_remain"]) == ("k", 3)
    assert given["app_id"] in [app["app_id"] for app in town.look("apps")["apps"]]
    assert oa["oa_id"] in [each["oa_id"] for each in town.look("oas")["oas"]]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("apps", {"app_id": "a"}, 400),
        ("apps", {"colour": "red"}, 400),
        ("apps", {"rate_limit": "4000"}, 400),
        ("oas", {}, 400),
        ("oas", {"app_id": "1"}, 404),
    ],
)
def test_nothing_is_made_of_a_mistake(town: Town, path, body, status) -> None:
    before = len(town.look(path)[path])
    town.control(path, status=status, **body)
    assert len(town.look(path)[path]) == before


def test_a_wrong_value_makes_no_oa(town: Town) -> None:
    before = len(town.look("oas")["oas"])
    town.control("oas", status=400, app_id=town.app["app_id"], package="yes")
    assert len(town.look("oas")["oas"]) == before


def test_another_callback_address_ends_the_grants(town: Town) -> None:
    town.control(f"apps/{town.app['app_id']}", "PATCH", redirect_uri="https://example.vn/other")
    assert town.call("/openapi/v2.0/oa/getoa").json()["error"] == -216


def test_a_revoked_grant_is_told_and_ends_both_tokens(town: Town) -> None:
    assert town.control(f"oas/{town.oa['oa_id']}/revoke") == {"revoked": True}
    assert town.call("/openapi/v2.0/oa/getoa").json()["error"] == -216
    town.flush()
    assert [event["event_name"] for event in town.hook.events()] == ["permission_revoked"]


def test_the_clock_is_shown_and_advanced(town: Town) -> None:
    before = town.look("clock")["now"]
    assert town.control("clock", advance=1.5)["now"] == before + 1500
    town.control("clock", status=400, advance=-1)
    town.control("clock", status=400, advance="1")


def test_statistics_count_sends_by_user_and_webhooks(town: Town) -> None:
    user = town.citizen()
    town.send(user)
    town.send(user)
    town.control(f"users/{user}/agent", text="Chào, tôi là cán bộ")
    town.flush()
    statistics = town.look("statistics")
    assert statistics["accepted_by_user"][user] == 2
    assert statistics["webhooks"]["pending"] == 0 and statistics["counts"]["accepted_cs"] >= 2
    newest = town.look("attempts?limit=3")["attempts"]
    assert len(newest) == 3 and newest[0]["result"] == "200"


@pytest.mark.parametrize(
    ("path", "method", "body"),
    [
        ("faults", "POST", {"kind": "rain"}),
        ("faults", "POST", {"kind": "slow", "count": "1"}),
        ("options", "PATCH", {"speed": 1}),
        ("flush", "POST", {"seconds": "soon"}),
    ],
)
def test_what_does_not_exist_cannot_be_switched_on(town: Town, path, method, body) -> None:
    assert town.control(path, method, status=400, **body)["error"]


def test_faults_are_listed_with_all_kinds_and_cleared(town: Town) -> None:
    town.fault("slow", where="cs", count=2, seconds=1)
    listed = town.look("faults")
    assert listed["faults"] == [
        {"kind": "slow", "where": "cs", "count": 2, "probability": 1.0, "seconds": 1, "code": 0}
    ]
    assert "lost_refresh" in listed["kinds"]
    assert town.control("faults", "DELETE")["faults"] == []


def test_an_event_needs_a_name_and_a_known_user(town: Town) -> None:
    path = f"oas/{town.oa['oa_id']}/events"
    town.control(path, status=400, fields={})
    town.control(path, status=404, event_name="x", user_id="1")
