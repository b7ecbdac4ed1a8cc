"""Connections that end without an answer."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress

import anyio
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

ABORT = "emulator.abort"
NO_LINGER = struct.pack("ii", 1, 0)
"""The kernel then resets the connection instead of closing it politely."""


class Drop(Response):
    """No answer: waits, then resets the connection.

    Args:
        seconds: how long the client is kept waiting; it may give up earlier.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer nothing."""
        with anyio.move_on_after(self.seconds):
            await _gone(receive)
            return
        scope[ABORT]()
        # uvicorn would answer 500 for us if it didn't know yet that the client is gone.
        await _gone(receive)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class Droppable(Starlette):
    """An application whose answers can cut the connection.

    Knows uvicorn, whose `send` belongs to what holds the connection. Middleware would come too late: its `send` is
    wrapped.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put the means to cut the connection into the scope."""
        transport = getattr(getattr(send, "__self__", None), "transport", None)

        def abort() -> None:
            if transport is None:
                raise RuntimeError("this server gives no access to its connections")
            with suppress(OSError):
                transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            transport.abort()

        scope[ABORT] = abort
        await super().__call__(scope, receive, send)
