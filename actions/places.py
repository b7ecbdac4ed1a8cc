"""Whether a report already says when and where it happened, so that it is not asked again."""

from __future__ import annotations

import re

WHEN = re.compile(
    r"\b(?:hom (?:qua|nay|kia|truoc|bua)|bua qua|(?:toi|sang|trua|chieu|dem|khuya) (?:qua|nay|hom)|hoi (?:nay|sang|toi|"
    r"chieu|trua)|luc nay|vua (?:xong|moi)|moi (?:day|xong|bi)|(?:luc|khoang|hoi|tam)? ?\d{1,2} ?(?:h|gio)\d*|"
    r"ngay \d{1,2}|thu (?:hai|ba|tu|nam|sau|bay|\d)|chu nhat|tuan (?:truoc|roi)|thang (?:truoc|roi)|"
    r"(?:dem|toi|ngay) nao|dang|bay gio)\b"
)
WHERE = re.compile(
    r"\b(?:(?:so|nha so|can|phong) \d+|\d+/\d+|(?:duong|hem|ngo|ngach|kiet|ap|thon|to|khu pho|khu|cho|cau|truong|quan|"
    r"tiem|nha tro|day tro|chung cu|ben xe|cong vien|nga (?:ba|tu)|benh vien|tru so|quay|sieu thi|via he|bai xe|"
    r"quoc lo|phong tro) ?\w*|"
    r"truoc (?:nha|cong|cua)|ke (?:ben|nha)|canh nha|doi dien|nha (?:hang xom|em|toi|minh))\b"
)
BANK = re.compile(
    r"\b(?:vcb|vietcom\w*|bidv|vietin\w*|agri\w*|techcom\w*|tcb|mb ?bank|acb|vp ?bank|tp ?bank|sacom\w*|momo|"
    r"zalo ?pay|vib|hd ?bank|shb|ngan hang \w+)\b"
)
MONEY = re.compile(r"\b\d+(?:[.,]\d+)? ?(?:k|tr|trieu|cu|ty|nghin|ngan)\d*\b")
"""Words of a time, a place, a bank and a sum of money, on folded text."""


def says_when_and_where(folded: str) -> bool:
    """Whether a text tells the time and the place of something.

    >>> says_when_and_where("toi qua bi mat xe truoc nha so 12"), says_when_and_where("em bi mat xe")
    (True, False)
    """
    return WHEN.search(folded) is not None and WHERE.search(folded) is not None


def says_how_much_and_where_from(folded: str) -> bool:
    """Whether a text tells how much money went and from which bank, or when.

    >>> says_how_much_and_where_from("em ck 5tr qua vcb"), says_how_much_and_where_from("em bi lua 5tr")
    (True, False)
    """
    return MONEY.search(folded) is not None and bool(BANK.search(folded) or WHEN.search(folded))
