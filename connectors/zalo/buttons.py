"""What a button carries: an opaque signed token. A citizen can type anything, but not a token of ours.

A tap arrives as an ordinary text (Zalo OA reference of 2026-11-22, §1.5), so the payload never leaves the server.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from itsdangerous import BadSignature, Signer

from storage.settings import local_now

Clock = Callable[[], datetime]
MARK = "#b:"
LIFE = timedelta(days=7)
CLOCK_SKEW = timedelta(minutes=5)
TOKEN = re.compile(r"#b:(([0-9]{1,18})\.([0-9]{1,2})\.([0-9]{1,12})\.[\w-]{20,100})", re.ASCII)


class ButtonKeys:
    """Signs buttons that go out and checks texts that come in."""

    def __init__(self, secret: str, now: Clock = local_now) -> None:
        self._secret, self._now = secret, now

    def token(self, outbox_id: int, index: int, conversation: UUID) -> str:
        """`#b:<outbox id>.<index>.<time and signature>`, good for `LIFE` in this conversation only."""
        value = f"{outbox_id}.{index}.{int(self._now().timestamp())}"
        return MARK + self._signer(conversation).sign(value).decode("ascii")

    def read(self, text: str, conversation: UUID) -> tuple[int, int] | None:
        """Outbox id and index of the button that a text is; None for any other text, a forged and an old token."""
        match = TOKEN.fullmatch(text.strip())
        if match is None:
            return None
        signer = self._signer(conversation)
        try:
            value = signer.unsign(match[1])
        except BadSignature:
            return None
        # The last letter of a signature has bits that mean nothing: only the one spelling that was sent out counts.
        if signer.sign(value).decode("ascii") != match[1]:
            return None
        age = self._now().timestamp() - int(match[4])
        fresh = -CLOCK_SKEW.total_seconds() <= age <= LIFE.total_seconds()
        return (int(match[2]), int(match[3])) if fresh else None

    def _signer(self, conversation: UUID) -> Signer:
        # The conversation is in the salt: a token is worthless elsewhere, and need not name it.
        salt = f"motcua.zalo.button.{conversation.hex}"
        return Signer(self._secret, salt=salt, key_derivation="hmac", digest_method=hashlib.sha256)
