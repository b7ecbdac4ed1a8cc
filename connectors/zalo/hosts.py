"""Where an attachment may be fetched from: a host on the list, at an address that is nobody's inside.

The address that was checked is the one that is connected to, so a name that resolves to something else a moment later
gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

SUFFIXES = (".zdn.vn", ".zadn.vn", ".zaloapp.com")
"""Hosts of attachments that have been seen (Zalo OA reference of 2026-11-22, §1.5)."""
Resolve: TypeAlias = Callable[[str, int], Awaitable[list[str]]]
Address: TypeAlias = "ipaddress.IPv4Address | ipaddress.IPv6Address"


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host.

    Raises:
        OSError: there are none.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


@dataclass(frozen=True)
class Hosts:
    """Who may be asked. `listed` names whole hosts that may also be inside, such as an emulator's."""

    suffixes: tuple[str, ...] = SUFFIXES
    listed: frozenset[str] = frozenset()
    resolve: Resolve = field(default=resolve)

    def allows(self, host: str) -> bool:
        """Whether a host is on the list."""
        name = host.lower().rstrip(".")
        return name in self.listed or any(f".{name}".endswith(suffix) for suffix in self.suffixes)

    async def address(self, host: str, port: int) -> str | None:
        """One checked address of an allowed host; None when any of its addresses is inside.

        Raises:
            OSError: it has no address.
        """
        found = await self.resolve(host, port)
        if not found:
            raise OSError("no address")
        if host.lower().rstrip(".") in self.listed or all(is_outside(text) for text in found):
            return found[0]
        return None


def is_outside(text: str) -> bool:
    """Whether an address is a public one, also when it stands for another address."""
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            address = inner
        elif address.teredo is not None:
            return False
    # Reserved are also the addresses behind which a gateway puts any IPv4 address (64:ff9b::/96).
    return address.is_global and not address.is_multicast and not address.is_reserved
