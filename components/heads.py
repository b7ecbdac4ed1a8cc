"""Linear classification heads on sparse features: one label set each, with calibrated probabilities.

Knows nothing of Rasa. A head is a one-vs-rest linear SVM whose margins a temperature turns into probabilities. A label
may be seen at two grains: its own SVM column, plus the best of the columns of finer labels below it. Fitted in
`fitting.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Array = npt.NDArray[Any]

ABSENT = -10.0
"""The margin of a label that has no column."""


@dataclass(frozen=True)
class Head:
    """A trained head.

    `weights` is features × columns (float32) and `bias` follows the columns. The first columns are the labels, in
    order; column `len(labels) + i` is a finer label that belongs to label `finer[i]`.
    """

    labels: tuple[str, ...]
    weights: sp.csr_matrix
    bias: Array
    temperature: float
    finer: tuple[int, ...] = ()

    def margins(self, rows: sp.csr_matrix) -> Array:
        """Rows × labels."""
        return self._joined((rows @ self.weights).toarray())

    def _joined(self, raw: Array) -> Array:
        return join(raw + self.bias, len(self.labels), self.finer)

    def ranking(self, row: sp.csr_matrix) -> list[tuple[str, float]]:
        """Labels with their probabilities, which add up to 1, most likely first."""
        return self.rankings((row @ self.weights).toarray())[0]

    def rankings(self, raw: Array) -> list[list[tuple[str, float]]]:
        """The same of many rows, from their products with the columns of `weights` (rows × columns)."""
        if len(self.labels) == 1:
            return [[(self.labels[0], 1.0)] for _ in raw]
        values = softmax(self._joined(raw) / self.temperature)
        order = np.argsort(-values, axis=1, kind="stable")
        sorted_values = np.take_along_axis(values, order, axis=1)
        return [
            [(self.labels[i], sure) for i, sure in zip(places, probabilities, strict=True)]
            for places, probabilities in zip(order.tolist(), sorted_values.tolist(), strict=True)
        ]


def join(margins: Array, count: int, finer: tuple[int, ...]) -> Array:
    """Margins of the labels from those of all columns: a label's own, plus the best of its finer ones."""
    if not finer:
        return margins
    best = np.full((len(margins), count), ABSENT)
    for column, parent in enumerate(finer, start=count):
        np.maximum(best[:, parent], margins[:, column], out=best[:, parent])
    joined: Array = margins[:, :count] + best
    return joined


def softmax(margins: Array) -> Array:
    shifted = np.exp(margins - margins.max(axis=1, keepdims=True))
    result: Array = shifted / shifted.sum(axis=1, keepdims=True)
    return result
