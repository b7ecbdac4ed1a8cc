"""Fit the heads of `heads.py`: every grain of every head, and every fold of it, is a job of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from joblib import Parallel, cpu_count, delayed
from scipy.optimize import minimize_scalar
from sklearn.model_selection import KFold
from sklearn.svm import LinearSVC

from components.heads import ABSENT, Array, Head, join, softmax

FOLDS, LARGE = 3, 2_000
SEED = 20_261_122
TOLERANCE = 0.5
"""When the SVM stops. Between 0.1 and 1.0 singles of data/development stay at 1,292 to 1,294 of 1,352 and those of its
talks at 813 to 815 of 887; 1.0 takes two thirds of the time of 0.1."""
DEFAULT_TEMPERATURE = 0.5
WORTH_A_PROCESS = 4_000
"""More rows than this, of all heads together, are worth starting a second process for."""
LEAST_WEIGHT = 0.01
"""Weights nearer to 0 than this are dropped: they cost space and decide nothing (measured)."""


@dataclass(frozen=True)
class Settings:
    """How to fit: the SVM's C (larger trusts the training texts more), and how far rare labels are lifted.

    `lift` 0 counts every text the same, 1 gives every label the same total weight, 0.5 is half way. Weights nearer to 0
    than `least` are dropped.
    """

    cost: float
    lift: float = 0.0
    least: float = LEAST_WEIGHT


@dataclass(frozen=True)
class Order:
    """What one head is to be trained on: the rows of the features it sees, and their labels.

    Args:
        rows: numbers of the rows, in order; the labels below follow them.
        labels: one label a row.
        settings: for the labels.
        finer: optionally a finer label for each row; every finer label belongs to one label.
        finer_settings: for the finer labels.
        finer_columns: so many of the first columns are seen by the finer labels; all when None.
    """

    rows: Array
    labels: Sequence[str]
    settings: Settings
    finer: Sequence[str] | None = None
    finer_settings: Settings | None = None
    finer_columns: int | None = None


def train_heads(features: sp.csr_matrix, orders: Mapping[str, Order], workers: int | None = None) -> dict[str, Head]:
    """Fit several heads, every grain of every head a job of its own, in so many processes (None: one a core)."""
    if workers is None:
        workers = cpu_count() if sum(len(order.rows) for order in orders.values()) > WORTH_A_PROCESS else 1
    plans = {name: Plan.of(order) for name, order in orders.items()}
    jobs = [(name, part, grain) for name, plan in plans.items() for part, grain in plan.jobs()]
    # The largest first, so that no process ends with a long one alone.
    names = sorted(jobs, key=lambda job: -plans[job[0]].size(job[1], job[2]))
    # In processes: liblinear's one random generator makes threads of one process disturb each other.
    done = Parallel(n_jobs=workers, max_nbytes=None)(
        delayed(_fit)(plan.seen(features, part, grain), plan.aim(part, grain))
        for plan, part, grain in ((plans[name], part, grain) for name, part, grain in names)
    )
    fitted = dict(zip(names, done, strict=True))
    return {
        name: plan.head(features, {(part, grain): fitted[name, part, grain] for part, grain in plan.jobs()})
        for name, plan in plans.items()
    }


Aim = tuple[Array, int, Settings]
"""Label numbers of the rows, how many labels there are, and how to fit them."""
Job = tuple[int, int]
"""A part (0: all rows; from 1: the rows kept for training of a fold) and a grain (0: labels, 1: finer labels)."""


@dataclass(frozen=True)
class Plan:
    """An order worked out: label numbers of every grain, and the folds that tell the temperature."""

    rows: Array
    classes: tuple[str, ...]
    grains: tuple[Aim, ...]
    parents: tuple[int, ...]
    folds: tuple[tuple[Array, Array], ...]
    finer_columns: int | None = None

    @classmethod
    def of(cls, order: Order) -> Plan:
        classes = tuple(sorted(set(order.labels)))
        grains = [(_numbers(order.labels, classes), len(classes), order.settings)]
        parents: tuple[int, ...] = ()
        if order.finer is not None:
            parent = {fine: classes.index(label) for fine, label in zip(order.finer, order.labels, strict=True)}
            below = tuple(sorted(parent))
            parents = tuple(parent[fine] for fine in below)
            grains.append((_numbers(order.finer, below), len(below), order.finer_settings or order.settings))
        folds = _folds(len(order.rows)) if len(classes) > 1 else ()
        return cls(order.rows, classes, tuple(grains), parents, folds, order.finer_columns)

    def jobs(self) -> list[Job]:
        if len(self.classes) == 1:
            return []
        return [(part, grain) for part in range(1 + len(self.folds)) for grain in range(len(self.grains))]

    def size(self, part: int, grain: int) -> int:
        """How much work a job is: rows times columns."""
        return len(self._kept(part)) * self.grains[grain][1]

    def _kept(self, part: int) -> Array:
        return self.folds[part - 1][0] if part else np.arange(len(self.rows))

    def seen(self, features: sp.csr_matrix, part: int, grain: int) -> sp.csr_matrix:
        """The rows and columns of the features that a job is trained on."""
        rows = features[self.rows[self._kept(part)]]
        return rows[:, : self.finer_columns] if grain else rows

    def aim(self, part: int, grain: int) -> Aim:
        wanted, count, settings = self.grains[grain]
        return wanted[self._kept(part)], count, settings

    def head(self, features: sp.csr_matrix, fitted: Mapping[Job, tuple[Array, Array]]) -> Head:
        """The head made of all fitted grains."""
        if not fitted:
            empty = sp.csr_matrix((features.shape[1], 1), dtype=np.float32)
            return Head(self.classes, np.zeros(1, dtype=np.float32), DEFAULT_TEMPERATURE, weights=empty)
        weights, bias = self._columns(fitted, 0, features.shape[1])
        temperature = self._temperature(features, fitted)
        kept = _sparse(weights, self.grains[0][2].least)
        return Head(self.classes, bias.astype(np.float32), temperature, self.parents, weights=kept)

    def _columns(self, fitted: Mapping[Job, tuple[Array, Array]], part: int, height: int) -> tuple[Array, Array]:
        """Weights and biases of all grains side by side; what a grain did not see weighs nothing."""
        grains = [fitted[part, grain] for grain in range(len(self.grains))]
        padded = [np.pad(weights, ((0, height - len(weights)), (0, 0))) for weights, _ in grains]
        return np.hstack(padded), np.concatenate([bias for _, bias in grains])

    def _temperature(self, features: sp.csr_matrix, fitted: Mapping[Job, tuple[Array, Array]]) -> float:
        """The temperature that makes held-out margins most honest (least log loss)."""
        if not self.folds:
            return DEFAULT_TEMPERATURE
        margins, wanted = [], []
        for part, (_, held_out) in enumerate(self.folds, start=1):
            weights, bias = self._columns(fitted, part, features.shape[1])
            margins.append(join(features[self.rows[held_out]] @ weights + bias, len(self.classes), self.parents))
            wanted.append(self.grains[0][0][held_out])
        return _honest_temperature(np.vstack(margins), np.concatenate(wanted))


def _numbers(labels: Sequence[str], classes: Sequence[str]) -> Array:
    number = {label: place for place, label in enumerate(classes)}
    return np.array([number[label] for label in labels])


def _folds(count: int) -> tuple[tuple[Array, Array], ...]:
    """Rows to train on and rows held out; none when there are too few."""
    if count < 10 * FOLDS:
        return ()
    folds = list(KFold(FOLDS, shuffle=True, random_state=SEED).split(np.arange(count)))
    if count <= LARGE:
        return tuple(folds)
    # One number is fitted: for a large head one held-out third says enough, learned from half of the others.
    train, test = folds[0]
    return ((train[::2], test),)


def _honest_temperature(margins: Array, wanted: Array) -> float:
    def loss(log_temperature: float) -> float:
        probabilities = softmax(margins / np.exp(log_temperature))
        return float(-np.log(probabilities[np.arange(len(wanted)), wanted] + 1e-9).mean())

    found = minimize_scalar(loss, bounds=(np.log(0.05), np.log(3.0)), method="bounded")
    return float(np.exp(found.x))


def _fit(features: sp.csr_matrix, aim: Aim) -> tuple[Array, Array]:
    """Weights as features × classes and one bias a class; classes absent from `wanted` get a very low bias."""
    wanted, count, settings = aim
    present = np.unique(wanted)
    weights = np.zeros((features.shape[1], count), dtype=np.float32)
    bias = np.full(count, ABSENT)
    if len(present) == 1:
        bias[present[0]] = 0.0
        return weights, bias
    totals = Counter(wanted.tolist())
    share = {label: (len(wanted) / len(present) / total) ** settings.lift for label, total in totals.items()}
    model = LinearSVC(C=settings.cost, class_weight=share, random_state=SEED, dual=True, max_iter=2_000, tol=TOLERANCE)
    model.fit(features, wanted)
    if len(present) == 2:
        weights[:, present[0]], weights[:, present[1]] = -model.coef_[0], model.coef_[0]
        bias[present] = [-model.intercept_[0], model.intercept_[0]]
    else:
        weights[:, present] = model.coef_.T
        bias[present] = model.intercept_
    return weights, bias


def _sparse(weights: Array, least: float) -> sp.csr_matrix:
    return sp.csr_matrix(np.where(np.abs(weights) < least, 0.0, weights), dtype=np.float32)
