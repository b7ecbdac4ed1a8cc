"""Scripts, styles and fonts: read once, served from memory under names that change with their content."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
HASH_LENGTH = 10
HASHED = re.compile(rf"\.[0-9a-f]{{{HASH_LENGTH}}}\.")
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One static file."""

    content: bytes
    media_type: str


class Assets:
    """All static files, by the names under which browsers ask for them."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._served: dict[str, Asset] = {}
        self._names: dict[str, str] = {}
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            content = path.read_bytes()
            name = path.relative_to(folder).as_posix()
            # Fonts carry their hash in the file name already, because the style sheet names them.
            served = name if HASHED.search(path.name) else _hashed(name, content)
            self._names[name] = served
            self._served[served] = Asset(content, TYPES[path.suffix])

    def url(self, name: str) -> str:
        """Where browsers find the file `name`."""
        return f"/static/{self._names[name]}"

    def fonts(self) -> list[str]:
        """The URLs of all fonts, so that a page can ask for them early."""
        return [f"/static/{served}" for served in self._served if served.endswith(".woff2")]

    def response(self, request: Request) -> Response:
        """Serve one file. Only known names exist, so no path can lead out of the folder."""
        asset = self._served.get(request.path_params["name"])
        if asset is None:
            return Response("", status_code=404)
        return Response(asset.content, media_type=asset.media_type, headers={"Cache-Control": FOREVER})


def content_hash(content: bytes) -> str:
    """The part of a served name that changes with the content."""
    return hashlib.sha256(content).hexdigest()[:HASH_LENGTH]


def _hashed(name: str, content: bytes) -> str:
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{content_hash(content)}.{suffix}"
