"""Work out days from what was told: how long a card is good for, when temporary residence may be extended.

A card has to be exchanged at 14, 25, 40 and 60; one made in the two years before such a day is good until the next
(Luật Căn cước, Điều 21). The former law on citizen cards had the same rule from 25 on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

AGES = (14, 25, 40, 60)
"""Ages in years at which a card is exchanged."""
EARLY = 2
"""A card made in so many years before such a day is good until the next one."""
EXTENDED_BEFORE = 15
"""Days before temporary residence runs out from which it may be extended."""
NEAR_FIRST = (12, 15)
"""Ages in years between which the day of the first card is worth telling."""


@dataclass(frozen=True)
class Span:
    """A day known exactly, or by its month or year: any day from `first` to `last`."""

    first: date
    last: date

    @classmethod
    def of(cls, text: str) -> Span | None:
        """Read `2001-12-20`, `2001-12` or `2001`; None for anything else."""
        parts = text.split("-")
        numbers = [int(part) for part in parts] if all(map(str.isdecimal, parts)) else []
        try:
            if len(numbers) == 3:
                return cls(date(*numbers), date(*numbers))
            if len(numbers) == 2:
                year, month = numbers
                return cls(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1))
            return cls(date(numbers[0], 1, 1), date(numbers[0], 12, 31)) if len(numbers) == 1 else None
        except ValueError:
            return None

    @property
    def exact(self) -> bool:
        return self.first == self.last

    def after(self, years: int) -> Span:
        """The same days so many years later."""
        return Span(_later(self.first, years), _later(self.last, years))

    def __str__(self) -> str:
        if self.exact:
            return f"{self.first:%d/%m/%Y}"
        return f"{self.first:%m/%Y}" if self.first.month == self.last.month else f"năm {self.first.year}"


def card_line(born: Span, made: Span | None, on: date) -> str | None:
    """What follows for somebody's card on the day `on`; None when the days don't tell."""
    if born.last > on or (made and not born.last < made.first <= on):
        return None
    ends = {_good_until(b, m) for b in (born.first, born.last) for m in (made.first, made.last)} if made else set()
    if made is not None and len(ends) == 1:
        return _of_card(born, made, ends.pop(), on)
    return _of_person(born, on)


def line_of_age(age: int) -> str:
    """How long a card is good that was made at an age in whole years."""
    until = next((one for one in AGES if age < one - EARLY), None)
    return f"Thẻ làm lúc {age} tuổi: " + (f"dùng đến khi **tròn {until} tuổi**." if until else "**dùng trọn đời**.")


def first_card_line(born: Span, on: date) -> str | None:
    """When somebody turns 14, the age of the first card that one must have; None when that is long past or far off."""
    youngest, oldest = NEAR_FIRST
    if not born.first.year + youngest <= on.year <= born.last.year + oldest:
        return None
    day = born.after(AGES[0])
    return f"Sinh {born}: **đủ {AGES[0]} tuổi {_when(day)}**{' (đã đủ)' if day.last <= on else ''}."


def extension_line(expires: date, on: date) -> str:
    """When temporary residence that runs out on a day may be extended (Luật Cư trú, Điều 28)."""
    start, told = expires - timedelta(days=EXTENDED_BEFORE), f"Tạm trú hết hạn {expires:%d/%m/%Y}"
    if on > expires:
        return f"{told}: **đã quá hạn**, không gia hạn được nữa mà đăng ký tạm trú lại."
    window = f"từ {start:%d/%m/%Y} đến {expires:%d/%m/%Y}"
    return f"{told}: nộp gia hạn **được ngay**, {window}." if on >= start else f"{told}: nộp gia hạn **{window}**."


def _good_until(born: date, made: date) -> int | None:
    """The age until which a card is good; None for life."""
    return next((age for age in AGES if made < _later(born, age - EARLY)), None)


def _of_card(born: Span, made: Span, age: int | None, on: date) -> str:
    told = f"Sinh {born}, thẻ làm {made}"
    if age is None:
        return f"{told}: thẻ **dùng trọn đời**, không phải đổi theo tuổi nữa."
    day = born.after(age)
    if day.last <= on:
        return f"{told}: thẻ dùng đến khi tròn {age} tuổi ({_when(day)}), nên **nay phải đổi**."
    ahead = ". **Chưa phải đổi** theo tuổi." if day.first > on else ", tới ngày sinh nhật thì phải đổi."
    return f"{told}: thẻ **dùng đến khi tròn {age} tuổi**, {_when(day)}{ahead}"


def _of_person(born: Span, on: date) -> str | None:
    """The exchange that somebody is near or past, whose card may be from any day."""
    age = next((one for one in AGES if born.after(one - EARLY).first <= on < born.after(one).last), None)
    age = age or next((one for one in reversed(AGES) if born.after(one).first <= on), None)
    if age is None:
        return None
    day, early = born.after(age), born.after(age - EARLY)
    later = next((one for one in AGES if one > age), None)
    then = f"dùng đến tròn {later} tuổi ({_when(born.after(later))})" if later else "dùng trọn đời"
    return (
        f"Sinh {born}: {'đã ' if day.last <= on else ''}tròn {age} tuổi {_when(day)}. Thẻ làm từ khi đủ "
        f"{age - EARLY} tuổi ({_when(early)}) {then}; thẻ làm trước đó **phải đổi khi tròn {age}**."
    )


def _when(day: Span) -> str:
    return f"ngày {day}" if day.exact else f"vào sinh nhật {day}"


def _later(day: date, years: int) -> date:
    """The same day so many years later; who was born on 29 February turns a year older on the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
