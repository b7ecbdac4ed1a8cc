"""What a citizen told about the person in question, kept while the talk goes from one matter to the next.

Age and circumstances change answers of several procedures ("mẹ tôi 66 tuổi": no fee for any card), so they outlive the
procedure they were told under; a word about somebody else ends that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from procedures.cases import Said

KEPT = ("age", "state")
_SELF = "toi|em|minh|tui|tao|to|con|chau"
_OTHERS = (
    "vo|chong|me|bo|cha|ma|ong|ba|con (?:gai|trai|dau|re|toi|em|minh|tui|nho)|dua|thang|be|em (?:gai|trai|ho)|anh|chi|"
    "chau|khach|ban|nguoi|di|chu|bac|co|cau|no|han"
)
SOMEBODY_ELSE = re.compile(
    rf"\b(?:con|the|vay|roi|gio|neu|ma|chu) (?:con |neu |den |toi )?(?:{_OTHERS}|{_SELF})\b"
    r"(?! (?:hoi|can|phai|nop|dem|mang)\b)"
    rf"|\b(?:lam|dang ky|dk|khai|nhap|xin|doi|cap)(?: (?:lai|the|cho|ho|giup|cccd|can cuoc)){{1,3}} (?:{_OTHERS})\b"
)
"""Words that bring another person into the talk, on folded text: "còn vợ tôi thì sao", "làm cho con gái"."""


def known(said: Said, told: Mapping[str, Any], folded: str) -> Said:
    """What is known of the person: told now, or before and still about the same one."""
    if said.age is not None or SOMEBODY_ELSE.search(folded):
        return said
    return replace(said, age=told.get("age"), state=said.state or told.get("state"))


def to_keep(now: Said) -> dict[str, Any]:
    """What to keep of what is known, as a slot."""
    return {name: value for name in KEPT if (value := getattr(now, name)) is not None}
