"""The live knowledge of a worker: the last good catalog, and the problems of the files as they are now.

A broken file never takes the bot down: the last good files stay live, across restarts too, because they are kept in the
database. Nothing good yet: what can be read is used, and what can't is missing.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from datetime import date, datetime
from pathlib import Path

from psycopg.types.json import Jsonb

from actions.knowledge import Knowledge
from procedures import Catalog, Problem
from procedures.load import digest, knowledge_files
from procedures.validate import validate
from storage.database import Pool

logger = logging.getLogger(__name__)
NOTHING = Catalog({}, {}, {}, {}, {}, {}, {})
SNAPSHOTS_KEPT = 20


class LiveKnowledge:
    """Reads `data`; `refresh` again whenever files may have changed."""

    def __init__(self, data: Path, *, unit: str, as_of: date | None) -> None:
        self.data, self.unit, self.as_of = data, unit, as_of
        self.catalog: Catalog | None = None
        self.problems: list[Problem] = []
        self.seen: tuple[str, date] | None = None

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

    async def refresh(self, pool: Pool, now: datetime) -> bool:
        """Read the files again if they changed or a new day began; returns whether they were read."""
        on = self.as_of or now.date()
        current = (await asyncio.to_thread(_digest, self.data), on)
        if current == self.seen:
            return False
        # In a thread: a worker that stands still for seconds looks dead to the others.
        catalog, problems = await asyncio.to_thread(_read, self.data, on)
        self.problems = problems
        if not self.errors:
            await _save(pool, self.data, catalog.digest, now)
            self.catalog = catalog
        elif self.catalog is None:
            self.catalog = await _last_good(pool, on) or catalog
        if self.errors:
            logger.error("knowledge has %d errors, the last good version stays live", len(self.errors))
        self.seen = current
        return True


def _digest(data: Path) -> str:
    """The digest of the files, or why they can't be read."""
    try:
        return digest(data)
    except OSError as error:
        return f"unreadable: {error}"


def _read(data: Path, on: date) -> tuple[Catalog, list[Problem]]:
    """Read and check the files; a failure of our own reading is a problem of the files too."""
    try:
        catalog, problems = validate(data, on)
        if not catalog.procedures:  # a folder that is gone or not there yet
            problems.append(Problem(data.name, 1, "KB004", "Không có thủ tục nào trong kho kiến thức."))
        return catalog, problems
    except Exception as error:
        logger.exception("the knowledge could not be read")
        return NOTHING, [Problem(data.name, 1, "KB001", f"Không đọc được kho kiến thức: {type(error).__name__}.")]


async def _save(pool: Pool, data: Path, name: str, now: datetime) -> None:
    """Keep the good files for the next start, and the few versions before them."""
    if _digest(data) != name:  # edited meanwhile: not the files that were checked
        return
    files = {path.relative_to(data).as_posix(): path.read_text(encoding="utf-8") for path in knowledge_files(data)}
    async with pool.connection() as connection:
        await connection.execute(
            "INSERT INTO knowledge_snapshot (digest, files, saved_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (digest) DO UPDATE SET saved_at = excluded.saved_at",
            (name, Jsonb(files), now),
        )
        await connection.execute(
            "DELETE FROM knowledge_snapshot WHERE digest NOT IN"
            " (SELECT digest FROM knowledge_snapshot ORDER BY saved_at DESC LIMIT %s)",
            (SNAPSHOTS_KEPT,),
        )


async def _last_good(pool: Pool, on: date) -> Catalog | None:
    async with pool.connection() as connection:
        cursor = await connection.execute("SELECT files FROM knowledge_snapshot ORDER BY saved_at DESC LIMIT 1")
        row = await cursor.fetchone()
    return await asyncio.to_thread(_unpack, row["files"], on) if row else None


def _unpack(files: dict[str, str], on: date) -> Catalog:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        for name, text in files.items():
            path = data / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return validate(data, on)[0]
