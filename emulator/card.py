"""A pretend identity card of nobody, with a QR code of the form that real cards have: programs must recognise it."""

from __future__ import annotations

import numpy
import zxingcpp

NAME = "Nguyễn Văn Mẫu"
TEXT = f"000000000000|000000000|{NAME}|01012000|Nam|Số 1, Đường Mẫu, Phường Mẫu|01012021"
"""Number, old number, name, birth, sex, address, day of issue."""


def code() -> tuple[int, str]:
    """The side of the QR code in modules, and its dark modules as a path of SVG."""
    barcode = zxingcpp.create_barcode(TEXT, zxingcpp.BarcodeFormat.QRCode)
    dark = numpy.array(zxingcpp.write_barcode_to_image(barcode, scale=1)) == 0
    rows, columns = numpy.nonzero(dark)
    squares = (f"M{column} {row}h1v1h-1z" for row, column in zip(rows, columns, strict=True))
    return len(dark), "".join(squares)
