"""`make evaluate FILE=in.tsv OUT=out.jsonl`: the real pipeline over texts; prints scores when there are labels.

With `MISTAKES=page.html` also a page of the mistakes with the nearest training texts.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import uuid
from pathlib import Path
from typing import Any

from dialogue.evaluation import Item, Pace, Scored, read_items, run, write_results
from dialogue.session import open_session
from storage.database import opened_database
from storage.embedded import create_database, drop_database
from storage.settings import Settings, local_now, read_settings
from tools.mistakes import page


async def evaluate(items: list[Item], settings: Settings, url: str) -> list[dict[str, Any]]:
    """Run all items on an empty database of their own, which is dropped afterwards."""
    name = f"motcua_evaluation_{uuid.uuid4().hex[:8]}"
    try:
        pace = Pace(local_now())
        async with open_session(settings, create_database(url, name), now=pace) as session:
            return await run(items, session, prefix="evaluation", pace=pace)
    finally:
        drop_database(url, name)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--mistakes", type=Path, help="also write a page of the mistakes (HTML)")
    options = parser.parse_args(arguments)
    try:
        items = read_items(options.file)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    settings = read_settings()
    with opened_database(settings) as url:
        results = asyncio.run(evaluate(items, settings, url))
    write_results(results, options.out)
    pairs = [(item.expected, result) for item, result in zip(items, results, strict=True)]
    labelled = [(expected, result) for expected, result in pairs if expected.kind]
    if labelled:
        print("\n".join(Scored(labelled).lines()))
        if options.mistakes:
            options.mistakes.parent.mkdir(parents=True, exist_ok=True)
            options.mistakes.write_text(page(labelled, settings.data / "nlu"), encoding="utf-8")
            print(f"\nmistakes: {options.mistakes}")
    print(f"\n{len(results)} turns written to {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
