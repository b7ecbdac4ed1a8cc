"""The secret of an installation, the same for all its processes."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from storage.settings import Settings


def read_secret(settings: Settings) -> str:
    """The secret that signs and seals: the configured one, or a random one in `var/secret`, for its owner only."""
    if settings.secret:
        return settings.secret
    path = settings.var / "secret"
    if not path.exists():
        _create_secret(path)
    return path.read_text(encoding="ascii").strip()


def _create_secret(path: Path) -> None:
    # Two processes may start together: each writes a file of its own, and the first link wins whole.
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f"secret.{secrets.token_hex(8)}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(own, path)
    except FileExistsError:
        pass
    finally:
        own.unlink()
