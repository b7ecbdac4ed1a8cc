"""Years and days in what a citizen writes: "lệ phí năm 2027", "tháng sau", "sinh 2020". Reads folded text."""

from __future__ import annotations

import re
from datetime import date

YEARS_AHEAD = 5
FULL_DAY = re.compile(r"\b(\d{1,2})[./-](\d{1,2})[./-](20\d\d)\b")
MONTH = re.compile(r"\bthang (\d{1,2})(?: nam |[./-]| )(20\d\d)\b")
YEAR = re.compile(r"\b(?:nam|sang|qua|den|tu|toi) (20\d\d)\b")
NEXT_YEAR = re.compile(r"\b(?:nam sau|sang nam|nam toi|nam moi|qua nam)\b")
NEXT_MONTH = re.compile(r"\b(?:thang sau|thang toi|sang thang)\b")
NOT_A_QUESTION = re.compile(r"\b(?:het han|han den|sinh nam|sinh ngay|han su dung|cap nam|tu nam)\b")


BORN = re.compile(r"\b(?:sinh|sn|sinh nam|nam sinh) (?:\w+ ){0,2}?((?:19|20)\d\d)\b")
OLDEST = 110


def age_of_birth_year(folded: str, on: date) -> int | None:
    """The age, in whole years, that whoever was born in the year named reaches in the year of `on`; None without one.

    >>> age_of_birth_year("con trai sinh 2020", date(2026, 11, 28))
    6
    """
    found = BORN.search(folded)
    age = on.year - int(found[1]) if found else -1
    return age if 0 <= age <= OLDEST else None


def asked_day(folded: str, today: date) -> date | None:
    """The first day of the future time that is asked about; None when the question is about today.

    A year inside "hết hạn năm 2027" tells about a paper, not about when the citizen will come.
    """
    if NOT_A_QUESTION.search(folded):
        return None
    day = _explicit(folded)
    if day is None and NEXT_YEAR.search(folded):
        day = date(today.year + 1, 1, 1)
    if day is None and NEXT_MONTH.search(folded):
        day = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    future = day is not None and day > today and day.year <= today.year + YEARS_AHEAD
    return day if future else None


def _explicit(folded: str) -> date | None:
    if found := FULL_DAY.search(folded):
        return _date(int(found[3]), int(found[2]), int(found[1]))
    if found := MONTH.search(folded):
        return _date(int(found[2]), int(found[1]), 1)
    if found := YEAR.search(folded):
        return _date(int(found[1]), 1, 1)
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
