"""Fetch one attachment of a report, or say why not. Nothing a citizen or a stranger sends can make us read inside.

Source of the rules: DESIGN §8 and docs/design/zalo.md, "Attachments".
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import httpx

from connectors.zalo.hosts import Hosts
from connectors.zalo.pictures import NotKept, media_type_of

CONTENT_BYTES, REDIRECTS = 5 * 1024 * 1024, 3
SECONDS, ALTOGETHER = 10.0, 30.0
"""Longest for one step, and for the whole fetch with its redirects."""
Reason: TypeAlias = Literal["host", "address", "too_large", "type", "bomb", "id_card", "gone", "unreachable"]


@dataclass(frozen=True)
class Fetched:
    """Content that may be kept. `sha256` is in hex digits; `media_type` is by content, whatever the sender said."""

    content: bytes = field(repr=False)
    sha256: str
    media_type: str


@dataclass(frozen=True)
class Refused:
    """Why nothing was kept. Only `unreachable` is worth another try."""

    reason: Reason


class _Stop(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Fetcher:
    """Fetches attachments. Has no connections of its own between two fetches, and no proxy."""

    def __init__(self, hosts: Hosts, *, trust: ssl.SSLContext | None = None) -> None:
        """Args: `trust` replaces the certificates that are trusted."""
        self._hosts, self._trust = hosts, trust or httpx.create_ssl_context(trust_env=False)

    async def fetch(self, url: str) -> Fetched | Refused:
        """Fetch what is at an http or https address; never raises for what the other side does."""
        try:
            content = await asyncio.wait_for(self._content(url), ALTOGETHER)
            media_type = await asyncio.to_thread(media_type_of, content)
        except _Stop as stop:
            return Refused(stop.reason)
        except NotKept as error:
            return Refused(error.fault)
        except (httpx.HTTPError, OSError, UnicodeError, asyncio.TimeoutError):
            return Refused("unreachable")
        return Fetched(content, hashlib.sha256(content).hexdigest(), media_type)

    async def _content(self, url: str) -> bytes:
        # A proxy would look the name up again, and an environment could bring one.
        async with httpx.AsyncClient(timeout=SECONDS, trust_env=False, verify=self._trust) as http:
            target = _parsed(url)
            for _ in range(REDIRECTS + 1):
                content, onward = await self._step(http, target)
                if onward is None:
                    return content
                target = onward
        raise _Stop("gone")

    async def _step(self, http: httpx.AsyncClient, target: httpx.URL) -> tuple[bytes, httpx.URL | None]:
        """The content, or where it is instead."""
        # The name goes into the request and is what the certificate must be for; compressed content could grow
        # without end while it is unpacked.
        headers = {"Host": target.netloc.decode("ascii"), "Accept-Encoding": "identity"}
        pinned, named = await self._pinned(target), {"sni_hostname": target.raw_host.decode("ascii")}
        async with http.stream("GET", pinned, headers=headers, extensions=named) as response:
            if response.has_redirect_location:
                return b"", _parsed(response.headers["location"], target)
            if response.status_code >= 500 or response.status_code == 429:
                raise _Stop("unreachable")
            if response.status_code != 200:
                raise _Stop("gone")
            return await _counted(response), None

    async def _pinned(self, target: httpx.URL) -> httpx.URL:
        """The same address with a checked number in place of the name."""
        host = target.raw_host.decode("ascii")
        if not self._hosts.allows(host):
            raise _Stop("host")
        address = await self._hosts.address(host, target.port or (443 if target.scheme == "https" else 80))
        if address is None:
            raise _Stop("address")
        return target.copy_with(host=address)


def _parsed(url: str, base: httpx.URL | None = None) -> httpx.URL:
    try:
        target = base.join(url) if base else httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise _Stop("host") from None
    if target.scheme not in ("http", "https") or not target.host or target.userinfo:
        raise _Stop("host")
    return target


async def _counted(response: httpx.Response) -> bytes:
    # The declared length may be a lie or missing, so the bytes are counted as they come.
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:12]) > CONTENT_BYTES:
        raise _Stop("too_large")
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) > CONTENT_BYTES:
            raise _Stop("too_large")
    return bytes(content)
