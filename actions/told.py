"""What a citizen told about the person in question, kept while the talk goes from one matter to the next.

Age and circumstances change answers of several procedures ("mẹ tôi 66 tuổi": no fee for any card), so they outlive the
procedure they were told under; a word about somebody else ends that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from procedures import Question
from procedures.cases import DEAD, EXTENDED, Said
from procedures.milestones import Span, card_line, extension_line, first_card_line, line_of_age

BORN, MADE, EXPIRES = "born", "made", "expires"
CHILDHOOD = 18
KEPT = ("age", "state", BORN, MADE, EXPIRES)
FIELD = "field"
"""Where the age was told: who asks for a child's card and then about residence speaks of another person, or of all."""
_SELF = "toi|em|minh|tui|tao|to|con|chau"
_OTHERS = (
    "vo|chong|me|bo|cha|ma|ong|ba|con (?:gai|trai|dau|re|toi|em|minh|tui|nho)|dua|thang|be|em (?:gai|trai|ho)|anh|chi|"
    "chau|khach|ban (?:em|toi|minh|tui|cung|be|gai|trai)|nguoi|chu|bac|cau"
)
SOMEBODY_ELSE = re.compile(
    rf"\b(?:con|the|vay|roi|gio|neu|ma|chu) (?:con |neu |den |toi )?(?:{_OTHERS}|{_SELF})\b"
    r"(?! (?:hoi|can|phai|nop|dem|mang)\b)"
    r"|\b(?:ca nha|ca gia dinh|ca ho|vo chong)\b"
    rf"|\b(?:lam|dang ky|dk|khai|nhap|xin|doi|cap)(?: (?:lai|the|cho|ho|giup|cccd|can cuoc)){{1,3}} (?:{_OTHERS})\b"
)
"""Words that bring another person into the talk, on folded text: "còn vợ tôi thì sao", "làm cho con gái"."""

OF_THE_DEAD = re.compile(r"\bcua (?:bo|me|ba|cha|ma|ong|cu|vo|chong|noi|ngoai|mo|nguoi (?:mat|chet|da mat))\b")
"""A death is kept only for what was the dead person's: "thẻ của bố có phải nộp lại không"."""


CHILD = re.compile(
    r"\bcon (?:em|toi|minh|tui|e|chi|anh|gai|trai|nho|be|cai|cua|chau|ruot|nuoi|rieng|chung|duoi|moi|so sinh|\d|"
    r"hoc|sinh|theo|vo|lon|ut|thu|chua thanh nien|nit)\b"
    r"|\b(?:cho|cua|va|voi|me|cha|bo|sinh|de|\d|hai|mot|dua|may|nhap|khai|hk|khau|the|lam) con\b"
    r"(?! (?:thi|phai|neu|duoc)\b)"
    r"|\b(?:be|chau|tre|nhoc|so sinh|khai sinh|hoc sinh|dua|thang cu|cu ti|em be|baby|chua thanh nien|thanh nien|"
    r"duoi (?:6|14|18))\b"
)
"""Words that may speak of a child, on folded text."""


def about_a_child(age: int | None, case: str | None, folded: str) -> bool:
    """Whether what only holds for children may be meant: the age tells, else the words or the case talked about."""
    if age is not None:
        return age < CHILDHOOD
    return bool(CHILD.search(folded)) or bool(case and case.startswith(("tre_", "duoi_", "chua_du_18")))


THEN = r"\b(?:den|toi|khi|luc|len|thi|sau|truoc|doi|cho|qua)(?: (?:du|tron|no|be|chau))? {age} ?(?:t|tuoi)\b"
"""An age that is still to come for who was said to be younger, on folded text."""


def not_yet(said: Said, told: Mapping[str, Any], folded: str) -> Said:
    """What is said, without an age that the child talked about only has later: "thì 14 tuổi lại phải đổi à"."""
    before = told.get("age")
    later = said.age is not None and before is not None and before < said.age and before < CHILDHOOD
    return replace(said, age=None) if later and re.search(THEN.replace("{age}", str(said.age)), folded) else said


def known(said: Said, told: Mapping[str, Any], folded: str, field_name: str) -> Said:
    """What is known of the person: told now, or before and still about the same one.

    Args:
        field_name: of the procedure asked about now (`can_cuoc`, `cu_tru`).
    """
    if said.born and said.born.startswith("-") and (year := str(told.get(BORN) or "")[:4]):
        # "sinh nhật 20/12 lận" after "sn 2001".
        return replace(said, born=f"{year}{said.born}", made=said.made or told.get(MADE))
    if said.age is not None or SOMEBODY_ELSE.search(folded):
        return said
    age = told.get("age") if told.get(FIELD) == field_name else None
    state = told.get("state")
    if state == DEAD and not OF_THE_DEAD.search(folded):
        state = None
    days = {name: getattr(said, name) or told.get(name) for name in (BORN, MADE, EXPIRES)}
    return replace(said, age=age, state=said.state or state, **days)


def to_keep(now: Said, field_name: str) -> dict[str, Any]:
    """What to keep of what is known, as a slot."""
    kept = {name: value for name in KEPT if (value := getattr(now, name)) is not None}
    return {**kept, FIELD: field_name} if "age" in kept else kept


CARDS, FIRST_CARDS = frozenset({"cap_doi_the_can_cuoc"}), frozenset({"cap_the_can_cuoc", "cap_the_can_cuoc_duoi_14"})
ABOUT_DAYS = frozenset({"overview", "eligibility", "result"})
"""Questions that the day of the next exchange may answer."""
ASKS_OF_DAYS = re.compile(
    r"\b(?:het han|co han|han (?:den|toi|su dung|the|dung|may)|thoi han|gia tri (?:den|toi)|dung (?:den|toi|duoc den)|"
    r"bao gio|khi nao|chung nao|luc nao|(?:may|bao nhieu|nam|thang) tuoi|nam nao|thang nao|ngay nao|hom nao|moc tuoi|"
    r"tron (?:\d|tuoi)|"
    r"sinh nhat|tron doi|suot doi|den chet|den gia|gia han|"
    r"(?:phai|can|co) (?:di )?doi(?! (?:bao lau|may|lau|den|toi|cho))|"
    r"doi (?:the|nua|som|truoc))\b"
)
"""Words that ask when something is due or how long it holds, on folded text."""


def worked_out(asked: Question, told: Mapping[str, Any], on: date) -> str | None:
    """The days that follow for the card or extension in question from what was told; None when none do."""
    if asked.question not in ABOUT_DAYS:
        return None
    if asked.procedure == EXTENDED:
        return extension_line(date.fromisoformat(told[EXPIRES]), on) if told.get(EXPIRES) else None
    born, made = Span.of(str(told.get(BORN) or "")), str(told.get(MADE) or "")
    if asked.procedure in FIRST_CARDS:
        return first_card_line(born, on) if born else None
    if asked.procedure not in CARDS:
        return None
    if made.startswith("@"):
        return line_of_age(int(made[1:]))
    return card_line(born, Span.of(made), on) if born else None
