"""Check the knowledge base from the command line: `python -m procedures.validate [--on 2027-01-02] [--data data]`.

Exits with 1 when any error was found; warnings alone exit with 0.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from procedures.crosscheck import check
from procedures.load import read_catalog
from procedures.model import Catalog
from procedures.problems import Problem

UNREADABLE = ("KB001", "KB029")
"""A procedure whose file cannot be read is not missing: naming it elsewhere is no second mistake."""


def validate(data: Path, on: date) -> tuple[Catalog, list[Problem]]:
    """Read everything under `data` and return it with all its problems, as of the day `on`."""
    catalog, problems = read_catalog(data)
    unread = tuple(f'"{Path(p.file).stem}"' for p in problems if p.code in UNREADABLE)
    found = {p for p in check(catalog, on) if p.code != "KB020" or not any(name in p.cause for name in unread)}
    return catalog, sorted({*problems, *found})


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Kiểm tra kho kiến thức")
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--on", type=date.fromisoformat, default=date.today())
    parser.add_argument("--only", default="", help="chỉ hiện lỗi của các tệp có đoạn tên này")
    options = parser.parse_args(arguments)
    catalog, problems = validate(options.data, options.on)
    for problem in problems:
        if options.only in problem.file:
            print(problem)
    errors = sum(problem.severity == "error" for problem in problems)
    facts = sum(len(e) for p in catalog.procedures.values() for e in p.questions.values())
    situations = sum(len(p.situations) for p in catalog.procedures.values())
    counts = f"{len(catalog.procedures)} thủ tục, {facts} dòng sự thật, {situations} tình huống"
    print(f"{counts}, {len(catalog.laws)} văn bản.")
    print(f"{errors} lỗi, {len(problems) - errors} lưu ý." if problems else "Không có lỗi.")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
