import httpx
import pytest

from tests.web.serving import Server
from web.headers import POLICY, security_headers


@pytest.mark.parametrize("path", ["/", "/health", "/ready", "/metrics", "/nowhere", "/static/none", "/chat/stream"])
def test_every_response_carries_the_headers(server: Server, path: str) -> None:
    headers = httpx.get(f"{server.url}{path}").headers
    for name, value in security_headers(secure=False).items():
        assert headers[name] == value
    assert "server" not in headers or headers["server"] == "uvicorn"


def test_nothing_inline_and_nothing_foreign_is_allowed() -> None:
    assert "unsafe" not in POLICY and "http" not in POLICY and "frame-ancestors 'none'" in POLICY


def test_a_page_has_no_inline_script_or_style(server: Server) -> None:
    page = httpx.get(server.url).text
    assert "<style" not in page and "style=" not in page and "onclick" not in page
    assert page.count("<script") == page.count("<script defer src=")


def test_only_a_secure_site_asks_for_https() -> None:
    assert "Strict-Transport-Security" in security_headers(secure=True)
    assert "Strict-Transport-Security" not in security_headers(secure=False)
