"""Read the training texts quickly. Rasa's own reader parses every file three times in pure Python and copies deeply.

Understands what `data/nlu` holds: blocks of an intent with metadata and one text a line, without annotations.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from components.reading import uncollected
from components.talks import FOLDER, read_talks

KEYS = frozenset({"intent", "metadata", "examples"})
WRITTEN = (TEXT, INTENT, METADATA)
BULLET = "-"
ANNOTATIONS = frozenset("[]{}")
GENERATED = "generated"


class TrainingText(Message):  # type: ignore[misc]
    """A message whose values are never changed in place, so that a copy may share them and keep its fingerprint.

    The fingerprint covers what stands in the file. What components add (tokens, views) follows from the text and from
    their code, which Rasa fingerprints by itself, and hashing it takes longer than making it.
    """

    _cached_fingerprint: str | None

    def __deepcopy__(self, memo: dict[int, Any]) -> TrainingText:
        # Rasa's own constructor takes ten times as long, three times for every text.
        twin = TrainingText.__new__(TrainingText)
        twin.__dict__ = {
            **self.__dict__,
            "data": dict(self.data),
            "features": list(self.features),
            "output_properties": set(self.output_properties),
        }
        return twin

    def fingerprint(self) -> str:
        """A name of the written values and of which others are there."""
        cached: str | None = self._cached_fingerprint
        if cached is None:
            written = [self.data.get(name) for name in WRITTEN]
            content = json.dumps([written, sorted(self.data)], ensure_ascii=False, sort_keys=True)
            self._cached_fingerprint = cached = hashlib.sha256(content.encode()).hexdigest()
        return cached

    def set(self, prop: str, info: Any, add_to_output: bool = False) -> None:
        """As in Rasa, but setting what is there already does not spoil the fingerprint."""
        if prop not in self.data or self.data[prop] is not info:
            super().set(prop, info, add_to_output)
        elif add_to_output:
            self.output_properties.add(prop)


class QuickImporter(RasaFileImporter):  # type: ignore[misc]
    """Rasa's importer of a project on disk, with the reader of this module. Named in `config.yml`."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
        generated: bool = False,
    ) -> None:
        """As Rasa's, and whether to read the respelled copies too that `make variants` made."""
        super().__init__(config_file, domain_path, training_data_paths)
        self._files = [file for file in map(Path, self._nlu_files) if generated or GENERATED not in file.parts]
        given = [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths or []
        self._talks = sorted(file for path in given for file in (Path(path) / FOLDER).glob("*.yml"))

    def get_nlu_data(self, language: str | None = None) -> TrainingData:
        """All training texts, then the messages of conversations, in the order of the files.

        Raises:
            ValueError: a file is not as this reader expects; the message names the file and the block.
        """
        return TrainingData(list(self._texts))

    @cached_property
    def _texts(self) -> list[TrainingText]:
        """Read once: Rasa asks three times in one training."""
        with uncollected():
            texts = [text for file in self._files for text in read_texts(file)]
            return texts + [TrainingText(data) for file in self._talks for data in read_talks(file)]


def read_texts(file: Path) -> Iterator[TrainingText]:
    """The texts of one file; raises as `QuickImporter.get_nlu_data` does."""
    try:
        content = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    except YAMLError as error:
        raise ValueError(f"{file}: no valid YAML: {error}") from error
    for number, block in enumerate(content["nlu"] or [], start=1):
        if not {"intent", "examples"} <= set(block) <= KEYS:
            raise ValueError(f"{file}, block {number}: expected the keys {sorted(KEYS)}, found {sorted(block)}")
        for line in str(block["examples"]).splitlines():
            text = line.strip().removeprefix(BULLET).strip()
            if not line.lstrip().startswith(BULLET) or not text or not ANNOTATIONS.isdisjoint(text):
                raise ValueError(f"{file}, block {number}: not a plain text after a '-': {line!r}")
            data = {TEXT: text, INTENT: block["intent"]}
            if block.get("metadata"):
                data[METADATA] = {"intent": block["metadata"]}
            yield TrainingText(data)
