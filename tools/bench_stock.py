"""Make a stock Rasa project out of the same training texts: one intent for every question about every procedure."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

TEMPLATES = Path(__file__).parent / "baseline"
SEPARATOR = "__"
ACTION = "action_answer_stock"
VERSION = "3.1"


def joint_intent(block: Mapping[str, Any]) -> str:
    """`ask_fee__dang_ky_tam_tru` for a block about a procedure; an act keeps its name."""
    intent = str(block["intent"])
    procedure = (block.get("metadata") or {}).get("procedure")
    return f"{intent}{SEPARATOR}{procedure}" if procedure else intent


def texts_of(block: Mapping[str, Any]) -> list[str]:
    """The texts of one block of `data/nlu`."""
    lines = str(block.get("examples") or "").splitlines()
    return [line.strip()[1:].strip() for line in lines if line.strip().startswith("-")]


def read_joint(nlu: Path) -> dict[str, list[str]]:
    """All written training texts by joint intent, each once an intent.

    Generated spellings are left out: the release does not train on them either, and the comparison is on the same data.
    """
    reader = YAML(typ="safe")
    found: dict[str, dict[str, None]] = {}
    for file in sorted(nlu.rglob("*.yml")):
        for block in (reader.load(file.read_text(encoding="utf-8")) or {}).get("nlu") or []:
            if "intent" in block and not (block.get("metadata") or {}).get("generated"):
                found.setdefault(joint_intent(block), {}).update(dict.fromkeys(texts_of(block)))
    return {intent: list(texts) for intent, texts in sorted(found.items()) if texts}


def write_project(folder: Path, texts: Mapping[str, list[str]], *, epochs: int) -> None:
    """Write the project: templates, domain, rules and training texts."""
    (folder / "data").mkdir(parents=True)
    for name in ("endpoints.yml", "credentials.yml", "stock_actions.py"):
        shutil.copy(TEMPLATES / name, folder / name)
    config = (TEMPLATES / "config.yml").read_text(encoding="utf-8")
    (folder / "config.yml").write_text(config.replace("epochs: EPOCHS", f"epochs: {epochs}"), encoding="utf-8")
    domain = YAML(typ="safe").load((TEMPLATES / "domain.yml").read_text(encoding="utf-8"))
    _dump(folder / "domain.yml", {**domain, "version": VERSION, "intents": list(texts)})
    rules = [{"rule": intent, "steps": [{"intent": intent}, {"action": ACTION}]} for intent in texts]
    _dump(folder / "data" / "rules.yml", {"version": VERSION, "rules": rules})
    blocks = [{"intent": intent, "examples": _examples(examples)} for intent, examples in texts.items()]
    _dump(folder / "data" / "nlu.yml", {"version": VERSION, "nlu": blocks})


def _examples(texts: list[str]) -> Any:
    return LiteralScalarString("".join(f"- {text}\n" for text in texts))


def _dump(path: Path, content: Mapping[str, Any]) -> None:
    writer: Any = YAML()
    # No text may be folded into two lines: Rasa reads one example a line.
    writer.width = 100_000
    with path.open("w", encoding="utf-8") as out:
        writer.dump(dict(content), out)
