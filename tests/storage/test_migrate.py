"""Migrations: twice, and from several processes at once."""

import subprocess
import sys

import psycopg
import pytest

from storage.embedded import create_database
from storage.migrate import migrate
from storage.settings import ROOT

TABLES = {"conversation", "turn", "outbox", "officer_request", "report", "dialogue_worker", "knowledge_snapshot",
          "procrastinate_jobs"}  # fmt: skip


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {name for (name,) in rows}


def test_a_second_migration_changes_nothing(postgres_url) -> None:
    url = create_database(postgres_url, "twice")
    migrate(url)
    first = tables(url)
    migrate(url)
    assert first == tables(url) >= TABLES


def test_processes_that_start_together_migrate_once(postgres_url) -> None:
    url = create_database(postgres_url, "together")
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-c",
        "import sys; from storage.migrate import migrate; migrate(sys.argv[1])",
        url,
    ]
    started = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    for process in started:
        assert process.wait(timeout=90) == 0, process.stderr.read().decode()
        process.stderr.close()
    assert tables(url) >= TABLES


@pytest.mark.parametrize("scheme", ["postgres://", "postgresql://"])
def test_both_spellings_of_the_scheme_work(postgres_url, scheme) -> None:
    url = create_database(postgres_url, "scheme")
    migrate(url.replace("postgresql://", scheme, 1))
    assert tables(url) >= TABLES
