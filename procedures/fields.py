"""Take typed values out of a raw YAML mapping, reporting every key that is unknown, missing or of the wrong type."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from procedures.problems import Problem
from procedures.yamlfile import Map

ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
KINDS: dict[type, str] = {
    str: "chữ",
    int: "số nguyên",
    bool: "true hoặc false",
    date: "ngày",
    list: "danh sách",
    dict: "nhóm khóa",
}
T = TypeVar("T")


class Fields:
    """One mapping of one file, read key by key; `done()` reports what was never asked for."""

    def __init__(self, raw: Map, file: str, problems: list[Problem]) -> None:
        self.raw, self.file, self.problems = raw, file, problems
        self.known: set[str] = set()

    def report(self, key: str | None, code: str, cause: str) -> None:
        line = self.raw.line_of(key) if key else self.raw.line
        self.problems.append(Problem(self.file, line, code, cause))

    def _take(self, key: str, kind: type[T], required: bool) -> T | None:
        self.known.add(key)
        if key not in self.raw:
            if required:
                self.report(None, "KB004", f'Thiếu khóa "{key}".')
            return None
        value: object = self.raw[key]
        if value is None:
            self._empty(key, kind, required)
            return None
        if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
            return value
        if kind is date:
            self.report(key, "KB006", f'Giá trị của "{key}" không phải là ngày: {value!s}.')
        else:
            self.report(key, "KB005", f'Giá trị của "{key}" phải là {KINDS[kind]}, không phải: {value!s:.40}.')
        return None

    def _empty(self, key: str, kind: type[T], required: bool) -> None:
        """Report a key without a value; a text that is not required may stay empty."""
        if required or kind is not str:
            self.report(key, "KB004", f'Khóa "{key}" đang để trống.')

    def text(self, key: str, *, required: bool = False, limit: int | None = None) -> str:
        value = (self._take(key, str, required) or "").strip()
        if required and key in self.raw and isinstance(self.raw[key], str) and not value:
            self.report(key, "KB004", f'Khóa "{key}" đang để trống.')
        if limit is not None and len(value) > limit:
            self.report(key, "KB017", f'"{key}" dài {len(value)} ký tự, tối đa {limit}.')
        return value

    def ident(self, key: str, *, required: bool = True) -> str:
        value = self.text(key, required=required)
        if value and not ID.fullmatch(value):
            self.report(key, "KB016", f'Mã "{value}" không đúng dạng.')
        return value

    def flag(self, key: str) -> bool:
        return bool(self._take(key, bool, required=False))

    def day(self, key: str, *, required: bool = False) -> date | None:
        return self._take(key, date, required)

    def group(self, key: str, *, required: bool = False) -> Fields | None:
        value = self._take(key, dict, required)
        return Fields(value, self.file, self.problems) if isinstance(value, Map) else None

    def groups(self, key: str, *, required: bool = False) -> list[Fields]:
        """The mappings of a list; what is not a mapping is reported and left out."""
        return fields_of(self._take(key, list, required) or [], self.raw.line_of(key), self.file, self.problems)

    def idents(self, key: str) -> tuple[str, ...]:
        values = self._take(key, list, required=False) or []
        wrong = [value for value in values if not isinstance(value, str) or not ID.fullmatch(value)]
        for value in wrong:
            self.report(key, "KB016", f'Mã "{value!s}" trong "{key}" không đúng dạng.')
        return tuple(value for value in values if value not in wrong)

    def choice(self, key: str, allowed: Iterable[str], *, required: bool = False) -> str:
        value, options = self.text(key, required=required), tuple(allowed)
        if value and value not in options:
            self.report(key, "KB024", f'"{key}" là "{value}"; chỉ được: {", ".join(options)}.')
            return ""
        return value

    def amounts(self, key: str) -> dict[str, int]:
        group = self.group(key)
        if group is None:
            return {}
        result: dict[str, int] = {}
        for name, value in group.raw.items():
            if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
                result[name] = value
            else:
                group.report(name, "KB005", f'Số tiền "{name}" phải là số nguyên đồng, không phải: {value!s}.')
        return result

    def done(self) -> None:
        for key in self.raw:
            if key not in self.known:
                allowed = ", ".join(sorted(self.known))
                self.report(key, "KB003", f'Khóa "{key}" không có trong mẫu. Được phép: {allowed}.')


def fields_of(values: list[Any], line: int, file: str, problems: list[Problem]) -> list[Fields]:
    """Wrap the mappings of a list; report the items that are none."""
    result = []
    for value in values:
        if isinstance(value, Map):
            result.append(Fields(value, file, problems))
        else:
            problems.append(
                Problem(file, line, "KB005", f"Mỗi mục của danh sách phải là nhóm khóa, không phải: {value!s:.40}.")
            )
    return result
