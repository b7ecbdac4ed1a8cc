"""Encrypt what an account needs to keep secret, so that a copy of the database alone is no use to anybody."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
PURPOSE = b"motcua.sealed.1"


class CantOpen(ValueError):
    """What was sealed with another secret, or changed since. The text says nothing about it."""


class Seal:
    """Closes and opens small mappings of texts, with a key derived from the installation's secret."""

    def __init__(self, secret: str) -> None:
        key = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=PURPOSE).derive(secret.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def close(self, values: Mapping[str, str]) -> bytes:
        """Encrypt; the same values give other bytes each time."""
        return self._fernet.encrypt(json.dumps(dict(values)).encode())

    def open(self, sealed: bytes) -> dict[str, str]:
        """Decrypt.

        Raises:
            CantOpen: not closed with this secret.
        """
        try:
            values: dict[str, str] = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise CantOpen("sealed with another secret, or damaged") from None
        return values
