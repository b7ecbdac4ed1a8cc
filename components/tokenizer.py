"""Vietnamese tokens for Rasa: spaCy's pipeline (pyvi segments inside it), whose tokens rebuild the text exactly.

Also writes the two views of the text that the later components read (`folded`, `typed_words`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language

from components.text import fold, has_accents, typed

FOLDED, TYPED_WORDS = "folded", "typed_words"
FOLDER = Path(__file__).parent
HELPERS = ("syllables.py", "text.py", "tokenizer.py", "lexicon.yml", "syllables.yml")


def digest(names: Iterable[str]) -> str:
    """A name of the content of these files of the package: Rasa itself fingerprints only the source of a class."""
    state = hashlib.sha256()
    for name in names:
        state.update((FOLDER / name).read_bytes())
    return state.hexdigest()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class VietnameseTokenizer(Tokenizer):  # type: ignore[misc]
    """Tokenizer with pyvi's words; offsets point into the text as typed."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.language: Language = spacy.blank("vi")
        self.bare: Language = spacy.blank("vi", config={"nlp": {"tokenizer": {"use_pyvi": False}}})

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

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        text = message.get(attribute)
        # pyvi finds no compounds in a text without accents, but takes four times as long as splitting it at spaces.
        language = self.language if has_accents(text) else self.bare
        tokens = [Token(token.text, token.idx) for token in language(text) if not token.is_space]
        if attribute == TEXT:
            message.set(FOLDED, fold(text))
            message.set(TYPED_WORDS, typed_words(text, [token.text for token in tokens]))
        kept: list[Token] = self._apply_token_pattern(tokens)
        return kept


def typed_words(text: str, words: list[str]) -> str:
    """The words as typed, compounds joined; empty for a text without accents, which pyvi can't segment."""
    if not has_accents(text):
        return ""
    return " ".join(typed(word).replace(" ", "_") for word in words)
