"""Violence told beside a question about papers ("chồng đánh em xong giữ hết giấy tờ"): whom to call comes first."""

from __future__ import annotations

import re

_KIN = (
    r"(?:chong|ck|vo|ba|bo|cha|me|ma|anh trai|em trai|con trai|con re|chau|ban trai|nguoi yeu|ny|anh ta|thang chong|"
    r"ong chong|ong xa)"
)
_SELF = r"(?:toi|em|minh|chi|con|chau|tui|e|c|vo|me|ba)"
_BEATS = r"(?:danh|dap|tat|hanh ha|bao hanh|bop co|doa (?:giet|danh|chem))"
VIOLENCE = re.compile(
    rf"\b{_KIN}(?: {_SELF})?(?: \w+){{0,2}}? {_BEATS}(?: \w+)? {_SELF}\b"
    rf"|\bbi {_KIN}(?: \w+){{0,2}} {_BEATS}\b|\bbao (?:luc|hanh) gia dinh\b"
)
"""Somebody is beaten or threatened at home, on folded text."""
NOT_BEATEN = re.compile(r"\bdanh (?:mat|roi|may|dau|gia|van|so|sai|thieu|chu|lon)\b")
"""What else begins with "danh": to lose, to type, to mark."""


def tells_of_violence(folded: str) -> bool:
    """Whether a text tells of violence at home.

    >>> tells_of_violence("chong em danh em xong giu giay to"), tells_of_violence("me em danh mat the")
    (True, False)
    """
    return VIOLENCE.search(folded) is not None and NOT_BEATEN.search(folded) is None
