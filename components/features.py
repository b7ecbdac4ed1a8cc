"""Sparse features of a text: words, word pairs and characters of the folded view, words of the typed view, flags.

Weighted tf-idf blocks side by side, each scaled to its weight. Knows nothing of Rasa.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

Array = npt.NDArray[Any]

MAX_PAIRED_WORDS = 60
# Chosen by measurement (docs/design/understanding.md): weight of each block.
WORDS, FLAGS, TYPED, CHARACTERS, PAIRS = 1.5, 0.3, 0.7, 1.0, 0.7
EARLIER, FADES = 0.7, 0.6
"""Weight of what was said just before, and how much less one message further back counts."""


@dataclass(frozen=True)
class Views:
    """What the features are made from: the folded text, the typed words (pyvi joins compounds with `_`), the flags."""

    folded: str
    words: str
    flags: str = ""


def word_pairs(folded: str) -> list[str]:
    """All pairs of different words, whatever their order and distance: "mất … làm lại" in a long story."""
    words = sorted(set(folded.split()[:MAX_PAIRED_WORDS]))
    return [f"{first}&{second}" for i, first in enumerate(words) for second in words[i + 1 :]]


def without_typed(view: Views) -> Views:
    """The views of an earlier message: its accents matter less than the time pyvi would take."""
    return Views(view.folded, "", view.flags)


def _fading() -> Iterator[float]:
    """Weights of the last message, the one before it, and so on."""
    weight = EARLIER
    while True:
        yield weight
        weight *= FADES


class FoldedFeatures:
    """Fits and applies the blocks. `fit` once, then `transform` any number of rows."""

    def __init__(self) -> None:
        common = {"sublinear_tf": True, "lowercase": False, "dtype": np.float32}
        self.blocks = (
            (
                "folded",
                WORDS,
                TfidfVectorizer(tokenizer=str.split, token_pattern=None, ngram_range=(1, 3), min_df=4, **common),
            ),
            ("flags", FLAGS, TfidfVectorizer(tokenizer=str.split, token_pattern=None, **common)),
            (
                "words",
                TYPED,
                TfidfVectorizer(tokenizer=str.split, token_pattern=None, ngram_range=(1, 2), min_df=5, **common),
            ),
            ("folded", CHARACTERS, TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=11, **common)),
            ("folded", PAIRS, TfidfVectorizer(analyzer=word_pairs, min_df=11, **common)),
        )

    @property
    def narrow(self) -> int:
        """How many of the first columns are words and flags: enough for cases and situations, and small."""
        return sum(len(block.vocabulary_) for _, _, block in self.blocks[:3])

    def fit(self, views: Sequence[Views]) -> sp.csr_matrix:
        """Learn the vocabularies and return the features of `views` (rows × features, float32)."""
        return self._stack([w * block.fit_transform([getattr(v, of) for v in views]) for of, w, block in self.blocks])

    def transform(self, views: Sequence[Views]) -> sp.csr_matrix:
        """The features of texts (rows × features, float32)."""
        return self._stack([w * block.transform([getattr(v, of) for v in views]) for of, w, block in self.blocks])

    def transform_one(self, view: Views) -> sp.csr_matrix:
        """The same as `transform` of one text, without the vectorizers' checks: five times faster."""
        columns, values = [], []
        for offset, weight, of, analyze, vocabulary, idf in self._readers:
            counts = Counter(map(vocabulary.get, analyze(getattr(view, of))))
            counts.pop(None, None)
            if counts:
                known = np.fromiter(counts, dtype=np.int32, count=len(counts))
                tf = 1.0 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
                value = tf * idf[known]
                columns.append(known + offset)
                values.append(weight * value / np.sqrt(value @ value))
        if not columns:
            return sp.csr_matrix((1, self._width), dtype=np.float32)
        indices, data = np.concatenate(columns), np.concatenate(values).astype(np.float32)
        return sp.csr_matrix((data, indices, np.array([0, len(indices)])), shape=(1, self._width))

    def earlier_one(self, said: Sequence[Views]) -> sp.csr_matrix:
        """What was said before a message, newest last: one row with the narrow columns, fading with the distance."""
        rows = [self.transform_one(without_typed(view))[:, : self.narrow] for view in said]
        return sum((row * weight for row, weight in zip(reversed(rows), _fading(), strict=False)), self._nothing)

    def earlier(self, said: Sequence[Sequence[Views]]) -> sp.csr_matrix:
        """The same for many messages (rows × narrow columns); what is said before several is read once."""
        texts = list(dict.fromkeys(without_typed(view) for views in said for view in views))
        if not texts:
            return sp.csr_matrix((len(said), self.narrow), dtype=np.float32)
        place = {view: number for number, view in enumerate(texts)}
        places = [[place[without_typed(view)] for view in reversed(views)] for views in said]
        weights = [weight for views in said for weight, _ in zip(_fading(), views, strict=False)]
        ends = np.cumsum([0, *map(len, places)])
        chosen = (np.array(weights, dtype=np.float32), np.array([one for row in places for one in row]), ends)
        return (sp.csr_matrix(chosen, shape=(len(said), len(texts))) @ self.transform(texts)[:, : self.narrow]).tocsr()

    @cached_property
    def _nothing(self) -> sp.csr_matrix:
        return sp.csr_matrix((1, self.narrow), dtype=np.float32)

    @cached_property
    def _readers(self) -> list[tuple[int, float, str, Any, dict[str, int], Array]]:
        """First column, weight, view, analyzer, vocabulary and idf of each block."""
        readers, offset = [], 0
        for of, weight, block in self.blocks:
            readers.append((offset, weight, of, block.build_analyzer(), block.vocabulary_, block.idf_))
            offset += len(block.vocabulary_)
        return readers

    @cached_property
    def _width(self) -> int:
        return sum(len(block.vocabulary_) for _, _, block in self.blocks)

    @staticmethod
    def _stack(blocks: Sequence[sp.csr_matrix]) -> sp.csr_matrix:
        return sp.hstack(blocks, format="csr", dtype=np.float32)
