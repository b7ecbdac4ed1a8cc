"""What some bytes are, by their content: a picture that is safe to open, a document, a recording, or nothing we keep.

An identity card is never kept: its QR code begins with the 12 digits of the holder's number and a bar.
"""

from __future__ import annotations

import io
import re
import struct
import threading
import zlib
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

import filetype
import zxingcpp
from PIL import Image

Fault: TypeAlias = Literal["type", "bomb", "id_card"]
PICTURES: Final = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
}
OPENED = ("JPEG", "PNG", "GIF", "WEBP")
OTHERS: Final = {
    "application/pdf": "application/pdf",
    "application/msword": "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ),
    "audio/aac": "audio/aac",
    "audio/amr": "audio/amr",
    "audio/mp4": "audio/mp4",
    "audio/mpeg": "audio/mpeg",
    "audio/ogg": "audio/ogg",
    "audio/x-wav": "audio/wav",
    "video/mp4": "video/mp4",
}
"""What filetype calls it, and what it is kept as."""
PIXELS = 50_000_000
"""A large telephone camera. In colour that is 200 MB once opened, so one picture is opened at a time."""
OPENING = threading.Lock()
SIDE_READ = 4_000
"""Pixels of the longer side that is searched for codes."""
BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, ArithmeticError, struct.error, zlib.error,
)  # fmt: skip
"""What decoders raise for broken bytes."""
CARD = re.compile(r"\A\s*[0-9]{12}\||^\s*I[A-Z<]VNM[A-Z0-9<]{10,}|^\s*[A-Z0-9<]{5,}<<[A-Z0-9<]*$", re.MULTILINE)
"""The code of a Vietnamese card, and the lines of a machine-readable zone."""


class NotKept(Exception):
    """Content that is not kept, and why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


def media_type_of(content: bytes) -> str:
    """The media type of content that may be kept. Takes up to seconds: call it in a thread.

    Raises:
        NotKept: of no type we keep, broken, a decompression bomb, or an identity card.
    """
    kind = filetype.guess_mime(content)
    if kind is not None and kind.startswith("image/"):
        with OPENING:
            return _picture(content)
    if kind not in OTHERS:
        raise NotKept("type")
    return OTHERS[kind]


def _picture(content: bytes) -> str:
    try:
        with Image.open(io.BytesIO(content), formats=OPENED) as picture:
            if picture.width * picture.height > PIXELS:
                raise NotKept("bomb")
            media_type = PICTURES[str(picture.format)]
            # A JPEG can be decoded smaller; whether it is whole shows all the same.
            picture.draft("L", (SIDE_READ, SIDE_READ))
            grey = picture.convert("L")
    except Image.DecompressionBombError:
        raise NotKept("bomb") from None
    except BROKEN:
        raise NotKept("type") from None
    if any(CARD.search(text) for text in _codes(grey)):
        raise NotKept("id_card")
    return media_type


def _codes(grey: Image.Image) -> Iterator[str]:
    grey.thumbnail((SIDE_READ, SIDE_READ))
    for code in zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])):
        yield code.text
