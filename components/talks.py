"""Read the conversations of `data/talks` as training messages: what each one is after what was said before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from components.talk import INTENTS, PROCEDURE, TELLS

FOLDER, SAID = "talks", 2
"""Where conversations are, and how many messages before one are read with it."""
KINDS = frozenset(
    {"report_crime", "report_fire", "report_scam", "emergency", "complaint", "out_of_scope", *INTENTS, PROCEDURE}
)
FIRST = frozenset({"report_crime", "report_fire", "report_scam", "emergency", "complaint", "status"})
"""Kinds of a first message that teach their intent as well as a single text does."""
TOPICS = FIRST - {"complaint"}
"""Kinds that what follows goes on about, even after small talk."""
KEYS = frozenset({"user", "kind", "procedure", "question", "alt", "named", "tells", "case", "situation"})


def read_talks(file: Path) -> Iterator[dict[str, Any]]:
    """The messages of one file, as the data of Rasa's messages.

    A first message that names its procedure, asking or only telling, is a text like those of `data/nlu`; what follows
    is a lesson for `talk.py`, and nothing else, because that is to learn from readings of texts never seen.

    Raises:
        ValueError: the file is not as expected; the message names the file and the conversation.
    """
    try:
        talks = YAML(typ="safe").load(file.read_text(encoding="utf-8")) or []
    except YAMLError as error:
        raise ValueError(f"{file}: no valid YAML: {error}") from error
    for talk in talks:
        try:
            yield from _messages(talk["turns"])
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{file}, conversation {talk.get('id')}: {error!r}") from error


def _messages(turns: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    matter = question = last = topic = ""
    before: list[str] = []
    texts: list[str] = []
    for number, turn in enumerate(turns):
        if not set(turn) <= KEYS:
            raise ValueError(f"unknown keys {sorted(set(turn) - KEYS)}")
        kind, text = turn["kind"], str(turn["user"])
        if kind not in KINDS:
            raise ValueError(f"unknown kind {kind}")
        intent = f"ask_{turn['question']}" if kind == PROCEDURE else INTENTS.get(kind, kind)
        if number:
            said: dict[str, Any] = {"matter": matter, "question": question, "last": last, "before": tuple(before)}
            said |= {"said": tuple(texts[-SAID:]), "topic": topic}
            pairs = [(turn["procedure"], turn["question"])] if kind == PROCEDURE else []
            pairs += [tuple(pair.split("/")) for pair in turn.get("alt") or []]
            lesson = {
                "kind": TELLS if turn.get("tells") else kind,
                "moved": pairs[0][0] if pairs and all(procedure != matter for procedure, _ in pairs) else "",
                "question": turn.get("question") or "",
                "procedure": turn.get("procedure") or "",
                "case": turn.get("case") or "",
                "situation": turn.get("situation") or "",
            }
            yield {TEXT: text, INTENT: intent, METADATA: {"talk": said, "lesson": lesson}}
        elif kind in FIRST or turn.get("named"):
            labels = {name: turn.get(name) or "" for name in ("procedure", "case", "situation")}
            yield {TEXT: text, INTENT: intent, METADATA: {"intent": labels}}
        if kind == PROCEDURE:
            if matter and turn["procedure"] != matter:
                before.insert(0, matter)
            matter, question = turn["procedure"], turn["question"]
        topic = topic if kind == "smalltalk" else kind if kind in TOPICS else ""
        last = kind
        texts.append(text)
