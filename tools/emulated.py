"""The local platform of `make run`: an application with two sample accounts and some citizens, really connected.

Doing it again changes nothing; tokens that died are asked for again, by the same road as an administrator's consent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import httpx

from connectors.zalo import setup
from connectors.zalo.accounts import KIND, channel_of, save_account
from connectors.zalo.client import AnswerUnknown, Client, Unreachable, ZaloError
from connectors.zalo.oauth import TokenError, make_pkce
from connectors.zalo.station import endpoints_of
from connectors.zalo.tokens import ConsentNeeded, TokenKeeper
from connectors.zalo.transport import Endpoints, make_http
from connectors.zalo.webhook import PATH
from storage import channels
from storage.database import Pool, make_pool
from storage.sealed import Seal
from storage.secret import read_secret
from storage.settings import Settings

HOST = "127.0.0.1"
APP = "1900000000000000001"
"""The application of the local platform; accounts of any other are real ones."""
CALLBACK = "/zalo/callback"
"""Where the console takes consents; here the code is taken from the redirect itself."""


@dataclass(frozen=True)
class Sample:
    """A sample account and its citizens, by their ids."""

    oa_id: str
    unit: str
    name: str
    citizens: Mapping[str, str]


SAMPLES = (
    Sample(
        "4900000000000000001", "don_vi_mau", "Công an phường Mẫu",
        {"3900000000000000001": "Nguyễn Văn A", "3900000000000000003": "Trần Thị B"},
    ),
    Sample("4900000000000000003", "xa_thu_nghiem", "Công an xã Thử Nghiệm", {"3900000000000000005": "Lê Văn C"}),
)  # fmt: skip


def address_of(settings: Settings) -> str:
    """Where the local platform is."""
    return f"http://{HOST}:{settings.emulator_port}"


def pointed_at_emulator(settings: Settings) -> Settings:
    """The settings of processes that take the local platform for the real one."""
    address = address_of(settings)
    return replace(
        settings,
        site_address=settings.site_address or site_of(settings),
        platform_api=f"{address}/openapi",
        platform_oauth=f"{address}/oauth",
        platform_business=f"{address}/business",
        attachment_hosts=(*settings.attachment_hosts, HOST),
    )


async def has_real_accounts(url: str, now: datetime) -> bool:
    """Whether accounts of the real platform are configured; then those of the local one are switched off."""
    async with make_pool(url, size=1) as pool, pool.connection() as connection:
        accounts = await channels.list_accounts(connection, KIND)
        real = [account for account in accounts if account.app_id != APP]
        for account in accounts if real else ():
            if account.app_id == APP:
                await channels.set_state(connection, account.id, "disabled", alarm=None, at=now)
    return bool(real)


async def connect(settings: Settings, url: str, now: datetime, samples: Sequence[Sample] = SAMPLES) -> None:
    """Make what is missing on the local platform, and connect its accounts to this installation.

    Args:
        settings: those of `pointed_at_emulator`.

    Raises:
        httpx.HTTPError, TokenError, NotConnected: the local platform does not do it.
    """
    secret = read_secret(settings)
    async with (
        make_pool(url, size=4) as pool,
        make_http() as http,
        httpx.AsyncClient(base_url=f"{address_of(settings)}/control", trust_env=False, timeout=10) as control,
    ):
        app, oas = await _platform(control, samples, redirect_of(settings))
        for sample in samples:
            async with pool.connection() as connection:
                await save_account(
                    connection, Seal(secret), oa_id=sample.oa_id, unit=sample.unit, name=sample.name, app_id=APP,
                    oa_secret=oas[sample.oa_id]["secret"], app_secret=app["secret"], at=now,
                )  # fmt: skip
        await _post(control, f"/apps/{APP}/webhook", {"url": site_of(settings) + PATH})
        desk = Desk(pool, http, endpoints_of(settings), secret, redirect_of(settings), now)
        for sample in samples:
            if not await desk.works(sample):
                await desk.consent(sample)


def site_of(settings: Settings) -> str:
    """Where the local platform finds our site."""
    host = HOST if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 - asked, not listened to
    return f"http://{host}:{settings.port}"


def redirect_of(settings: Settings) -> str:
    """Where a consent comes back to."""
    return site_of(settings) + CALLBACK


async def _platform(
    control: httpx.AsyncClient, samples: Sequence[Sample], redirect: str
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The application and the accounts, made where they are missing."""
    app = await _made(control, "app", APP, {"name": "Một Cửa", "redirect_uri": redirect})
    if app["redirect_uri"] != redirect:
        app = (await control.patch(f"/apps/{APP}", json={"redirect_uri": redirect})).raise_for_status().json()
    oas = {}
    for sample in samples:
        oas[sample.oa_id] = await _made(control, "oa", sample.oa_id, {"app_id": APP, "name": sample.name})
        for user_id, name in sample.citizens.items():
            await _made(control, "user", user_id, {"oa_id": sample.oa_id, "name": name})
    return app, oas


async def _made(control: httpx.AsyncClient, kind: str, ident: str, values: dict[str, Any]) -> dict[str, Any]:
    answer = await control.get(f"/{kind}s/{ident}")
    if answer.status_code == 404:
        return await _post(control, f"/{kind}s", {f"{kind}_id": ident, **values})
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


async def _post(control: httpx.AsyncClient, path: str, values: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = (await control.post(path, json=values)).raise_for_status().json()
    return answer


@dataclass(frozen=True)
class Desk:
    """Where an administrator would sit."""

    pool: Pool
    http: httpx.AsyncClient
    endpoints: Endpoints
    secret: str
    redirect: str
    now: datetime

    async def works(self, sample: Sample) -> bool:
        """Whether the account's tokens are good."""
        keeper, client = self._keeper(), Client(self.http, self.endpoints)
        try:
            await client.oa_details(await keeper.access_token(channel_of(sample.oa_id), self.now))
        except (ConsentNeeded, TokenError, ZaloError, Unreachable, AnswerUnknown):
            return False
        return True

    async def consent(self, sample: Sample) -> None:
        """Consent as the administrator of the account, and keep the tokens."""
        consent = setup.begin(self.endpoints, APP, self.redirect, make_pkce())
        answer = await self.http.get(f"{consent.address}&oa_id={sample.oa_id}", follow_redirects=False)
        code = setup.code_of(answer.headers.get("location", ""), consent, sample.oa_id)
        await setup.finish(
            self.pool, self.http, self.endpoints, self.secret, oa_id=sample.oa_id, code=code, consent=consent,
            now=self.now,
        )  # fmt: skip

    def _keeper(self) -> TokenKeeper:
        return TokenKeeper(self.pool, self.http, self.endpoints, Seal(self.secret))
