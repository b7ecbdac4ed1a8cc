"""`make operator NAME=…`: let somebody into the console, with a password that works until the first log-in."""

from __future__ import annotations

import argparse
import asyncio
import sys

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from storage.audit import note
from storage.database import Row, opened_database
from storage.migrate import migrate
from storage.operators import disable_operator, save_operator
from storage.passwords import hash_password, one_time_password
from storage.settings import local_now, read_settings

BY = "máy chủ"
"""Whoever may run this may do anything; the audit says no more."""
GIVEN = """{made} {name}. Mật khẩu dùng một lần (chỉ hiện lần này):

    {password}

Đăng nhập ở /console/ và chọn mật khẩu mới."""
DISABLED = "Đã khóa {name}; các phiên đang mở cũng hết hiệu lực. Mở lại: make operator NAME={name}"
BAD_NAME = "Tên chỉ gồm chữ thường không dấu a-z, chữ số, dấu chấm, - và _, nhiều nhất 40 ký tự."
UNKNOWN = "Không có ai tên {name}."


async def give(url: str, name: str) -> str:
    """Make an operator, or give one a new first password; what to print.

    Raises:
        ValueError: a name that is none.
    """
    password = one_time_password()
    async with await AsyncConnection[Row].connect(url, row_factory=dict_row) as connection:
        made = await save_operator(connection, name, hash_password(password), at=local_now())
        await note(connection, BY, "operator_saved", name, at=local_now())
    return GIVEN.format(made="Đã thêm" if made else "Đã đặt lại mật khẩu của", name=name, password=password)


async def disable(url: str, name: str) -> bool:
    """Let an operator in no more; whether there is one of this name."""
    async with await AsyncConnection[Row].connect(url, row_factory=dict_row) as connection:
        found = await disable_operator(connection, name)
        if found:
            await note(connection, BY, "operator_disabled", name, at=local_now())
    return found


def run(url: str, name: str, *, off: bool) -> int:
    """Do it and say so; the exit status."""
    migrate(url)
    if off:
        found = asyncio.run(disable(url, name))
        print(DISABLED.format(name=name) if found else UNKNOWN.format(name=name))
        return 0 if found else 1
    try:
        print(asyncio.run(give(url, name)))
    except ValueError:
        print(BAD_NAME, file=sys.stderr)
        return 2
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="make operator")
    parser.add_argument("name")
    parser.add_argument("--disable", action="store_true")
    given = parser.parse_args()
    try:
        settings = read_settings()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    with opened_database(settings) as url:
        return run(url, given.name, off=given.disable)


if __name__ == "__main__":
    sys.exit(main())
