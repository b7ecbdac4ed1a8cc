"""Read the whole knowledge base of one folder, reporting every mistake of every file at once.

Does not decide what to do about mistakes: the caller keeps its last good catalog (`dialogue/knowledge.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from procedures import formfile, registry
from procedures.fields import Fields, fields_of
from procedures.formfile import FormFiles
from procedures.model import Catalog, Choice, Entry, Form, Procedure, Reply, Unit
from procedures.parse import ParsedProcedure, Use, parse_procedure, parse_shared
from procedures.problems import Problem
from procedures.yamlfile import Map, read_file

FIELDS = ("cu_tru", "can_cuoc")
FOLDERS = ("procedures", "legal", "forms", "replies", "units")
OUT_OF_SCOPE, CHOICES = "out_of_scope.yml", "choices.yml"
T = TypeVar("T")


class Loader:
    """Reads one `data` folder; `read_catalog` reads all of it, the page of the web chat only its wording."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.problems: list[Problem] = []
        self.used: set[str] = set()

    def name(self, path: Path) -> str:
        return f"{self.data.name}/{path.relative_to(self.data).as_posix()}"

    def files(self, folder: str) -> Iterator[Path]:
        yield from sorted((self.data / folder).glob("*.yml"))

    def read(self, path: Path) -> Any:
        value, problems = read_file(path, self.name(path))
        self.problems += problems
        return value

    def groups(self, path: Path) -> list[Fields]:
        value, name = self.read(path), self.name(path)
        if value is None:
            return []
        if not isinstance(value, list):
            self.problems.append(
                Problem(name, 1, "KB005", "Tệp này phải là một danh sách (mỗi mục bắt đầu bằng dấu gạch).")
            )
            return []
        return fields_of(value, 1, name, self.problems)

    def registry(self, paths: list[Path], make: Callable[[Fields], T], key: str = "id") -> dict[str, T]:
        groups = [group for path in paths for group in self.groups(path)]
        return registry.collect(groups, key, make)

    def shared(self) -> dict[str, tuple[Entry, ...]]:
        return parse_shared([group for path in self.files("procedures/chung") for group in self.groups(path)])

    def procedure(self, path: Path, field_name: str) -> ParsedProcedure | None:
        value, name = self.read(path), self.name(path)
        if value is None:
            return None
        if not isinstance(value, Map):
            self.problems.append(Problem(name, 1, "KB005", "Tệp thủ tục phải là một nhóm khóa."))
            return None
        parsed = parse_procedure(Fields(value, name, self.problems), field_name=field_name)
        ident = parsed.procedure.id
        if ident and ident != path.stem:
            cause = f'Tệp tên "{path.stem}" nhưng procedure là "{ident}".'
            self.problems.append(Problem(name, value.line_of("procedure"), "KB010", cause))
        return parsed if ident else replace(parsed, procedure=replace(parsed.procedure, id=path.stem))

    def filled(self, parsed: ParsedProcedure, shared: dict[str, tuple[Entry, ...]]) -> Procedure:
        """Put shared facts where the file refers to them."""

        def entries(values: list[Entry | Use], own: Mapping[str, tuple[Entry, ...]]) -> tuple[Entry, ...]:
            parts = (self._used_entries(one, shared, own) if isinstance(one, Use) else [one] for one in values)
            return tuple(chain.from_iterable(parts))

        questions = {question: entries(values, {}) for question, values in parsed.uses.items()}
        own = _by_item(questions)
        situations = (replace(one, facts=entries(parsed.facts[one.id], own)) for one in parsed.procedure.situations)
        return replace(parsed.procedure, questions=questions, situations=tuple(situations))

    def _used_entries(
        self, use: Use, shared: Mapping[str, tuple[Entry, ...]], own: Mapping[str, tuple[Entry, ...]]
    ) -> list[Entry]:
        """The facts that a line refers to: shared ones, or an item of the file's own answers."""
        if use.shared not in shared and use.shared in own:
            return [replace(entry, cases=use.cases) for entry in own[use.shared]]
        if use.shared not in shared:
            self.problems.append(Problem(use.file, use.line, "KB015", f'Không có sự thật chung "{use.shared}".'))
            return []
        self.used.add(use.shared)
        return [replace(entry, cases=use.cases) if use.cases else entry for entry in shared[use.shared]]

    def catalog(self) -> Catalog:
        shared = self.shared()
        procedures: dict[str, Procedure] = {}
        for field_name in FIELDS:
            for path in self.files(f"procedures/{field_name}"):
                parsed = self.procedure(path, field_name)
                if parsed is not None:
                    self._add(self.filled(parsed, shared), procedures)
        self._unused(shared)
        self._stray()
        return Catalog(
            procedures=procedures,
            laws=self.registry(list(self.files("legal")), registry.law),
            forms=self.forms(),
            replies=self.replies(),
            out_of_scope=self.registry(self._one("replies", OUT_OF_SCOPE), registry.reply, "field"),
            choices=self.choices(),
            units=self.units(),
            digest=digest(self.data),
        )

    def forms(self) -> dict[str, Form]:
        files = FormFiles(self.data / formfile.FOLDER)
        forms = self.registry(list(self.files("forms")), partial(registry.form, files=files))
        for path in files.unnamed():
            self.problems.append(Problem(self.name(path), 1, "KB037", f'Không biểu mẫu nào có file: "{path.name}".'))
        return forms

    def replies(self) -> dict[str, Reply]:
        paths = [path for path in self.files("replies") if path.name not in (OUT_OF_SCOPE, CHOICES)]
        return self.registry(paths, registry.reply)

    def choices(self) -> dict[str, Choice]:
        return self.registry(self._one("replies", CHOICES), registry.choice)

    def units(self) -> dict[str, Unit]:
        return self.registry(list(self.files("units")), registry.unit)

    def _add(self, procedure: Procedure, procedures: dict[str, Procedure]) -> None:
        first = procedures.get(procedure.id)
        if first is None:
            procedures[procedure.id] = procedure
            return
        cause = f'Mã "{procedure.id}" đã có ở {first.file}.'
        self.problems.append(Problem(procedure.file, procedure.lines.get("procedure", 1), "KB027", cause))

    def _stray(self) -> None:
        """Files that look like knowledge and are never read: a wrong folder or a wrong ending."""
        folders = [*(f"procedures/{name}" for name in (*FIELDS, "chung")), *FOLDERS[1:]]
        read = {path for folder in folders for path in self.files(folder)}
        for folder in FOLDERS:
            for path in sorted({*(self.data / folder).rglob("*.y*ml")} - read):
                self.problems.append(Problem(self.name(path), 1, "KB033", f'Tệp "{path.name}" không được đọc.'))

    def _one(self, folder: str, name: str) -> list[Path]:
        return [path for path in self.files(folder) if path.name == name]

    def _unused(self, shared: dict[str, tuple[Entry, ...]]) -> None:
        for ident in sorted(set(shared) - self.used):
            for entry in shared[ident][:1]:
                self.problems.append(
                    Problem(entry.file, entry.line, "KB028", f'Sự thật chung "{ident}" chưa được dùng.')
                )


def _by_item(questions: Mapping[str, tuple[Entry, ...]]) -> dict[str, tuple[Entry, ...]]:
    """The dated entries of every item, of the first question that has it."""
    found: dict[str, tuple[Entry, ...]] = {}
    for entries in questions.values():
        for item in {entry.item for entry in entries} - found.keys():
            found[item] = tuple(entry for entry in entries if entry.item == item)
    return found


def knowledge_files(data: Path) -> list[Path]:
    """Every YAML file the catalog is made from, sorted."""
    return sorted(path for folder in FOLDERS for path in (data / folder).rglob("*.yml"))


def digest(data: Path) -> str:
    """A short name of the content of all knowledge files (SHA-256, 12 hex digits)."""
    state = hashlib.sha256()
    for path in (*knowledge_files(data), *formfile.files_in(data / formfile.FOLDER)):
        state.update(path.relative_to(data).as_posix().encode() + b"\0" + _content(path) + b"\0")
    return state.hexdigest()[:12]


def _content(path: Path) -> bytes:
    """What of a file counts; one that is too large to be used is not read."""
    size = path.stat().st_size
    return path.read_bytes() if size <= formfile.FILE_BYTES else b"%d" % size


def read_catalog(data: Path) -> tuple[Catalog, list[Problem]]:
    """Read every knowledge file under `data`.

    Returns:
        What could be read, and the problems of form. References and dates are checked by `crosscheck.check`.
    """
    loader = Loader(data)
    catalog = loader.catalog()
    return catalog, loader.problems
