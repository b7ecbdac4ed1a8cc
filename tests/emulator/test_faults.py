"""Faults of requests, over HTTP. Those of webhooks: test_webhook.py."""

import time

import httpx
import pytest

from emulator.faults import check, strikes
from emulator.platform import Platform
from emulator.records import Fault
from tests.emulator.serving import Town


def texts(town: Town, user: str) -> list[str]:
    return [message["text"] for message in town.transcript(user) if not message["src"]]


@pytest.mark.parametrize(("kind", "arrives"), [("timeout_before", []), ("timeout_after", ["Chào"])])
@pytest.mark.parametrize("seconds", [0, 30])
def test_a_time_out_may_come_before_or_after_the_message_was_taken(town: Town, kind, arrives, seconds) -> None:
    user = town.citizen()
    town.http.timeout = 0.3
    town.fault(kind, where="cs", count=1, seconds=seconds)
    with pytest.raises(httpx.TransportError):
        town.send(user, "Chào")
    town.http.timeout = 10
    assert texts(town, user) == arrives
    assert town.send(user, "Lại chào")["error"] == 0


def test_a_reset_connection_changes_nothing(town: Town) -> None:
    user = town.citizen()
    town.fault("reset", count=1)
    with pytest.raises(httpx.TransportError):
        town.send(user)
    assert texts(town, user) == []


@pytest.mark.parametrize(("kind", "status"), [("http_500", 500), ("html_502", 502), ("http_429", 429)])
def test_broken_answers_have_their_status_and_happen_as_often_as_asked(town: Town, kind, status) -> None:
    town.fault(kind, count=2)
    codes = [town.call("/openapi/v2.0/oa/getoa").status_code for _ in range(3)]
    assert codes == [status, status, 200] and not town.look("faults")["faults"]


def test_a_gateway_answers_html(town: Town) -> None:
    town.fault("html_502", count=1)
    assert town.call("/openapi/v2.0/oa/getoa").headers["content-type"].startswith("text/html")


def test_a_limit_can_be_reached_by_order(town: Town) -> None:
    town.fault("rate_limit", count=1)
    assert town.call("/openapi/v2.0/oa/getoa").json()["error"] == -32
    town.fault("rate_limit", where="oauth", count=1)
    assert town.http.post("/oauth/v4/oa/access_token").json()["error"] == -32


@pytest.mark.parametrize("code", [-200, -218, -248, -320])
def test_any_refusal_can_be_ordered_once(town: Town, code) -> None:
    user = town.citizen()
    town.fault("error", where="cs", count=1, code=code)
    assert [town.send(user)["error"] for _ in range(2)] == [code, 0]


def test_a_slow_answer_is_a_good_one(town: Town) -> None:
    town.fault("slow", count=1, seconds=0.2)
    began = time.monotonic()
    assert town.call("/openapi/v2.0/oa/getoa").json()["error"] == 0 and time.monotonic() - began >= 0.2


def test_a_token_can_expire_under_a_call(town: Town) -> None:
    town.fault("token_expired", where="cs", count=1)
    assert "expired" in town.send(town.citizen())["message"]


def test_a_fault_of_one_api_leaves_the_others_alone(town: Town) -> None:
    town.fault("http_500", where="cs")
    assert town.call("/openapi/v2.0/oa/getoa").status_code == 200
    assert town.call("/openapi/v3.0/oa/message/cs", {}).status_code == 500


def test_a_probability_is_about_how_often_it_happens() -> None:
    platform = Platform(faults=[Fault("slow", probability=0.3)])
    platform.chance.seed(1)
    assert 230 < sum(strikes(platform, "slow") is not None for _ in range(1000)) < 370


@pytest.mark.parametrize(
    "fault",
    [
        Fault("error"),
        Fault("error", code=-1),
        Fault("slow", code=-200),
        Fault("rain"),
        Fault("slow", count=0),
        Fault("slow", probability=0),
        Fault("slow", probability=1.1),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(fault) -> None:
    with pytest.raises(ValueError):
        check(fault)
