"""The pretend identity card."""

import re

import numpy
import zxingcpp

from emulator import card


def test_its_code_is_read_as_a_card_of_nobody() -> None:
    side, path = card.code()
    drawn = numpy.full((side + 8, side + 8), 255, dtype=numpy.uint8)
    for column, row in re.findall(r"M(\d+) (\d+)h", path):
        drawn[int(row) + 4, int(column) + 4] = 0
    found = zxingcpp.read_barcodes(numpy.kron(drawn, numpy.ones((4, 4), dtype=numpy.uint8)))
    assert [code.text for code in found] == [card.TEXT]
    assert card.TEXT.startswith("000000000000|")
