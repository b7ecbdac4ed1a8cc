"""Linear classification heads on sparse features: one label set each, with calibrated probabilities.

Knows nothing of Rasa. A head is a one-vs-rest linear SVM whose margins a temperature turns into probabilities. A label
may be seen at two grains: its own SVM column, plus the best of the columns of finer labels below it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import minimize_scalar
from sklearn.model_selection import KFold
from sklearn.svm import LinearSVC

Array = npt.NDArray[Any]

FOLDS = 3
SEED = 20_261_122
DEFAULT_TEMPERATURE = 0.5
ABSENT = -10.0
# Weights nearer to 0 than this are dropped: they cost space and decide nothing (measured).
LEAST_WEIGHT = 0.01


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
        return _join(raw + self.bias, len(self.labels), self.finer)

    def ranking(self, row: sp.csr_matrix) -> list[tuple[str, float]]:
        """Labels with their probabilities, which add up to 1, most likely first."""
        return self.ranked((row @ self.weights).toarray()[0])

    def ranked(self, raw: Array) -> list[tuple[str, float]]:
        """The same from the products of one row with the columns of `weights`."""
        if len(self.labels) == 1:
            return [(self.labels[0], 1.0)]
        values = _softmax(self._joined(raw[np.newaxis]) / self.temperature)[0]
        return [(self.labels[i], float(values[i])) for i in np.argsort(-values, kind="stable")]


@dataclass(frozen=True)
class Settings:
    """How to fit: the SVM's C (larger trusts the training texts more), and how far rare labels are lifted.

    `lift` 0 counts every text the same, 1 gives every label the same total weight, 0.5 is half way.
    """

    cost: float
    lift: float = 0.0


def train_head(
    features: sp.csr_matrix,
    labels: Sequence[str],
    settings: Settings,
    *,
    finer: Sequence[str] | None = None,
    finer_settings: Settings | None = None,
) -> Head:
    """Fit one head.

    Args:
        features: rows × features.
        labels: one label a row.
        settings: for the labels.
        finer: optionally a finer label for each row; every finer label belongs to one label.
        finer_settings: for the finer labels.
    """
    classes = tuple(sorted(set(labels)))
    if len(classes) == 1:
        empty = sp.csr_matrix((features.shape[1], 1), dtype=np.float32)
        return Head(classes, empty, np.zeros(1, dtype=np.float32), DEFAULT_TEMPERATURE)
    grains = [(list(labels), classes, settings)]
    parents: tuple[int, ...] = ()
    if finer is not None:
        parent = {fine: classes.index(label) for fine, label in zip(finer, labels, strict=True)}
        below = tuple(sorted(parent))
        parents = tuple(parent[fine] for fine in below)
        grains.append((list(finer), below, finer_settings or settings))
    wanted = [np.array([names.index(label) for label in given]) for given, names, _ in grains]
    plans = [(aims, len(names), how) for aims, (_, names, how) in zip(wanted, grains, strict=True)]
    weights, bias = _fit_all(features, plans)
    temperature = _temperature(features, plans, parents)
    return Head(classes, _sparse(weights), bias.astype(np.float32), temperature, parents)


Plan = tuple[Array, int, Settings]


def _fit_all(features: sp.csr_matrix, plans: Sequence[Plan]) -> tuple[Array, Array]:
    fitted = [_fit(features, wanted, count, settings) for wanted, count, settings in plans]
    return np.hstack([weights for weights, _ in fitted]), np.concatenate([bias for _, bias in fitted])


def _fit(features: sp.csr_matrix, wanted: Array, count: int, settings: Settings) -> tuple[Array, Array]:
    """Weights as features × classes and one bias a class; classes absent from `wanted` get a very low bias."""
    present = np.unique(wanted)
    weights = np.zeros((features.shape[1], count), dtype=np.float32)
    bias = np.full(count, ABSENT)
    if len(present) == 1:
        bias[present[0]] = 0.0
        return weights, bias
    totals = Counter(wanted.tolist())
    share = {label: (len(wanted) / len(present) / total) ** settings.lift for label, total in totals.items()}
    model = LinearSVC(C=settings.cost, class_weight=share, random_state=SEED, dual=True, max_iter=2_000, tol=0.01)
    model.fit(features, wanted)
    if len(present) == 2:
        weights[:, present[0]], weights[:, present[1]] = -model.coef_[0], model.coef_[0]
        bias[present] = [-model.intercept_[0], model.intercept_[0]]
    else:
        weights[:, present] = model.coef_.T
        bias[present] = model.intercept_
    return weights, bias


def _temperature(features: sp.csr_matrix, plans: Sequence[Plan], parents: tuple[int, ...]) -> float:
    """The temperature that makes held-out margins most honest (least log loss)."""
    wanted, count, _ = plans[0]
    if len(wanted) < 10 * FOLDS:
        return DEFAULT_TEMPERATURE
    seen = np.zeros(len(wanted), dtype=bool)
    margins = np.zeros((len(wanted), count))
    folds = list(KFold(FOLDS, shuffle=True, random_state=SEED).split(features))
    # One number is fitted: for a large head one held-out part says enough, and costs a third.
    for train, test in folds[: 1 if len(wanted) > 2_000 else FOLDS]:
        weights, bias = _fit_all(features[train], [(aims[train], size, how) for aims, size, how in plans])
        margins[test] = _join(features[test] @ weights + bias, count, parents)
        seen[test] = True
    margins, wanted = margins[seen], wanted[seen]

    def loss(log_temperature: float) -> float:
        probabilities = _softmax(margins / np.exp(log_temperature))
        return float(-np.log(probabilities[np.arange(len(wanted)), wanted] + 1e-9).mean())

    found = minimize_scalar(loss, bounds=(np.log(0.05), np.log(3.0)), method="bounded")
    return float(np.exp(found.x))


def _join(margins: Array, count: int, finer: tuple[int, ...]) -> Array:
    """Margins of the labels from those of all columns: a label's own, plus the best of its finer ones."""
    if not finer:
        return margins
    best = np.full((len(margins), count), ABSENT)
    for column, parent in enumerate(finer, start=count):
        np.maximum(best[:, parent], margins[:, column], out=best[:, parent])
    joined: Array = margins[:, :count] + best
    return joined


def _sparse(weights: Array) -> sp.csr_matrix:
    return sp.csr_matrix(np.where(np.abs(weights) < LEAST_WEIGHT, 0.0, weights), dtype=np.float32)


def _softmax(margins: Array) -> Array:
    shifted = np.exp(margins - margins.max(axis=1, keepdims=True))
    result: Array = shifted / shifted.sum(axis=1, keepdims=True)
    return result
