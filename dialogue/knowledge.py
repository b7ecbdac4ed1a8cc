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
from procedures import Catalog, Problem, formfile
from procedures.load import digest, knowledge_files
from procedures.model import FormFile
from procedures.validate import validate
from storage import outgoing
from storage.database import Connection, Pool

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
        if self.errors and self.catalog is None:
            catalog = await _last_good(pool, on) or catalog
        if not self.errors or self.catalog is None:
            # Before anything is answered from it: a reply only names the content of its file.
            await _keep_files(pool, catalog, now)
            if not self.errors:
                await _save(pool, self.data, catalog, now)
            self.catalog = catalog
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


def _attached(catalog: Catalog) -> list[FormFile]:
    return [form.attached for form in catalog.forms.values() if form.attached]


async def _keep_files(pool: Pool, catalog: Catalog, now: datetime) -> None:
    files = {file.sha256: file for file in _attached(catalog)}
    async with pool.connection() as connection:
        for sha256 in await outgoing.missing(connection, files) if files else ():
            await outgoing.keep(connection, sha256, files[sha256].media_type, files[sha256].content, at=now)


async def _save(pool: Pool, data: Path, catalog: Catalog, now: datetime) -> None:
    """Keep the good files for the next start, and the few versions before them.

    Of the file of a form only the SHA-256 is kept here; `outgoing_file` has the content.
    """
    name = catalog.digest
    if _digest(data) != name:  # edited meanwhile: not the files that were checked
        return
    files = {path.relative_to(data).as_posix(): path.read_text(encoding="utf-8") for path in knowledge_files(data)}
    files |= {f"{formfile.FOLDER}/{file.name}": file.sha256 for file in _attached(catalog)}
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
        files = await _contents(connection, row["files"]) if row else {}
    return await asyncio.to_thread(_unpack, files, on) if row else None


async def _contents(connection: Connection, files: dict[str, str]) -> dict[str, bytes]:
    """What was in the files of a snapshot, by their names."""
    digests = {name: text for name, text in files.items() if name.startswith(f"{formfile.FOLDER}/")}
    kept = await outgoing.contents(connection, set(digests.values())) if digests else {}
    texts = {name: text.encode() for name, text in files.items() if name not in digests}
    return texts | {name: kept[digest] for name, digest in digests.items() if digest in kept}


def _unpack(files: dict[str, bytes], on: date) -> Catalog:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        for name, content in files.items():
            path = data / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return validate(data, on)[0]
