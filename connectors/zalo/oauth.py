"""The grant of an account: consent address, PKCE, the first pair of tokens and every next one.

Source: Zalo OA reference of 2026-11-22, §3. Errors come with status 200, sometimes without a number: it went well if
and only if `access_token` is a text.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx

from connectors.zalo.errors import AnswerUnknown, Unreachable, ZaloError
from connectors.zalo.fields import Fields, id_of, text_of, whole_of
from connectors.zalo.transport import Endpoints, body_of, call, code_of

PERMISSION, TOKEN = "/v4/oa/permission", "/v4/oa/access_token"
LIFE_SECONDS = 90_000
"""Of an access token (25 hours), where the answer does not say."""
BUSY = frozenset({-32, 429})
NAME_CHARACTERS = 200


@dataclass(frozen=True)
class Pkce:
    """A verifier, which stays here, and its challenge, which the console of the platform is told."""

    verifier: str = field(repr=False)
    challenge: str


@dataclass(frozen=True)
class Tokens:
    """A pair of tokens. `refresh` is None where the answer brought no new one: keep the old one then."""

    access: str = field(repr=False)
    refresh: str | None = field(repr=False)
    seconds: int
    """How long `access` is good for."""


class TokenError(Exception):
    """No new pair of tokens came."""


class TokenRefused(TokenError):
    """For good: an administrator of the account has to consent again."""

    def __init__(self, code: int | None, name: str) -> None:
        super().__init__(f"{code}: {name}")
        self.code, self.name = code, name


class TokenLater(TokenError):
    """Surely not taken: the old refresh token is still good, try again."""


class TokenUnknown(TokenError):
    """The old refresh token may be spent and the new pair lost: try once more with the same one."""


def make_pkce() -> Pkce:
    """A new pair for a consent."""
    return pkce_of(secrets.token_urlsafe(32))


def pkce_of(verifier: str) -> Pkce:
    """The pair of a verifier of 43 characters."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return Pkce(verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii"))


def consent_address(endpoints: Endpoints, app_id: str, redirect: str, challenge: str, state: str) -> str:
    """Where an administrator of the account gives consent, in a browser."""
    query = {"app_id": app_id, "redirect_uri": redirect, "code_challenge": challenge, "state": state}
    return f"{endpoints.oauth.rstrip('/')}{PERMISSION}?{urlencode(query)}"


async def exchange(
    http: httpx.AsyncClient, endpoints: Endpoints, app_id: str, app_secret: str, code: str, verifier: str
) -> Tokens:
    """The first pair, for the code that came back from the consent; a code is good for 10 minutes and once.

    Raises:
        TokenError: one of its three kinds.
    """
    form = {"grant_type": "authorization_code", "app_id": app_id, "code": code, "code_verifier": verifier}
    return await _tokens(http, endpoints, app_secret, form)


async def refresh(
    http: httpx.AsyncClient, endpoints: Endpoints, app_id: str, app_secret: str, refresh_token: str
) -> Tokens:
    """The next pair. The refresh token is spent, and the access token before is dead at once.

    Raises:
        TokenError: one of its three kinds.
    """
    form = {"grant_type": "refresh_token", "app_id": app_id, "refresh_token": refresh_token}
    return await _tokens(http, endpoints, app_secret, form)


async def _tokens(http: httpx.AsyncClient, endpoints: Endpoints, app_secret: str, form: dict[str, str]) -> Tokens:
    address = endpoints.oauth.rstrip("/") + TOKEN
    try:
        response = await call(http, "POST", address, data=form, headers={"secret_key": app_secret})
        if response.status_code in BUSY:
            raise TokenLater(f"HTTP {response.status_code}")
        body = body_of(response)
    except Unreachable as error:
        raise TokenLater(str(error)) from error
    except (AnswerUnknown, ZaloError) as error:
        # The platform refuses with status 200 and a body: a bare status comes from something in between.
        raise TokenUnknown(str(error)) from error
    return _read(body)


def _read(body: Fields) -> Tokens:
    access = _token(body.get("access_token"))
    if access is not None:
        seconds = whole_of(body.get("expires_in")) or LIFE_SECONDS
        return Tokens(access, _token(body.get("refresh_token")), seconds)
    code = code_of(body)
    if code in BUSY:
        raise TokenLater(f"error {code}")
    name = text_of(body.get("error_name"), limit=NAME_CHARACTERS) or id_of(body.get("message")) or ""
    raise TokenRefused(code, name)


def _token(value: object) -> str | None:
    """A token as it may stand in a header: printable, without spaces."""
    return value if isinstance(value, str) and value and value.isascii() and value.isprintable() else None
