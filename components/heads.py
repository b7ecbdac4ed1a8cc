"""Linear classification heads on sparse features: one label set each, with calibrated probabilities.

Knows nothing of Rasa. A head is a one-vs-rest linear SVM whose margins a temperature turns into probabilities. A label
may be seen at two grains: its own SVM column, plus the best of the columns of finer labels below it. Fitted in
`fitting.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Array = npt.NDArray[Any]
Ranked = tuple[str, float]

ABSENT = -10.0
"""The margin of a label that has no column."""


@dataclass(frozen=True)
class Scale:
    """What the columns of one head mean, and how sure a margin is.

    The first columns are the labels, in order; column `len(labels) + i` is a finer label that belongs to label
    `finer[i]`. `bias` follows the columns.
    """

    labels: tuple[str, ...]
    bias: Array
    temperature: float
    finer: tuple[int, ...] = ()

    def joined(self, raw: Array) -> Array:
        """Margins of the labels (rows × labels) from products with the weights (rows × columns)."""
        return join(raw + self.bias, len(self.labels), self.finer)

    def rankings(self, raw: Array) -> list[list[Ranked]]:
        """Labels with their probabilities, which add up to 1, most likely first, from rows × columns."""
        if len(self.labels) == 1:
            return [[(self.labels[0], 1.0)] for _ in raw]
        values = softmax(self.joined(raw) / self.temperature)
        order = np.argsort(-values, axis=1, kind="stable")
        sorted_values = np.take_along_axis(values, order, axis=1)
        return [
            [(self.labels[i], sure) for i, sure in zip(places, probabilities, strict=True)]
            for places, probabilities in zip(order.tolist(), sorted_values.tolist(), strict=True)
        ]


@dataclass(frozen=True)
class Head(Scale):
    """A head as it is fitted: `weights` is features × columns (float32)."""

    weights: sp.csr_matrix = field(kw_only=True)

    def margins(self, rows: sp.csr_matrix) -> Array:
        """Rows × labels."""
        return self.joined((rows @ self.weights).toarray())

    def ranking(self, row: sp.csr_matrix) -> list[Ranked]:
        """Labels with their probabilities, most likely first."""
        return self.rankings((row @ self.weights).toarray())[0]


@dataclass(frozen=True)
class Bank:
    """Heads on the same features, their weights side by side: one product for all, and one index of the features.

    A matrix a head would hold that index as often as there are heads, half a megabyte each.
    """

    weights: sp.csr_matrix
    scales: Mapping[str, Scale]
    starts: Mapping[str, int]

    @classmethod
    def of(cls, heads: Mapping[str, Head], features: int) -> Bank:
        """The heads of so many `features`, in their order."""
        weights = sp.hstack([sp.csr_matrix((features, 0)), *(head.weights for head in heads.values())], format="csr")
        ends = np.cumsum([0, *(len(head.bias) for head in heads.values())]).tolist()
        scales = {name: Scale(head.labels, head.bias, head.temperature, head.finer) for name, head in heads.items()}
        return cls(weights.astype(np.float32), scales, dict(zip(heads, ends, strict=False)))

    def __contains__(self, name: str) -> bool:
        return name in self.scales

    def rankings(self, rows: sp.csr_matrix, names: Iterable[str]) -> dict[str, list[list[Ranked]]]:
        """What some heads say of every row."""
        raw = (rows @ self.weights).toarray()
        return {name: self.scales[name].rankings(raw[:, self.columns(name)]) for name in names}

    def read(self, row: sp.csr_matrix, names: Iterable[str]) -> dict[str, list[Ranked]]:
        """What some heads say of one row."""
        return {name: rankings[0] for name, rankings in self.rankings(row, names).items()}

    def columns(self, name: str) -> slice:
        """Where a head's columns stand."""
        start = self.starts[name]
        return slice(start, start + len(self.scales[name].bias))


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
