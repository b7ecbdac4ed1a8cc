"""Small values and trees for the tests of `procedures/`."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from procedures.fields import Fields
from procedures.load import read_catalog
from procedures.model import Case, Catalog, Check, Entry, Law, Procedure, Situation, Source
from procedures.problems import Problem
from procedures.validate import validate
from procedures.yamlfile import Reader

HERE = Path(__file__).parent
VALID, BROKEN = HERE / "valid", HERE / "broken"
ROOT = HERE.parents[1]
GUIDE = ROOT / "docs" / "huong_dan_sua_thu_tuc.md"
TODAY = date(2026, 11, 22)
SURE = Check(TODAY, "", "high")


def tree(folder: Path, *overlays: Path) -> Path:
    """A copy of the small valid tree with the files of `overlays` put over it."""
    data = folder / "data"
    for source in (VALID, *overlays):
        shutil.copytree(source, data, dirs_exist_ok=True)
    return data


def problems_of(folder: Path, *overlays: Path, on: date = TODAY) -> list[Problem]:
    return validate(tree(folder, *overlays), on)[1]


def small_catalog() -> Catalog:
    return read_catalog(VALID)[0]


def fields(text: str, file: str = "tệp.yml") -> tuple[Fields, list[Problem]]:
    """The one mapping written in `text`, and the list its problems go to."""
    reader = Reader(file)
    return Fields(reader.read(text), file, reader.problems), reader.problems


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def entry(text: str = "Một điều.", **changes: object) -> Entry:
    values: dict[str, object] = {
        "item": "chinh",
        "since": date(2026, 1, 1),
        "kind": "text",
        "text": text,
        "sources": (Source("luat_mau", "Điều 1"),),
        "checked": SURE,
    }
    return Entry(**{**values, **changes})  # type: ignore[arg-type]


def procedure(cases: tuple[Case, ...] = (), situations: tuple[Situation, ...] = (), **questions: object) -> Procedure:
    return Procedure("thu_tuc", "Thủ tục mẫu", "cu_tru", "", (), cases, questions, situations)  # type: ignore[arg-type]


def catalog_of(*procedures: Procedure) -> Catalog:
    laws = {
        "luat_mau": Law("luat_mau", "1/2020/QH14", "Luật mẫu", "Luật mẫu", date(2020, 1, 1)),
        "nd_mau": Law("nd_mau", "5/2024/NĐ-CP", "Quy định chi tiết", "NĐ 5/2024", date(2024, 1, 1)),
    }
    return Catalog({one.id: one for one in procedures}, laws, {}, {}, {}, {}, {})
