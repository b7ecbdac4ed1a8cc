import socket
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from connectors.zalo.client import Endpoints, make_http
from connectors.zalo.oauth import (
    TokenLater,
    TokenRefused,
    Tokens,
    TokenUnknown,
    consent_address,
    exchange,
    make_pkce,
    pkce_of,
    refresh,
)
from tests.connectors.zalo.listening import Answer, Asked, breaks_off, listening, says

PAIR = {"access_token": "A2", "refresh_token": "R2", "expires_in": "90000"}


async def refreshed(answer: Answer) -> tuple[Tokens, Asked]:
    async with listening(answer) as server, make_http() as http:
        tokens = await refresh(http, Endpoints(oauth=server.url), "1234567890123456789", "app-secret", "R1")
    return tokens, server.asked[0]


def form(asked: Asked) -> dict[str, str]:
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    return dict(parse_qsl(asked.body.decode()))


def test_the_challenge_of_the_reference() -> None:
    assert pkce_of("A" * 43).challenge == "DwBzhbb51LfusnSGBa_hqYSgo7-j8BTQnip4TOnlzRo"


def test_every_pair_is_a_new_one_and_its_verifier_is_not_shown() -> None:
    first, second = make_pkce(), make_pkce()
    assert len(first.verifier) == len(first.challenge) == 43 and first != second
    assert first == pkce_of(first.verifier) and first.verifier not in repr(first)


def test_the_consent_address_carries_what_comes_back() -> None:
    address = consent_address(Endpoints(), "123", "https://bot.example.vn/oauth?a=1", "chal", "s&t")
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://oauth.zaloapp.com/v4/oa/permission"
    assert parse_qs(parts.query) == {
        "app_id": ["123"], "redirect_uri": ["https://bot.example.vn/oauth?a=1"], "code_challenge": ["chal"],
        "state": ["s&t"],
    }  # fmt: skip


async def test_a_refresh_is_a_form_with_the_secret_in_a_header() -> None:
    tokens, asked = await refreshed(says(PAIR))
    assert tokens == Tokens("A2", "R2", 90_000) and "A2" not in repr(tokens) and "R2" not in repr(tokens)
    assert (asked.method, asked.target, asked.headers["secret_key"]) == ("POST", "/v4/oa/access_token", "app-secret")
    assert form(asked) == {"grant_type": "refresh_token", "app_id": "1234567890123456789", "refresh_token": "R1"}


async def test_a_code_is_exchanged_with_its_verifier() -> None:
    async with listening(says(PAIR)) as server, make_http() as http:
        tokens = await exchange(http, Endpoints(oauth=server.url + "/"), "123", "app-secret", "C1", "V1")
    assert tokens.access == "A2"
    assert form(server.asked[0]) == {
        "grant_type": "authorization_code", "app_id": "123", "code": "C1", "code_verifier": "V1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"expires_in": 90000}, Tokens("A2", "R2", 90_000)),
        ({"expires_in": "3600", "refresh_token_expires_in": "1"}, Tokens("A2", "R2", 3_600)),
        ({"expires_in": None}, Tokens("A2", "R2", 90_000)),
        ({"refresh_token": ""}, Tokens("A2", None, 90_000)),
        ({"refresh_token": None, "error": 0}, Tokens("A2", None, 90_000)),
    ],
)
async def test_answers_vary_and_an_empty_token_replaces_nothing(changes, wanted) -> None:
    assert (await refreshed(says({**PAIR, **changes})))[0] == wanted


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"error": -14014, "error_name": "Invalid refresh token", "ref_doc": "https://example.vn"}, -14014),
        ({"error": "-14002", "error_name": "Invalid app id"}, -14002),
        ({"error_name": "Invalid refresh token"}, None),
        ({"access_token": "", "refresh_token": "R2"}, None),
        ({"access_token": ["A2"]}, None),
        ({"access_token": "A\n2"}, None),
        ({}, None),
    ],
)
async def test_without_an_access_token_the_grant_is_gone(body: dict[str, Any], code: int | None) -> None:
    with pytest.raises(TokenRefused) as raised:
        await refreshed(says(body))
    assert raised.value.code == code and raised.value.name == body.get("error_name", "")


@pytest.mark.parametrize(("body", "status"), [({"error": -32}, 200), ({}, 429), (b"busy", 429)])
async def test_when_the_platform_is_busy_the_token_is_still_good(body, status) -> None:
    with pytest.raises(TokenLater):
        await refreshed(says(body, status=status))


async def test_when_nobody_listens_the_token_is_still_good() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with make_http() as http:
            with pytest.raises(TokenLater):
                await refresh(http, Endpoints(oauth=f"http://127.0.0.1:{unused.getsockname()[1]}"), "1", "s", "R1")


LOST = {
    "dropped": breaks_off,
    "gateway": says(b"<html>", status=502),
    "page": says(b"<html>"),
    "error": says({}, status=500),
    "something in between": says(b"<html>", status=404),
}


@pytest.mark.parametrize("answer", LOST.values(), ids=LOST)
async def test_a_lost_answer_may_have_spent_the_token(answer) -> None:
    with pytest.raises(TokenUnknown):
        await refreshed(answer)


async def test_a_refusal_is_one_whatever_its_status() -> None:
    with pytest.raises(TokenRefused) as raised:
        await refreshed(says({"error": -14014, "error_name": "Invalid refresh token"}, status=400))
    assert raised.value.code == -14014
