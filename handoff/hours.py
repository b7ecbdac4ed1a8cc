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


def opens_later(hours: Hours, day: date, now: datetime) -> bool:
    """Whether the desk is open at any time of `day` that is still to come."""
    return any(day > now.date() or end > now.time() for _, end in _spans(hours, day))


def reopening_text(hours: Hours, day: date, now: datetime) -> str:
    """When the desk opens after a day on which it is closed, told at the moment `now`."""
    from_then = max(now, datetime.combine(day, time.min, tzinfo=now.tzinfo))
    return _opening_text(next_opening(hours, from_then), now)


def week_text(hours: Hours) -> str:
    """The opening hours of a week; neighbouring days with the same hours together."""
    spans = [tuple(hours.get(day, ())) for day in range(len(WEEKDAYS))]
    starts = [day for day in range(len(WEEKDAYS)) if not day or spans[day] != spans[day - 1]]
    parts = []
    for start, end in zip(starts, [*starts[1:], len(WEEKDAYS)], strict=True):
        days = WEEKDAYS[start] + (f" đến {WEEKDAYS[end - 1]}" if end - start > 1 else "")
        open_at = ", ".join(
            f"{_clock(time.fromisoformat(one))}–{_clock(time.fromisoformat(two))}" for one, two in spans[start]
        )
        parts.append(f"{days} {open_at or 'nghỉ'}")
    return "; ".join(parts)


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02d}"


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
