"""Linear classification heads on sparse features: one label set each, with calibrated probabilities.

Knows nothing of Rasa. A head is a one-vs-rest linear SVM whose margins a temperature turns into probabilities;
weights are kept sparse, because a row of features touches a few hundred of some hundred thousand columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize_scalar
from sklearn.model_selection import KFold
from sklearn.svm import LinearSVC

FOLDS = 3
SEED = 20_261_122
DEFAULT_TEMPERATURE = 0.5


@dataclass(frozen=True)
class Head:
    """A trained head. `weights` is features × labels (float32), `bias` and probabilities follow `labels`."""

    labels: tuple[str, ...]
    weights: sp.csr_matrix
    bias: np.ndarray
    temperature: float

    def probabilities(self, row: sp.csr_matrix) -> np.ndarray:
        """Probabilities of all labels for one row of features; they add up to 1."""
        if len(self.labels) == 1:
            return np.ones(1, dtype=np.float32)
        margins = (row @ self.weights).toarray()[0] + self.bias
        return _softmax(margins[None, :] / self.temperature)[0]

    def ranking(self, row: sp.csr_matrix) -> list[tuple[str, float]]:
        """Labels with their probabilities, most likely first."""
        values = self.probabilities(row)
        return [(self.labels[i], float(values[i])) for i in np.argsort(-values, kind="stable")]


def train_head(features: sp.csr_matrix, labels: Sequence[str], *, cost: float, weight: str | None = None) -> Head:
    """Fit one head.

    Args:
        features: rows × features.
        labels: one label a row.
        cost: the SVM's C; larger trusts the training texts more.
        weight: `"balanced"` gives every label the same total weight.
    """
    classes = tuple(sorted(set(labels)))
    wanted = np.array([classes.index(label) for label in labels])
    if len(classes) == 1:
        empty = sp.csr_matrix((features.shape[1], 1), dtype=np.float32)
        return Head(classes, empty, np.zeros(1, dtype=np.float32), DEFAULT_TEMPERATURE)
    weights, bias = _fit(features, wanted, len(classes), cost, weight)
    temperature = _temperature(features, wanted, len(classes), cost, weight)
    return Head(classes, sp.csr_matrix(weights, dtype=np.float32), bias.astype(np.float32), temperature)


def _fit(
    features: sp.csr_matrix, wanted: np.ndarray, count: int, cost: float, weight: str | None
) -> tuple[np.ndarray, np.ndarray]:
    """Weights as features × classes and one bias a class; classes absent from `wanted` get a very low bias."""
    present = np.unique(wanted)
    weights = np.zeros((features.shape[1], count))
    bias = np.full(count, -10.0)
    if len(present) == 1:
        bias[present[0]] = 0.0
        return weights, bias
    model = LinearSVC(C=cost, class_weight=weight, random_state=SEED, dual=True, max_iter=2_000)
    model.fit(features, wanted)
    if len(present) == 2:
        weights[:, present[0]], weights[:, present[1]] = -model.coef_[0], model.coef_[0]
        bias[present] = [-model.intercept_[0], model.intercept_[0]]
    else:
        weights[:, present] = model.coef_.T
        bias[present] = model.intercept_
    return weights, bias


def _temperature(features: sp.csr_matrix, wanted: np.ndarray, count: int, cost: float, weight: str | None) -> float:
    """The temperature that makes held-out margins most honest (least log loss over three folds)."""
    if len(wanted) < 10 * FOLDS:
        return DEFAULT_TEMPERATURE
    margins = np.zeros((len(wanted), count))
    for train, test in KFold(FOLDS, shuffle=True, random_state=SEED).split(features):
        weights, bias = _fit(features[train], wanted[train], count, cost, weight)
        margins[test] = features[test] @ weights + bias

    def loss(log_temperature: float) -> float:
        probabilities = _softmax(margins / np.exp(log_temperature))
        return float(-np.log(probabilities[np.arange(len(wanted)), wanted] + 1e-9).mean())

    found = minimize_scalar(loss, bounds=(np.log(0.05), np.log(3.0)), method="bounded")
    return float(np.exp(found.x))


def _softmax(margins: np.ndarray) -> np.ndarray:
    shifted = np.exp(margins - margins.max(axis=1, keepdims=True))
    result: np.ndarray = shifted / shifted.sum(axis=1, keepdims=True)
    return result
