"""Files that users and officers sent: kept in memory, or in a folder beside the state."""

from __future__ import annotations

import mimetypes
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

NAME = re.compile(r"[0-9a-f]{24}\.[a-z0-9]{1,8}\Z")
MEMORY_BYTES = 256 * 1024 * 1024


@dataclass
class Cdn:
    """Content by name. Without a folder the oldest files go when memory is full."""

    folder: Path | None = None
    held: dict[str, bytes] = field(default_factory=dict)

    def put(self, content: bytes, extension: str) -> str:
        """Keep content; returns its name."""
        clean = re.sub(r"[^a-z0-9]", "", extension.lower())[:8] or "bin"
        name = f"{secrets.token_hex(12)}.{clean}"
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(content)
            return name
        self.held[name] = content
        while sum(map(len, self.held.values())) > MEMORY_BYTES:
            del self.held[next(iter(self.held))]
        return name

    def get(self, name: str) -> bytes | None:
        """Content, or None."""
        if not NAME.match(name):
            return None
        if self.folder is None:
            return self.held.get(name)
        path = self.folder / name
        return path.read_bytes() if path.is_file() else None


def media_type(name: str) -> str:
    """The content type of a file's name."""
    if name.endswith(".amr"):
        return "audio/amr"
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
