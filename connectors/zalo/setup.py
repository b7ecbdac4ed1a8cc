"""Connect an account: an administrator of the OA consents in a browser, and the code that comes back becomes tokens.

Source: Zalo OA reference of 2026-11-22, §3.1. For the real platform the redirect address and the challenge are also
entered in its console.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import httpx

from connectors.zalo import oauth
from connectors.zalo.accounts import channel_of, read_account
from connectors.zalo.oauth import Pkce
from connectors.zalo.tokens import TokenKeeper
from connectors.zalo.transport import Endpoints
from storage.database import Pool
from storage.sealed import Seal


class NotConnected(Exception):
    """The browser came back with something else than this consent's code."""


@dataclass(frozen=True)
class Consent:
    """One asking for consent: `address` is to be opened; the rest is needed when the browser comes back."""

    address: str
    state: str
    verifier: str = field(repr=False)


def begin(endpoints: Endpoints, app_id: str, redirect: str, pkce: Pkce) -> Consent:
    """Ask for consent; the browser comes back to `redirect`."""
    state = secrets.token_urlsafe(16)
    address = oauth.consent_address(endpoints, app_id, redirect, pkce.challenge, state)
    return Consent(address, state, pkce.verifier)


def code_of(came_back: str, consent: Consent, oa_id: str) -> str:
    """The code in the address to which the browser came back.

    Raises:
        NotConnected: another consent, another account, or no code.
    """
    query = {name: values[0] for name, values in parse_qs(urlsplit(came_back).query).items()}
    if not hmac.compare_digest(query.get("state", "").encode(), consent.state.encode()):
        raise NotConnected("the answer belongs to another consent")
    if query.get("oa_id") != oa_id:
        raise NotConnected("another account consented")
    if not query.get("code"):
        raise NotConnected("there is no code in the answer")
    return query["code"]


async def finish(
    pool: Pool,
    http: httpx.AsyncClient,
    endpoints: Endpoints,
    secret: str,
    *,
    oa_id: str,
    code: str,
    consent: Consent,
    now: datetime,
) -> None:
    """Exchange the code and keep the first pair of tokens; the account is connected.

    Args:
        secret: the installation's.

    Raises:
        NotConnected: the account was never saved.
        TokenError: the platform gave no tokens.
        CantOpen: the account's secrets were sealed with another secret.
    """
    seal = Seal(secret)
    async with pool.connection() as connection:
        account = await read_account(connection, seal, oa_id)
    if account is None:
        raise NotConnected("there is no such account")
    tokens = await oauth.exchange(http, endpoints, account.app_id, account.app_secret, code, consent.verifier)
    await TokenKeeper(pool, http, endpoints, seal).store(channel_of(oa_id), tokens, now)
