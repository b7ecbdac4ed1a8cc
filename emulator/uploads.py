"""Uploads of pictures and files."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import UploadFile

from emulator.errors import ApiError, invalid
from emulator.ids import asset_id
from emulator.layer import Call, Handler
from emulator.platform import Platform
from emulator.records import Asset, Oa

MB = 1024 * 1024
LIMITS = {"image": MB, "gif": 5 * MB, "file": 5 * MB}
"""Bytes."""
EXTENSIONS = {
    "image": ("jpg", "jpeg", "png"),
    "gif": ("gif",),
    # not documented: whether CSV is allowed (one source of two says so).
    "file": ("pdf", "doc", "docx", "csv"),
}
NAME_LIMIT = 200


def upload(kind: str) -> Handler:
    """`POST /v2.0/oa/upload/<kind>`, multipart with the field `file`."""

    async def handler(call: Call) -> dict[str, Any]:
        platform, oa = call.platform, call.oa
        async with call.request.form() as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise invalid("file")
            name, content = file.filename or "", await file.read(LIMITS[kind] + 1)
        extension = name.rpartition(".")[2].lower() if "." in name else ""
        if not extension:
            # Seen live: no error, no id.
            return {}
        _check(kind, name, extension, len(content))
        _count(platform, oa)
        stored = platform.cdn.put(content, extension)
        now = platform.clock.now()
        asset = Asset(asset_id(), call.app.app_id, oa.oa_id, kind, name, len(content), now, stored)
        platform.assets[asset.id] = asset
        return {"token" if kind == "file" else "attachment_id": asset.id}

    return handler


def _check(kind: str, name: str, extension: str, size: int) -> None:
    if size > LIMITS[kind]:
        raise ApiError(-210)
    if extension not in EXTENSIONS[kind] or not size or len(name) > NAME_LIMIT:
        # not documented: the code for a wrong type, an empty file or a long name.
        raise invalid("file")


def _count(platform: Platform, oa: Oa) -> None:
    month = platform.clock.local().strftime("%Y-%m")
    if oa.uploads.get(month, 0) >= platform.options.upload_limit:
        # not documented: the code for too many uploads.
        raise ApiError(-210)
    oa.uploads = {month: oa.uploads.get(month, 0) + 1}
