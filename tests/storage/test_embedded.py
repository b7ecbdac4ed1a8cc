"""The embedded server: joined by several, stopped by the last."""

import json
import os
import subprocess
import sys

import psutil
import psycopg
import pytest

from storage.embedded import HOLDERS, create_database, drop_database, revive, start
from storage.settings import ROOT
from tests.pipeline import eventually

JOIN = """
import sys
from pathlib import Path
from storage.embedded import start
url, stop = start(Path(sys.argv[1]))
print(url, flush=True)
stop()
"""


def test_a_second_process_that_leaves_does_not_stop_the_server(tmp_path) -> None:
    url, stop = start(tmp_path)
    try:
        joined = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", JOIN, str(tmp_path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert joined.stdout.strip() == url, joined.stderr
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        holders = tmp_path / "postgres" / HOLDERS
        holders.write_text(json.dumps([os.getpid(), 2**22 + 1]))  # one that was killed
    finally:
        stop()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=3)


def test_a_database_is_made_empty_each_time_and_dropped(postgres_url) -> None:
    for _ in range(2):
        url = create_database(postgres_url, "made")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE once (id int)")
    drop_database(postgres_url, "made")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=3)


def test_the_query_of_the_address_is_kept(postgres_url) -> None:
    url = create_database(postgres_url, "kept")
    assert url.partition("?")[2] == postgres_url.partition("?")[2]


async def test_a_server_that_was_killed_is_started_again_with_all_it_held(tmp_path) -> None:
    url, stop = start(tmp_path)
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        assert not revive(tmp_path)
        postmaster = psutil.Process(int((tmp_path / "postgres" / "postmaster.pid").read_text().split()[0]))
        postmaster.kill()
        psutil.wait_procs([postmaster], timeout=10)

        async def revived() -> bool:
            try:
                return revive(tmp_path)
            except subprocess.SubprocessError:
                return False  # what the dead server left has not ended yet

        await eventually(revived, seconds=30, what="the server is up again")
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    finally:
        stop()
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()
