"""Invented pictures and files. No real person's data is in any of them."""

import io
import struct
import zipfile
import zlib

import numpy
import zxingcpp
from PIL import Image

CARD_TEXT = "000000000000|000000000|Nguyễn Văn Mẫu|01012000|Nam|Số 1, Đường Mẫu|01012021"


def picture(form: str = "JPEG", size: tuple[int, int] = (640, 480)) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, form)
    return out.getvalue()


def with_code(text: str, *, form: str = "JPEG", turned: float = 0, size: tuple[int, int] = (1200, 900)) -> bytes:
    """A photo-like picture with a QR code in a corner."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    drawn = Image.fromarray(numpy.array(zxingcpp.write_barcode_to_image(code, scale=4)))
    whole = Image.new("RGB", size, (180, 200, 210))
    whole.paste(drawn.convert("RGB"), (size[0] // 2, size[1] // 3))
    out = io.BytesIO()
    whole.rotate(turned, fillcolor=(180, 200, 210)).save(out, form)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\x00" * 1000)) + chunk(b"IEND", b"")


def word() -> bytes:
    """The smallest thing that is a Word document."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return out.getvalue()
