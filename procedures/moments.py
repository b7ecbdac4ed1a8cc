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


BORN = re.compile(
    r"(?<!hoc )(?<!khai )\b(?:sinh|sn|sinh nam|nam sinh) (?!vien |hoat )(?:\w+ ){0,2}?"
    r"(?:\d{1,2}[./-])?((?:19|20)\d\d)\b"
)
OLDEST = 110


def age_of_birth(folded: str, on: date) -> int | None:
    """The age, in whole years, on the day `on`; with the year of birth alone the one reached in that year.

    >>> age_of_birth("con trai sinh 2020", date(2026, 11, 28)), age_of_birth("be sinh 3/12/2012", date(2026, 11, 28))
    (6, 13)
    """
    told, found = birthday(folded), BORN.search(folded)
    year = int(told[:4]) if told and not told.startswith("-") else int(found[1]) if found else on.year + 1
    early = bool(told) and len(told or "") > len("2012") and (told or "")[4:] > f"-{on:%m-%d}"
    age = on.year - year - early
    return age if 0 <= age <= OLDEST else None


BORN_ON = re.compile(
    r"\b(?:sinh|sn|sinh ngay|ngay sinh|sinh nhat)(?: (?:la|em|e|con|chau|toi|minh|be|no|ngay|nam|vao))*"
    r" (\d{1,2})[./-](\d{1,2})(?:[./-]((?:19|20)\d\d))?\b"
)
BORN_IN = re.compile(
    r"(?<!hoc )(?<!khai )\b(?:sinh|sn|sinh nam|nam sinh)(?: (?:la|nam|em|e|con|chau|toi|minh))*"
    r"(?: (?:thang )?(\d{1,2})(?:[./-]| nam | ))? ?((?:19|20)\d\d|[4-9]\d)\b(?! (?:ngay|gio|phut|ban|tuoi))"
)
MADE_ON = re.compile(
    r"\b(?:lam|cap|doi)(?: (?:lai|the|moi|can cuoc|cccd|cc|cong dan|tu|hoi|vao|nam|ngay|thang|luc|nay|do|duoc|o|cai))*"
    r" (?:(\d{1,2})[./-])?(?:(\d{1,2})[./-])?((?:20)\d\d)\b"
)
MADE_AT = re.compile(
    r"\b(?:lam|cap|doi)(?: (?:lai|the|moi|can cuoc|cc|nay|hoi|vao|nam|khi|tu|do))* luc (?:\w+ )?(\d\d) ?t(?:uoi)?\b"
)
TO_COME = re.compile(r"\b(?:dinh|tinh|se|sap|muon|neu|gio|de) (?:\w+ )?(?:lam|doi|cap)\b")


def birthday(folded: str) -> str | None:
    """When somebody was born, as `2001-12-20`, `2001-12`, `2001` or, without the year, `-12-20`; None when not told.

    >>> birthday("con gai sinh 3/12/2012"), birthday("e sn 2001"), birthday("sinh nhat e 20/12")
    ('2012-12-03', '2001', '-12-20')
    >>> birthday("vo em sinh 3/2001"), birthday("vo em sinh thang 3 nam 2001")
    ('2001-03', '2001-03')
    """
    if found := BORN_ON.search(folded):
        day, month, year = int(found[1]), int(found[2]), found[3]
        if _date(int(year or 2000), month, day):
            return f"{year or ''}-{month:02d}-{day:02d}"
    if found := BORN_IN.search(folded):
        month, year = int(found[1] or 0), found[2] if len(found[2]) == 4 else f"19{found[2]}"
        return f"{year}-{month:02d}" if 1 <= month <= 12 and len(found[2]) == 4 else year
    return None


def made_on(folded: str) -> str | None:
    """The day a card was made as `2025-05-20`, `2025-05` or `2025`, or the age then as `@23`; None when none is told.

    >>> made_on("moi lam lai the 5/2025"), made_on("the nay lam hoi 2022"), made_on("lam luc 58 tuoi")
    ('2025-05', '2022', '@58')
    """
    if TO_COME.search(folded):
        return None
    if found := MADE_AT.search(folded):
        return f"@{found[1]}"
    if found := MADE_ON.search(folded):
        one, two, year = found[1], found[2], found[3]
        month = two or one
        day = f"-{int(one):02d}" if two else ""
        return f"{year}-{int(month):02d}{day}" if month and 1 <= int(month) <= 12 else year
    return None


_CLOSED = r"(?:thu bay|thu 7|t7|chu nhat|cuoi tuan|buoi trua|buoi toi|ban dem|ngoai gio|ngay le)"
_DESK = r"(?:phuong|xa|cong an|ben (?:minh|em|do)|can bo|bo phan|quay)"
OPENING_HOURS = re.compile(
    rf"\bmay gio (?:mo|lam viec|dong|nghi|tan|con lam|het gio|{_DESK})|\bgio (?:lam viec|mo cua|tiep dan|hanh chinh)\b"
    rf"|\b(?:mo cua|tiep dan|dong cua|lam viec) (?:den |toi |tu |luc )?(?:may gio|luc nao)\b"
    rf"|\b{_DESK} (?:\w+ ){{0,3}}(?:mo cua|lam viec|tiep dan|dong cua) khong\b"
    rf"|\b{_CLOSED} (?:\w+ ){{0,6}}(?:lam viec|mo cua|nghi|tiep dan|truc|lam khong)\b"
    rf"|\b(?:lam viec|mo cua|tiep dan|truc|nghi) (?:\w+ ){{0,2}}{_CLOSED}\b"
    r"|\btoi (?:co )?(?:ai |can bo )?truc\b"
)


def asks_opening_hours(folded: str) -> bool:
    """Whether a text asks when the desk is open."""
    return OPENING_HOURS.search(folded) is not None


RUNS_OUT = r"\b(?:het han|qua han|het hieu luc|han den|den han|co gia tri den|dung den)(?: \w+){0,3}? "
DAY_OF_EXPIRY = re.compile(RUNS_OUT + r"(\d{1,2})[./-](\d{1,2})(?:[./-](20\d\d))?\b")
MONTH_OF_EXPIRY = re.compile(RUNS_OUT + r"thang (\d{1,2})(?:(?: nam |[./-]| )(20\d\d))?\b")
GONE_BY = re.compile(r"\b(?:hoi|tu|vua)(?: \w+){0,2} \d|\d roi\b")
AHEAD = re.compile(
    r"\bhet han(?: \w+){0,2}? (?:tuan|thang|nam) (?:sau|toi)\b"
    r"|\b(?:sap|gan|ngay mai|(?:tuan|thang|nam) (?:sau|toi))(?: (?:la|moi|se))* het han\b"
    r"|\b(?:het|cuoi|den|toi) (?:tuan|thang|nam) (?:nay|sau|toi)(?: (?:la|moi|se))* het han\b(?! duoc)"
    r"|\bhet han(?: (?:vao|hoi|luc))? (?:het|cuoi) (?:tuan|thang|nam) (?:nay|sau|toi)\b"
    r"|\bcon \d+ (?:ngay|hom|tuan|thang)(?: nua)?(?: la| moi)? het han\b"
)
"""Words that say that a day is still to come."""


def still_to_run_out(folded: str, today: date) -> bool | None:
    """Whether what "runs out" in a text does so later than today; None when the text names no day or month.

    A day without a year is the nearest one, past when the text says so ("hết hạn 15/11 rồi").

    >>> still_to_run_out("tam tru het han 15/12", date(2026, 11, 28))
    True
    """
    if AHEAD.search(folded):
        return True
    found = DAY_OF_EXPIRY.search(folded) or MONTH_OF_EXPIRY.search(folded)
    if found is None:
        return None
    if GONE_BY.search(folded):
        return False
    nearest = _nearest(found, today)
    # In the month that is running the day is what counts; a month alone does not tell it.
    untold = found.re is MONTH_OF_EXPIRY and nearest == today.replace(day=1)
    return None if nearest is None or untold else nearest > today


def day_of_expiry(folded: str, today: date) -> date | None:
    """The day on which something runs out or ran out; None when the text names none.

    >>> day_of_expiry("tam tru het han 12/12", date(2026, 11, 29))
    datetime.date(2026, 12, 12)
    """
    found = DAY_OF_EXPIRY.search(folded)
    return _nearest(found, today) if found else None


def _nearest(found: re.Match[str], today: date) -> date | None:
    """The day or first of the month found; without a year the one nearest to today."""
    whole = found.re is DAY_OF_EXPIRY
    day, month, year = (int(found[1]), int(found[2]), found[3]) if whole else (1, int(found[1]), found[2])
    years = [int(year)] if year else [today.year - 1, today.year, today.year + 1]
    near = [named for one in years if (named := _date(one, month, day))]
    return min(near, key=lambda one: abs(one - today), default=None)


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
