"""The live knowledge of a worker: the last good catalog, and the problems of the files as they are now.

A broken file never takes the bot down: the last good files stay live, across restarts too, because they are kept in the
database. Nothing good yet: what can be read is used, and what can't is missing.
"""

from __future__ import annotations

import logging
import tempfile
from datetime import date, datetime
from pathlib import Path

from psycopg.types.json import Jsonb

from actions.knowledge import Knowledge
from procedures import Catalog, Problem
from procedures.load import digest, knowledge_files
from procedures.validate import validate
from storage.database import Connection

logger = logging.getLogger(__name__)


class LiveKnowledge:
    """Reads `data`; `refresh` again whenever files may have changed."""

    def __init__(self, data: Path, *, unit: str, as_of: date | None) -> None:
        self.data, self.unit, self.as_of = data, unit, as_of
        self.catalog: Catalog | None = None
        self.problems: list[Problem] = []
        self.seen = ""

    def at(self, now: datetime) -> Knowledge:
        """The knowledge to answer with at a moment.

        Raises:
            RuntimeError: nothing could be read yet.
        """
        if self.catalog is None:
            raise RuntimeError("no knowledge loaded")
        return Knowledge(self.catalog, self.as_of or now.date(), self.catalog.units.get(self.unit))

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]

    async def refresh(self, connection: Connection, now: datetime) -> bool:
        """Read the files again if they changed; returns whether they did."""
        current = digest(self.data)
        if current == self.seen:
            return False
        self.seen = current
        catalog, self.problems = validate(self.data, self.as_of or now.date())
        if not self.errors:
            self.catalog = catalog
            await _save(connection, self.data, current, now)
        elif self.catalog is None:
            self.catalog = await _last_good(connection, self.as_of or now.date()) or catalog
        if self.errors:
            logger.error("knowledge has %d errors, the last good version stays live", len(self.errors))
        return True


async def _save(connection: Connection, data: Path, name: str, now: datetime) -> None:
    files = {path.relative_to(data).as_posix(): path.read_text(encoding="utf-8") for path in knowledge_files(data)}
    await connection.execute(
        "INSERT INTO knowledge_snapshot (digest, files, saved_at) VALUES (%s, %s, %s)"
        " ON CONFLICT (digest) DO UPDATE SET saved_at = excluded.saved_at",
        (name, Jsonb(files), now),
    )


async def _last_good(connection: Connection, on: date) -> Catalog | None:
    cursor = await connection.execute("SELECT files FROM knowledge_snapshot ORDER BY saved_at DESC LIMIT 1")
    row = await cursor.fetchone()
    if row is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        for name, text in row["files"].items():
            path = data / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return validate(data, on)[0]
