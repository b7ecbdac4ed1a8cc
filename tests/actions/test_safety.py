"""Violence told beside a question: found in the ways people write it, not in what only begins alike."""

import pytest

from actions.safety import tells_of_violence
from components.text import fold


@pytest.mark.parametrize(
    "text",
    [
        "ck e đánh e xong giữ hết giấy tờ",
        "bị chồng bạo hành giờ muốn tách hộ",
        "con trai tôi đánh tôi đuổi khỏi nhà thì hộ khẩu sao",
        "ba em dọa giết em nên em muốn chuyển khẩu",
        "nạn nhân bạo lực gia đình có được giữ kín nơi ở không",
    ],
)
def test_violence_is_found(text) -> None:
    assert tells_of_violence(fold(text))


@pytest.mark.parametrize(
    "text", ["mẹ em đánh mất thẻ", "vợ em đánh máy sai tên em", "ba em đánh rơi cccd", "em làm thẻ cho ba", ""]
)
def test_other_words_are_no_violence(text) -> None:
    assert not tells_of_violence(fold(text))
