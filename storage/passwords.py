"""Passwords of operators: hashed with Argon2id, checked in the same time whether or not there is such an operator."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

SHORTEST, LONGEST = 12, 200
"""Characters of a password that somebody chooses."""
# Without letters and digits that look alike: it is read from a screen and typed.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP = 4, 5
HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """A salted hash that names its own parameters."""
    return HASHER.hash(password)


def password_matches(hashed: str | None, password: str) -> bool:
    """Whether it is the password; None, for nobody's, takes as long and is never right."""
    try:
        HASHER.verify(hashed or _nobodys(), password)
    except VerificationError:
        return False
    return hashed is not None


def one_time_password() -> str:
    """A random password of 99 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


@cache
def _nobodys() -> str:
    return HASHER.hash(secrets.token_urlsafe(32))
