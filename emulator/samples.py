"""Small files that a simulated user sends when the caller gives none."""

from __future__ import annotations

import base64
import struct
import zlib

SIDE = 64
"""Pixels."""


def sample(kind: str, name: str, content: str) -> tuple[str, bytes]:
    """The name and content of a file: what was given (base64), else an invented one.

    Raises:
        ValueError: the content is no base64.
    """
    default, made = _made(kind)
    try:
        return name or default, base64.b64decode(content, validate=True) if content else made
    except ValueError:
        raise ValueError("content must be base64") from None


def _made(kind: str) -> tuple[str, bytes]:
    if kind == "image":
        return "anh.png", png()
    if kind == "gif":
        pixel = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00"
        return "anh.gif", pixel + b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    if kind == "audio":
        return "ghi_am.amr", b"#!AMR\n" + bytes(32)
    if kind == "video":
        return "phim.mp4", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
    return "don.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def png() -> bytes:
    """A one-coloured picture."""
    row = b"\x00" + b"\x2a\x6f\xd4" * SIDE
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(row * SIDE)), (b"IEND", b""))
    parts = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
