"""Vietnamese tokens for Rasa: spaCy's pipeline (pyvi segments inside it), whose tokens rebuild the text exactly.

Also writes the views of the text that the classifier reads. The reading itself is `reading.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.reading import Read, read, read_all, uncollected

VIEWS = "views"
"""Key of a message: its `components.features.Views`."""
FOLDER = Path(__file__).parent
HELPERS = (
    "cues.py", "patterns.py", "phrases.py", "reading.py", "syllables.py", "text.py", "tokenizer.py",
    "lexicon.yml", "phrases.yml", "syllables.yml",
)  # fmt: skip


def digest(names: Iterable[str]) -> str:
    """A name of the content of these files of the package: Rasa itself fingerprints only the source of a class."""
    state = hashlib.sha256()
    for name in names:
        state.update((FOLDER / name).read_bytes())
    return state.hexdigest()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class VietnameseTokenizer(Tokenizer):  # type: ignore[misc]
    """Tokenizer with pyvi's words; offsets point into the text as typed."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            # Whether intents are split at the symbol below; ours are not.
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            # A regular expression that splits pyvi's words further; none.
            "token_pattern": None,
        }

    @staticmethod
    def required_packages() -> list[str]:
        return ["spacy", "pyvi"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        return cls(config)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """What the views are made with: without it Rasa's cache would keep the views of older code."""
        return digest(HELPERS)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Tokenize all training texts, on every core; nothing reads tokens of their labels."""
        messages = [message for message in training_data.training_examples if message.get(TEXT)]
        with uncollected():
            for message, found in zip(messages, read_all([message.get(TEXT) for message in messages]), strict=True):
                message.set(TOKENS_NAMES[TEXT], self._tokens(found))
                message.set(VIEWS, found.views)
        return training_data

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        found = read(message.get(attribute))
        if attribute == TEXT:
            message.set(VIEWS, found.views)
        return self._tokens(found)

    def _tokens(self, found: Read) -> list[Token]:
        kept: list[Token] = self._apply_token_pattern([Token(word, start) for word, start in found.tokens])
        return kept
