"""`make operator`, as it is run."""

import re
import subprocess
import sys

import psycopg
import pytest

from storage.passwords import password_matches
from storage.settings import ROOT, child_environment

PRINTED = re.compile(r"^    (\S+)$", re.MULTILINE)


@pytest.fixture
def run(database, tmp_path):
    """Runs the verb's command; returns its exit status and what it printed."""

    def call(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tools.operator", *arguments], cwd=ROOT, capture_output=True,
            text=True, timeout=120, env=child_environment(DATABASE_URL=database, MOTCUA_VAR=str(tmp_path)),
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    return call


def row(database: str, name: str):
    with psycopg.connect(database) as connection:
        return connection.execute(
            "SELECT password_hash, must_change, disabled FROM operator WHERE name = %s", (name,)
        ).fetchone()


def test_a_password_is_printed_once_and_a_second_time_another_one(run, database) -> None:
    status, first = run("an")
    assert status == 0 and "Đã thêm an" in first
    password = PRINTED.findall(first)[0]
    hashed, must_change, disabled = row(database, "an")
    assert password_matches(hashed, password) and must_change and not disabled
    status, second = run("an")
    assert status == 0 and "Đã đặt lại mật khẩu của an" in second and PRINTED.findall(second)[0] != password
    assert not password_matches(row(database, "an")[0], password)
    with psycopg.connect(database) as connection:
        assert password not in str(connection.execute("SELECT * FROM audit").fetchall())


def test_an_operator_is_locked_out_and_let_in_again(run, database) -> None:
    run("binh")
    assert run("binh", "--disable")[0] == 0 and row(database, "binh")[2]
    run("binh")
    assert not row(database, "binh")[2]


def test_names_that_are_none_are_refused_with_the_reason(run) -> None:
    for name in ("", "Bình", "a b"):
        status, told = run(name)
        assert status == 2 and "chữ thường không dấu" in told
    assert run("khong", "--disable") == (1, "Không có ai tên khong.\n")
