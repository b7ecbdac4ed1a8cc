"""Read texts for the model: spaCy's pipeline with pyvi's words, and the views that the features are made from.

Imports no Rasa: the processes that read all training texts start in a second.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import spacy
from joblib import Parallel, cpu_count, delayed
from spacy.language import Language

from components.cues import flags
from components.features import Views
from components.text import fold, has_accents, typed

WORTH_A_PROCESS = 4_000
"""More texts than this are worth starting a second process for."""
PART = 500
"""Texts that a process reads at a time."""


@contextmanager
def uncollected() -> Iterator[None]:
    """Without Python's garbage collector, which would look through a million lasting objects again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True)
class Read:
    """Words with their places in the text, and its views."""

    tokens: tuple[tuple[str, int], ...]
    views: Views


@lru_cache(maxsize=2)
def _language(pyvi: bool) -> Language:
    return spacy.blank("vi", config={"nlp": {"tokenizer": {"use_pyvi": pyvi}}})


def read(text: str) -> Read:
    """Read one text."""
    # pyvi finds no compounds in a text without accents, but takes four times as long as splitting it at spaces.
    language = _language(has_accents(text))
    tokens = tuple((token.text, token.idx) for token in language(text) if not token.is_space)
    return Read(tokens, views_of(text, [word for word, _ in tokens]))


def read_all(texts: Sequence[str], workers: int | None = None) -> Iterator[Read]:
    """Read many texts in so many processes (None: one a core, when there are enough)."""
    if workers is None:
        workers = cpu_count() if len(texts) > WORTH_A_PROCESS else 1
    parts = [texts[start : start + PART] for start in range(0, len(texts), PART)]
    done = Parallel(n_jobs=workers)(delayed(_read_part)(part) for part in parts)
    return chain.from_iterable(done)


def _read_part(texts: Sequence[str]) -> list[Read]:
    return [read(text) for text in texts]


def views_of(text: str, words: Sequence[str]) -> Views:
    """The views of a text that was split into these words."""
    folded = fold(text)
    return Views(folded, typed_words(text, words), flags(text, folded))


def typed_words(text: str, words: Sequence[str]) -> str:
    """The words as typed, compounds joined; empty for a text without accents, which pyvi can't segment."""
    if not has_accents(text):
        return ""
    return " ".join(typed(word).replace(" ", "_") for word in words)
