"""Sparse features of a text: words and characters of the folded view, words of the typed view.

Three tf-idf blocks side by side, each scaled to length one. Knows nothing of Rasa.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer


@dataclass(frozen=True)
class Views:
    """What the features are made from: the folded text and the typed words (pyvi joins compounds with `_`)."""

    folded: str
    words: str


class FoldedFeatures:
    """Fits and applies the three blocks. `fit` once, then `transform` any number of rows."""

    def __init__(self) -> None:
        common = {"sublinear_tf": True, "lowercase": False, "dtype": np.float32}
        self.word_block = TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 3), **common)
        self.character_block = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, **common)
        self.typed_block = TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), min_df=2, **common)

    def fit(self, views: Sequence[Views]) -> sp.csr_matrix:
        """Learn the vocabularies and return the features of `views` (rows × features, float32)."""
        folded = [view.folded for view in views]
        blocks = [
            self.word_block.fit_transform(folded),
            self.character_block.fit_transform(folded),
            self.typed_block.fit_transform([view.words for view in views]),
        ]
        return sp.hstack(blocks, format="csr", dtype=np.float32)

    def transform(self, view: Views) -> sp.csr_matrix:
        """The features of one text (1 × features, float32)."""
        blocks = [
            self.word_block.transform([view.folded]),
            self.character_block.transform([view.folded]),
            self.typed_block.transform([view.words]),
        ]
        return sp.hstack(blocks, format="csr", dtype=np.float32)
