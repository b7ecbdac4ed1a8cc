"""Ids and tokens that look like the platform's."""

from __future__ import annotations

import secrets

LEAST = 2_000_000_000_000_000_00
MOST = 9_200_000_000_000_000_000
"""Below 2^63, so that a JSON reader with 64-bit integers keeps it."""


def number_id() -> str:
    """An 18 to 19 digit id above 2^53.

    It is odd: no float has its value, so code that passes ids through floats breaks at once.
    """
    return str((LEAST + secrets.randbelow(MOST - LEAST)) | 1)


def message_id() -> str:
    """20 hex characters."""
    return secrets.token_hex(10)


def asset_id() -> str:
    """What an upload returns."""
    return secrets.token_urlsafe(45)


def token() -> str:
    """An access token, a refresh token or a code."""
    return secrets.token_urlsafe(64)


def secret() -> str:
    """A secret of an app or an OA."""
    return secrets.token_urlsafe(15)
