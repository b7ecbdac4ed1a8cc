"""A courier's desk at the emulator: an account with a grant, citizens whose replies wait, and what arrived."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from connectors.zalo.accounts import channel_of, save_account
from connectors.zalo.oauth import Tokens
from connectors.zalo.sender import deliver
from connectors.zalo.station import CALLS_A_MINUTE, Station, make_station
from connectors.zalo.transport import Endpoints
from storage import channels, outgoing
from storage.outgoing import Enclosed
from storage.queue import make_queue
from storage.sealed import Seal
from storage.turns import Incoming, accept, finish_turn, open_conversation, write_replies
from tests.connectors.zalo.emulated import endpoints_of
from tests.emulator.serving import Town
from tests.storage.channel_rows import DONE

SECRET = "installation"
WORDS = ({"title": "Lệ phí", "payload": "/fee"}, {"title": "Gặp cán bộ", "payload": "/officer"})


@dataclass(frozen=True)
class Talk:
    """A conversation and whose it is."""

    id: uuid.UUID
    user: str


@dataclass
class Office:
    """Everything a test of the courier looks at; its clock is the emulator's."""

    town: Town
    pool: Any
    http: httpx.AsyncClient
    url: str
    endpoints: Endpoints | None = None
    stations: list[Station] = field(default_factory=list)

    @property
    def account_id(self) -> str:
        return channel_of(self.town.oa["oa_id"])

    def now(self) -> datetime:
        return self.town.platform.clock.local()

    def station(self, *, limit: int = CALLS_A_MINUTE, endpoints: Endpoints | None = None) -> Station:
        """A new one, as in a process of its own."""
        return make_station(
            self.pool, make_queue(self.url), self.http, endpoints or endpoints_of(self.town), SECRET, self.now,
            calls_a_minute=limit,
        )  # fmt: skip

    async def open(self) -> None:
        """Begin with one connected account and nothing else."""
        self.town.reset()
        await self.execute("TRUNCATE conversation, channel_event, channel_account, procrastinate_jobs,"
                           " attachment_content, outgoing_file, rate_window CASCADE")  # fmt: skip
        await self.connect()

    async def connect(self) -> None:
        """The town's account is one of this installation, with a grant."""
        async with self.pool.connection() as connection:
            await save_account(
                connection, Seal(SECRET), oa_id=self.town.oa["oa_id"], unit="don_vi_mau", name="Công an xã Mẫu",
                app_id=self.town.app["app_id"], oa_secret=self.town.oa["secret"],
                app_secret=self.town.app["secret"], at=self.now(),
            )  # fmt: skip
        await self.grant()

    async def grant(self) -> None:
        pair = self.town.grant()
        tokens = Tokens(pair["access_token"], pair["refresh_token"], 90_000)
        await self.station().keeper.store(self.account_id, tokens, self.now())

    async def execute(self, query: str, *values: Any) -> None:
        async with self.pool.connection() as connection:
            await connection.execute(query, values)

    async def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        async with self.pool.connection() as connection:
            return await (await connection.execute(query, values)).fetchall()

    async def account(self) -> channels.Account:
        async with self.pool.connection() as connection:
            found = await channels.read_account(connection, self.account_id)
        assert found is not None
        return found

    async def talk(self, user: str | None = None) -> Talk:
        """A citizen who has just written."""
        user = user or self.town.citizen()
        async with self.pool.connection() as connection:
            made = await open_conversation(
                connection, channel=self.account_id, citizen=user, unit="don_vi_mau", at=self.now()
            )
        return Talk(made, user)

    async def enclose(self, name: str, content: bytes, *, caption: str = "CT01 – Tờ khai cư trú") -> Enclosed:
        """A file that a reply may carry."""
        kind = "image/png" if name.endswith("png") else "application/pdf"
        digest = hashlib.sha256(content).hexdigest()
        async with self.pool.connection() as connection:
            await outgoing.keep(connection, digest, kind, content, at=self.now())
        return Enclosed(caption, name, digest)

    async def reply(
        self, talk: Talk, *texts: str, buttons: Any = (), files: Any = (), ago: timedelta = timedelta(0)
    ) -> None:
        """The dialogue answers what the citizen wrote that long ago."""
        message, now = self.town.transcript(talk.user)[-1]["id"], self.now()
        incoming = Incoming(talk.id, f"{message}-{uuid.uuid4().hex[:6]}", "hỏi", sent_at=now - ago)
        async with self.pool.connection() as connection:
            turn_id = (await accept(connection, None, incoming, at=now)).turn_id
            cursor = await connection.execute(
                "SELECT t.*, c.channel FROM turn t JOIN conversation c ON c.id = t.conversation_id WHERE t.id = %s",
                (turn_id,),
            )
            row = await cursor.fetchone()
            await write_replies(connection, row, [(text, list(buttons)) for text in texts], files, at=now)
            await finish_turn(connection, row, DONE, None, at=now)

    async def deliver(self, talk: Talk, station: Station | None = None) -> None:
        await deliver(station or self.station(), talk.id)

    async def states(self, talk: Talk) -> list[str]:
        found = await self.deliveries(talk)
        return [row["state"] for row in found]

    async def deliveries(self, talk: Talk) -> list[dict[str, Any]]:
        return await self.rows("SELECT * FROM delivery WHERE conversation_id = %s ORDER BY outbox_id", talk.id)

    async def jobs(self, task: str = "deliver") -> list[dict[str, Any]]:
        return await self.rows("SELECT * FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", task)

    def got(self, talk: Talk) -> list[str]:
        """What the citizen sees of the bot."""
        return [row["text"] for row in self.town.transcript(talk.user) if row["from"] == "oa"]

    def uploads(self) -> int:
        """How many uploads the account has made."""
        return sum(asset.oa_id == self.town.oa["oa_id"] for asset in self.town.platform.assets.values())

    def shown(self, talk: Talk) -> list[dict[str, Any]]:
        return [row for row in self.town.transcript(talk.user) if row["from"] == "oa"]
