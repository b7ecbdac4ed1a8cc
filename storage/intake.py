"""What every way in needs: texts that can be stored, bodies of a limited size, and what web lends to a connector."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass
from datetime import datetime

import procrastinate

from storage.database import Pool

# PostgreSQL stores no NUL and no lone surrogate, and no control character has a meaning in a message.
UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def storable(text: str) -> str:
    """The text without what can't be stored; tabs and line breaks stay."""
    return UNWANTED.sub("", text)


def clean(text: str) -> str:
    """One kind of line break, nothing that can't be stored, and no space around it."""
    return storable(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def media_type(content_type: str) -> str:
    """What a header `Content-Type` says, without its parameters."""
    return content_type.partition(";")[0].strip().lower()


async def read_body(chunks: AsyncIterable[bytes], limit: int) -> bytes | None:
    """The body of a call; None when it is larger than `limit` bytes.

    The declared length may be a lie or missing, so the bytes are counted as they come.
    """
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


@dataclass(frozen=True)
class Intake:
    """The open resources of a web process, without its pages."""

    pool: Pool
    queue: procrastinate.App
    now: Callable[[], datetime]
    secret: str
    count: Callable[[str, bool], None]
    """Counts one call by its outcome; True: the platform says that it calls again."""
