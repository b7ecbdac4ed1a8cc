"""What an operator reads when no tokens came."""

import pytest

from connectors.zalo.grant import LATER, UNKNOWN, WHY, words_of
from connectors.zalo.oauth import TokenLater, TokenRefused, TokenUnknown


@pytest.mark.parametrize(("error", "told"), [
    (TokenLater("-32"), LATER),
    (TokenUnknown("HTTP 502"), UNKNOWN),
    (TokenRefused(-14004, "Invalid secret key"), WHY[-14004]),
    (TokenRefused(None, " Invalid Secret Key"), WHY[-14004]),
    (TokenRefused(None, "Invalid authorized code"), WHY[-14005]),
    (TokenRefused(-118, "Invalid grant"), "mã -118"),
    (TokenRefused(None, "Something new"), "(Something new)"),
    (TokenRefused(None, ""), "không nói lý do"),
])  # fmt: skip
def test_every_refusal_says_what_to_do(error, told) -> None:
    assert told in words_of(error)
    assert "Bấm" in words_of(error) or "bấm" in words_of(error) or "thêm lại" in words_of(error)
