"""When a desk is open: the honest answer to "when will an officer read this?"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

Hours = Mapping[int, tuple[tuple[str, str], ...]]
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
SEARCH_DAYS = 21
LAST_MINUTES = timedelta(minutes=30)
"""A request made this shortly before the desk closes for the day may have to wait for the next opening."""


@lru_cache(maxsize=8)
def public_holidays(year: int) -> frozenset[date]:
    """Public holidays of Viet Nam with their days in lieu."""
    return frozenset(holidays.country_holidays("VN", years=year))


def is_open(hours: Hours, now: datetime) -> bool:
    """Whether the desk answers at this moment of local time."""
    return any(start <= now.time() < end for start, end in _spans(hours, now.date()))


def next_opening(hours: Hours, now: datetime) -> datetime | None:
    """The next moment the desk opens, or None when it does not within three weeks."""
    for offset in range(SEARCH_DAYS):
        day = now.date() + timedelta(days=offset)
        for start, _ in _spans(hours, day):
            opening = datetime.combine(day, start, tzinfo=now.tzinfo)
            if opening > now:
                return opening
    return None


def when_text(hours: Hours, now: datetime) -> str:
    """When an officer will see a request made now, to follow "cán bộ sẽ đọc …"."""
    opening = next_opening(hours, now)
    if not is_open(hours, now):
        return _opening_text(opening, now)
    last = max(end for _, end in _spans(hours, now.date()))
    late = datetime.combine(now.date(), last, tzinfo=now.tzinfo) - now <= LAST_MINUTES
    return "trong giờ làm việc hôm nay" + (f" hoặc {_opening_text(opening, now)}" if late and opening else "")


def _opening_text(opening: datetime | None, now: datetime) -> str:
    if opening is None:
        return "khi đơn vị mở cửa trở lại"
    clock = f"{opening.hour} giờ" + (f" {opening.minute:02d}" if opening.minute else "")
    if opening.date() == now.date():
        return f"từ {clock} hôm nay"
    if opening.date() == now.date() + timedelta(days=1):
        return f"từ {clock} ngày mai, {WEEKDAYS[opening.weekday()]}"
    return f"từ {clock} {WEEKDAYS[opening.weekday()]}, {opening:%d/%m/%Y}"


def _spans(hours: Hours, day: date) -> list[tuple[time, time]]:
    if day in public_holidays(day.year):
        return []
    return [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in hours.get(day.weekday(), ())]
