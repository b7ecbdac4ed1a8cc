"""Databases for tests: one embedded server a session, one fresh migrated database a module."""

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.embedded import create_database, start
from storage.migrate import migrate

IN_CI = bool(os.environ.get("CI"))


@pytest.fixture(scope="session")
def in_ci() -> bool:
    """Whether a missing tool is a failure instead of a skipped test."""
    return IN_CI


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The default database of an embedded server."""
    # Not pytest's own folder: the server runs as a user who may not enter it, and a socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="motcua-") as folder:
        url, stop = start(Path(folder))
        yield url
        stop()


@pytest.fixture(scope="module")
def database(postgres_url: str, request: pytest.FixtureRequest) -> str:
    """A fresh database with the newest schema, for one test module."""
    name = re.sub(r"\W+", "_", str(request.node.name)).strip("_").lower()
    url = create_database(postgres_url, f"t_{name}"[:60])
    migrate(url)
    return url


from tests.pipeline import brain, catalog, clock, knowledge, line, pool, session_of, trained  # noqa: E402, F401
