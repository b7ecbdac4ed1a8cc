"""The training texts: labelled with what exists, enough of them, under one label, none from the evaluation."""

import csv
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from components.text import fold
from procedures.validate import validate
from storage.settings import ROOT

NLU = ROOT / "data" / "nlu"
LEAST_TEXTS, LEAST_USUAL, LEAST_OTHERS = 20, 120, 60
USUAL = (
    "dang_ky_tam_tru",
    "dang_ky_thuong_tru",
    "cap_doi_the_can_cuoc",
    "cap_lai_the_can_cuoc",
    "cap_the_can_cuoc",
    "cap_the_can_cuoc_duoi_14",
    "dinh_danh_dien_tu",
    "khai_bao_tam_vang",
    "thong_bao_luu_tru",
    "xac_nhan_thong_tin_cu_tru",
)
TOPICS = ("hotlines", "lua_dao", "to_giac_toi_pham", "bao_chay", "tra_cuu_tien_do_can_cuoc")
"""Entries of the knowledge base that are no procedures."""


def blocks(path: Path) -> list[tuple[str, dict[str, str], list[str]]]:
    """Intent, labels and texts of every block of a file."""
    found = []
    for block in YAML(typ="safe").load(path.read_text(encoding="utf-8"))["nlu"]:
        texts = [line.strip()[2:].strip() for line in block["examples"].splitlines() if line.strip().startswith("- ")]
        found.append((block["intent"], block.get("metadata") or {}, texts))
    return found


@pytest.fixture(scope="module")
def everything() -> list[tuple[str, str, dict[str, str], str]]:
    """File, intent, labels and text of every training example."""
    return [
        (path.relative_to(NLU).as_posix(), intent, labels, text)
        for path in sorted(NLU.rglob("*.yml"))
        for intent, labels, texts in blocks(path)
        for text in texts
    ]


@pytest.fixture(scope="module")
def known() -> Any:
    return validate(ROOT / "data", date(2026, 11, 23))[0]


def intents() -> list[str]:
    domain = YAML(typ="safe").load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return [next(iter(intent)) for intent in domain["intents"]]


def test_every_intent_of_the_domain_has_examples_and_no_other_has(everything) -> None:
    counts = Counter(intent for _, intent, _, _ in everything)
    assert set(counts) == set(intents())
    assert not {intent: count for intent, count in counts.items() if count < LEAST_TEXTS}


def test_every_intent_has_exactly_one_rule() -> None:
    rules = [
        rule
        for path in sorted((ROOT / "data" / "rules").glob("*.yml"))
        for rule in YAML(typ="safe").load(path.read_text(encoding="utf-8"))["rules"]
    ]
    first = Counter(rule["steps"][0]["intent"] for rule in rules)
    assert set(first) == set(intents())
    assert set(first.values()) == {1}
    assert len({rule["rule"] for rule in rules}) == len(rules)
    # dialogue/brain.py stops after the first action.
    assert {len(rule["steps"]) for rule in rules} == {2}


def test_no_text_has_two_labels(everything) -> None:
    labels_of: dict[str, set[str]] = defaultdict(set)
    for _, intent, labels, text in everything:
        label = (labels.get("procedure"), labels.get("choice"), labels.get("field"))
        labels_of[fold(text)].add(f"{intent} {' '.join(str(one) for one in label if one)}".strip())
    assert not {text: sorted(found) for text, found in labels_of.items() if text and len(found) > 1}


def test_procedures_have_enough_texts_of_their_own(everything, known) -> None:
    texts: dict[str, set[str]] = defaultdict(set)
    for file, _, labels, text in everything:
        if labels.get("procedure") and "generated" not in file:
            texts[labels["procedure"]].add(fold(text))
    least = {name: LEAST_USUAL if name in USUAL else LEAST_OTHERS for name in known.procedures if name not in TOPICS}
    assert not {name: len(texts[name]) for name, count in least.items() if len(texts[name]) < count}


def test_labels_exist_in_the_knowledge_base(everything, known) -> None:
    wrong = set()
    for file, _, labels, _ in everything:
        procedure = known.procedures.get(labels.get("procedure", ""))
        if "procedure" in labels and procedure is None:
            wrong.add((file, "procedure", labels["procedure"]))
        if "case" in labels and not (procedure and procedure.case(labels["case"])):
            wrong.add((file, "case", labels["case"]))
        if "situation" in labels and not (procedure and procedure.situation(labels["situation"])):
            wrong.add((file, "situation", labels["situation"]))
        if "choice" in labels and labels["choice"] not in known.choices:
            wrong.add((file, "choice", labels["choice"]))
        if "field" in labels and labels["field"] not in known.out_of_scope:
            wrong.add((file, "field", labels["field"]))
    assert not wrong


def test_texts_hold_no_annotations(everything) -> None:
    assert not [(file, text) for file, _, _, text in everything if set(text) & set("{}[]") or not text]


def held_back() -> set[str]:
    """Every folded text of data/evaluation and data/development."""
    texts = set()
    for folder in ("evaluation", "development"):
        for path in sorted((ROOT / "data" / folder).glob("*.tsv")):
            with path.open(encoding="utf-8", newline="") as lines:
                texts |= {fold(row["text"]) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}
        for path in sorted((ROOT / "data" / folder).glob("*.yml")):
            conversations = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
            texts |= {fold(turn["user"]) for conversation in conversations for turn in conversation["turns"]}
    return texts


def test_nobody_trains_on_the_evaluation(everything) -> None:
    asked = held_back()
    assert len(asked) > 3_000
    # What is said in three words or less is said by everybody.
    copied = {(file, text) for file, _, _, text in everything if len(fold(text).split()) > 3 and fold(text) in asked}
    assert not copied


def test_the_evaluation_and_the_development_texts_are_apart() -> None:
    def texts(folder: str) -> set[str]:
        found = set()
        for path in (ROOT / "data" / folder).glob("*.tsv"):
            with path.open(encoding="utf-8", newline="") as lines:
                found |= {fold(row["text"]) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}
        return {text for text in found if len(text.split()) > 3}

    assert not texts("evaluation") & texts("development")
