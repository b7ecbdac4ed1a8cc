"""The application."""

import pytest

from emulator.app import make_app
from tests.emulator.serving import Running, Town


def test_it_says_that_it_runs(town: Town) -> None:
    assert town.http.get("/health").json()["ok"] is True


def test_a_file_that_is_not_there_is_not_found(town: Town) -> None:
    assert town.http.get("/cdn/nothing.png").status_code == 404


def test_a_page_that_a_citizen_sent_runs_no_script_here(town: Town) -> None:
    user = town.citizen()
    town.act(user, "file", name="trang.html", content="PHNjcmlwdD4=")
    url = town.transcript(user)[-1]["attachments"][0]["payload"]["url"]
    assert town.http.get(url).headers["content-security-policy"] == "sandbox"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/openapi/v2.0/oa/message/cs"),
        ("POST", "/openapi/v3.0/oa/getoa"),
        ("GET", "/openapi/v3.0/oa/upload/image"),
        ("POST", "/v3.0/oa/message/cs"),
        ("POST", "/business/v3.0/oa/message/cs"),
    ],
)
def test_the_version_and_the_host_belong_to_the_path(town: Town, method, path) -> None:
    assert town.http.request(method, path, headers={"access_token": town.token}).status_code == 404


def test_a_wrong_method_is_refused_by_http(town: Town) -> None:
    assert town.http.get("/openapi/v3.0/oa/message/cs").status_code == 405


def test_addresses_of_files_begin_with_the_given_address() -> None:
    running = Running(make_app(base_url="https://cdn.example.vn"))
    platform = running.app.state.platform
    running.stop()
    assert platform.base_url == "https://cdn.example.vn"
