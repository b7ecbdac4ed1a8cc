"""A site with a console, an emulated platform behind it, and the browsers of operators. Shared with tests/e2e."""

import asyncio
import html
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psycopg
from psycopg.rows import dict_row

from connectors.zalo import pages as zalo_pages
from connectors.zalo.accounts import channel_of, save_account
from storage.operators import save_operator
from storage.passwords import hash_password
from storage.sealed import Seal
from storage.settings import local_now
from tests.connectors.zalo.emulated import endpoints_of
from tests.emulator.serving import Town
from tests.web.serving import Server, connect, serve, settings_for
from web.console import frame

T = TypeVar("T")
SECRET, CODE = "installation", "AbC-12_x"
FIRST, CHOSEN = "tam-thoi-dung-mot-lan", "một câu dễ nhớ 42"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
HASHED = {password: hash_password(password) for password in (FIRST, CHOSEN)}


class Clock:
    """The clock of the site; `ahead` moves it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return local_now() + self.ahead


class Browser:
    """A browser without script."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=15, follow_redirects=True, trust_env=False)

    @property
    def cookie(self) -> str:
        return self.http.cookies.get("motcua-console", "")

    def get(self, path: str, status: int = 200) -> str:
        """A page as text; what is escaped stays so."""
        answer = self.http.get(path)
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer.text

    def post(self, page: str, path: str, status: int = 200, **fields: str) -> str:
        """Fill in the form of `page` that goes to `path`."""
        token = CSRF.findall(self.get(page))[-1]
        return self.send(path, status, csrf=token, **fields)

    def send(self, path: str, status: int = 200, **fields: str) -> str:
        answer = self.http.post(path, data=fields)
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer.text

    def log_in(self, name: str = "an", password: str = CHOSEN, status: int = 200) -> str:
        return self.post("/console/login", "/console/login", status, name=name, password=password)


def words(page: str) -> str:
    """What a page says."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@dataclass
class Desk:
    """The site, its database and its platform."""

    server: Server
    clock: Clock
    town: Town | None = None
    browsers: list[Browser] = field(default_factory=list)

    def browser(self) -> Browser:
        self.browsers.append(Browser(self.server.url))
        return self.browsers[-1]

    def logged_in(self, name: str = "an") -> Browser:
        browser = self.browser()
        assert "Tài khoản OA" in browser.log_in(name)
        return browser

    def reset(self) -> None:
        """One operator who has chosen a password, and nothing else."""
        self.clock.ahead = timedelta()
        for browser in self.browsers:
            browser.http.close()
        self.browsers.clear()
        self.execute("TRUNCATE operator, operator_session, login_attempt, consent, audit, conversation, channel_event,"
                     " channel_account CASCADE")  # fmt: skip
        self.operator("an")

    def operator(self, name: str, *, first: bool = False) -> None:
        """Somebody with the password `CHOSEN`, or one who has to choose it still."""
        password = HASHED[FIRST if first else CHOSEN]
        self.do(lambda connection: save_operator(connection, name, password, at=self.clock()))
        if not first:
            self.execute("UPDATE operator SET must_change = false WHERE name = %s", name)

    def account(self, oa_id: str, *, name: str = "Công an xã Mẫu", app_id: str = "19", app_secret: str = "s") -> str:
        """A saved account; returns its id."""
        self.do(lambda connection: save_account(
            connection, Seal(SECRET), oa_id=oa_id, unit="don_vi_mau", name=name, app_id=app_id, oa_secret="o-s",
            app_secret=app_secret, at=self.clock(),
        ))  # fmt: skip
        return channel_of(oa_id)

    def do(self, work: Callable[[Any], Awaitable[T]]) -> T:
        """Something in a transaction."""

        async def run() -> T:
            async with await connect(self.server.database) as connection:
                return await work(connection)

        # Not in this thread: a browser test has a loop running here already.
        return asyncio.run_coroutine_threadsafe(run(), self.server.loop).result(30)

    def execute(self, query: str, *values: Any) -> None:
        with psycopg.connect(self.server.database, autocommit=True) as connection:
            connection.execute(query, values)

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        with psycopg.connect(self.server.database, autocommit=True, row_factory=dict_row) as connection:
            return connection.execute(query, values).fetchall()

    def audited(self) -> list[tuple[str, str, str]]:
        return [(row["who"], row["what"], row["about"]) for row in self.rows("SELECT * FROM audit ORDER BY id")]


def open_desk(database: str, var: Path, town: Town | None = None, **changes: Any) -> Desk:
    """Start the site."""
    clock = Clock()
    settings = settings_for(database, var, secret=SECRET, site_codes=(CODE,), **changes)
    made = zalo_pages.Pages(frame, endpoints_of(town) if town else zalo_pages.Endpoints(), settings.site_codes)
    server = serve(settings, database, now=clock, extra=made.routes(), kinds=[made.kind()])
    return Desk(server, clock, town)
