"""Migrations: twice, and from several processes at once."""

import subprocess
import sys
import uuid

import psycopg
import pytest
from alembic import command

from storage.embedded import create_database
from storage.migrate import migrate
from storage.settings import ROOT

TABLES = {"conversation", "turn", "outbox", "officer_request", "report", "dialogue_worker", "knowledge_snapshot",
          "procrastinate_jobs", "channel_account", "channel_event", "attachment", "attachment_content", "delivery",
          "rate_window", "outgoing_file", "uploaded"}  # fmt: skip

ONE, TWO = uuid.UUID(int=1), uuid.UUID(int=2)
OLDER = f"""
INSERT INTO conversation (id, channel, citizen, unit, created_at)
     SELECT id::uuid, 'web', id, 'u', '2026-11-20' FROM unnest(ARRAY['{ONE}', '{TWO}']) AS id;
INSERT INTO turn (conversation_id, message_id, text, accepted_at)
     VALUES ('{ONE}', 'a', 'a', '2026-11-22'), ('{ONE}', 'b', 'b', '2026-11-23')
"""


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


def test_turns_of_before_the_platforms_were_sent_when_they_were_accepted(postgres_url, monkeypatch) -> None:
    url = create_database(postgres_url, "older")
    monkeypatch.setattr("alembic.command.upgrade", lambda config, _, upgrade=command.upgrade: upgrade(config, "0001"))
    migrate(url)
    monkeypatch.undo()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(OLDER)
        migrate(url)
        sent = connection.execute("SELECT sent_at = accepted_at FROM turn").fetchall()
        last = connection.execute("SELECT last_interaction_at::date::text FROM conversation ORDER BY id").fetchall()
    assert sent == [(True,), (True,)]
    assert last == [("2026-11-23",), (None,)]
