"""18 accounts, and calls to their one address as the platform makes them."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import httpx
import psycopg

from connectors.zalo import webhook
from connectors.zalo.accounts import save_account
from connectors.zalo.signature import mac
from storage.sealed import Seal
from tests.connectors.zalo.samples import APP, OA
from tests.pipeline import Clock
from tests.web.serving import connect

SENT = datetime(2025, 11, 22, 8, 26, 40, tzinfo=timezone.utc)
"""The time of the samples."""
SECRET, CODE = "installation-secret", "Abc-123"


@dataclass(frozen=True)
class Oa:
    """One account. All but two have an application of their own."""

    oa_id: str
    app_id: str
    secret: str
    unit: str


OAS = [Oa(OA, APP, "OaSecretKeyExample0", "don_vi_mau")] + [
    Oa(str(4_300_000_000_000_000_000 + n), APP if n == 1 else str(1_300_000_000_000_000_000 + n), f"Key{n}", f"unit{n}")
    for n in range(1, 18)
]
FIRST = OAS[0]


async def save(url: str) -> None:
    async with await connect(url) as connection:
        for oa in OAS:
            await save_account(
                connection, Seal(SECRET), oa_id=oa.oa_id, unit=oa.unit, name="OA mẫu", app_id=oa.app_id,
                oa_secret=oa.secret, app_secret="AppSecretExample", at=SENT,
            )  # fmt: skip


@dataclass
class Caller:
    """Zalo, as far as the webhook sees it."""

    url: str
    database: psycopg.Connection[dict[str, Any]]
    clock: Clock
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=15))

    def post(self, raw: bytes, *, oa: Oa = FIRST, signature: str | None = None, **headers: str) -> httpx.Response:
        """A signed call; `signature` replaces the right one, and is left out when empty."""
        time = timestamp_of(raw)
        given = "mac=" + mac(oa.app_id, raw, time, oa.secret) if signature is None else signature
        sent = {"Content-Type": "application/json", **({webhook.signature.HEADER: given} if given else {}), **headers}
        return self.http.post(self.url + webhook.PATH, content=raw, headers=sent)

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        return self.database.execute(query, values).fetchall()

    def stored(self) -> dict[str, int]:
        """How many rows there are of everything that a call may make."""
        tables = ("channel_event", "conversation", "turn", "attachment", "procrastinate_jobs")
        return {table: self.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"] for table in tables}

    def counted(self) -> dict[str, float]:
        lines = self.http.get(self.url + "/metrics").text.splitlines()
        parts = [line.rsplit(" ", 1) for line in lines if line.startswith("motcua_webhook") and "_created" not in line]
        return {name: float(value) for name, value in parts}


def timestamp_of(raw: bytes) -> str:
    try:
        value = json.loads(raw)["timestamp"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return value if isinstance(value, str) else ""
