"""One linear head: honest probabilities, the same every time, for any number of labels."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from components.fitting import DEFAULT_TEMPERATURE, LEAST_WEIGHT, Order, Settings, train_heads
from components.heads import ABSENT, Bank, Head

PLAIN = Settings(1.0)


def fitted(rows: sp.csr_matrix, labels: list[str], settings: Settings, **finer) -> Head:
    """A head trained on all rows."""
    return train_heads(rows, {"": Order(np.arange(len(labels)), labels, settings, **finer)}, workers=1)[""]


def rows_of(groups: int, each: int = 20) -> tuple[sp.csr_matrix, list[str]]:
    """Groups that lie on axes of their own, a little apart from each other."""
    chance = np.random.default_rng(7)
    wanted = np.repeat(np.arange(groups), each)
    rows = np.eye(max(groups, 2), dtype=np.float32)[wanted] + chance.normal(0, 0.1, (len(wanted), max(groups, 2)))
    return sp.csr_matrix(rows.astype(np.float32)), [f"label{number}" for number in wanted]


@pytest.mark.parametrize("groups", [1, 2, 3, 6])
def test_groups_are_told_apart_and_probabilities_add_to_one(groups) -> None:
    rows, labels = rows_of(groups)
    head = fitted(rows, labels, PLAIN)
    assert head.labels == tuple(sorted(set(labels)))
    for number, label in enumerate(labels):
        ranking = head.ranking(rows[number])
        assert ranking[0][0] == label
        assert sum(p for _, p in ranking) == pytest.approx(1.0, abs=1e-5)
        assert [p for _, p in ranking] == sorted((p for _, p in ranking), reverse=True)


def test_one_label_is_certain() -> None:
    rows, labels = rows_of(1)
    head = fitted(rows, labels, PLAIN, finer=labels)
    assert head.ranking(rows[0]) == [("label0", 1.0)]
    assert head.temperature == DEFAULT_TEMPERATURE


def test_two_labels_are_each_others_opposite() -> None:
    rows, labels = rows_of(2)
    margins = fitted(rows, labels, PLAIN).margins(rows)
    np.testing.assert_allclose(margins[:, 0], -margins[:, 1], atol=1e-5)


def test_training_twice_gives_the_same() -> None:
    rows, labels = rows_of(4)
    one, two = (fitted(rows, labels, Settings(0.5, lift=1.0)) for _ in range(2))
    assert one.temperature == two.temperature
    assert np.array_equal(one.bias, two.bias)
    assert (one.weights != two.weights).nnz == 0


def test_finer_labels_join_their_label() -> None:
    """A label made of two far groups: each finer column knows one of them."""
    rows, fine = rows_of(4)
    labels = ["odd" if name in ("label1", "label3") else "even" for name in fine]
    head = fitted(rows, labels, PLAIN, finer=fine, finer_settings=Settings(1.0, lift=0.5))
    assert head.labels == ("even", "odd")
    assert head.finer == (0, 1, 0, 1)
    assert head.weights.shape[1] == len(head.bias) == 6
    assert [head.ranking(row)[0][0] for row in rows] == labels


def test_the_best_finer_column_is_added_to_its_label() -> None:
    weights = sp.csr_matrix(np.array([[1.0, 2.0, 5.0, 7.0, 3.0]], dtype=np.float32))
    head = Head(("a", "b"), np.zeros(5, dtype=np.float32), 1.0, finer=(0, 0, 1), weights=weights)
    assert head.margins(sp.csr_matrix([[1.0]])).tolist() == [[8.0, 5.0]]
    lonely = Head(("a", "b"), np.zeros(3, dtype=np.float32), 1.0, finer=(0,), weights=weights[:, :3])
    assert lonely.margins(sp.csr_matrix([[1.0]])).tolist() == [[6.0, 2.0 + ABSENT]]


def test_a_rare_label_is_lifted() -> None:
    rows, _ = rows_of(2, each=30)
    mixed = sp.vstack([rows, rows[:30], rows[:30], rows[:2]]).tocsr()
    labels = ["often"] * 30 + ["rare"] * 30 + ["often"] * 60 + ["rare"] * 2
    middle = sp.csr_matrix(np.array([[0.5, 0.5]], dtype=np.float32))
    low, high = (dict(fitted(mixed, labels, Settings(0.05, lift)).ranking(middle))["rare"] for lift in (0.0, 1.0))
    assert high > low


def test_weights_near_zero_are_dropped() -> None:
    rows, labels = rows_of(3)
    weights = fitted(rows, labels, PLAIN).weights
    assert weights.dtype == np.float32 and abs(weights.data).min() >= LEAST_WEIGHT


@given(st.lists(st.floats(-5, 5, width=32), min_size=3, max_size=3), st.floats(0.05, 3.0))
def test_probabilities_are_always_probabilities(values, temperature) -> None:
    head = Head(("a", "b", "c"), np.zeros(3), temperature, weights=sp.csr_matrix(np.eye(3, dtype=np.float32)))
    ranking = head.ranking(sp.csr_matrix([values]))
    probabilities = [probability for _, probability in ranking]
    assert min(probabilities) >= 0 and sum(probabilities) == pytest.approx(1.0)
    assert probabilities == sorted(probabilities, reverse=True)
    assert values["abc".index(ranking[0][0])] == pytest.approx(max(values), abs=1e-4)


def test_processes_give_the_same_heads_as_one_after_the_other() -> None:
    rows, labels = rows_of(4, each=30)
    some = np.arange(0, len(labels), 2)
    orders = {
        "all": Order(np.arange(len(labels)), ["x" if name < "label2" else "y" for name in labels], PLAIN, labels),
        "some": Order(some, [labels[i] for i in some], Settings(0.5, lift=1.0)),
        "one": Order(some, ["same"] * len(some), PLAIN),
    }
    alone, together = (train_heads(rows, orders, workers=workers) for workers in (1, 2))
    for name, head in alone.items():
        assert head.labels == together[name].labels and head.temperature == together[name].temperature
        assert np.array_equal(head.bias, together[name].bias)
        assert (head.weights != together[name].weights).nnz == 0


def test_a_bank_says_what_its_heads_say() -> None:
    rows, labels = rows_of(4, each=30)
    halves = ["x" if name < "label2" else "y" for name in labels]
    every = np.arange(len(labels))
    orders = {
        "halves": Order(every, halves, PLAIN, labels),
        "same": Order(every, ["same"] * len(labels), PLAIN),
        "quarters": Order(every, labels, PLAIN),
    }
    heads = train_heads(rows, orders, workers=1)
    bank = Bank.of(heads, rows.shape[1])
    assert "halves" in bank and "thirds" not in bank
    for name, rankings in bank.rankings(rows, ("quarters", "same", "halves")).items():
        for row, ranking in zip(rows, rankings, strict=True):
            assert [label for label, _ in ranking] == [label for label, _ in heads[name].ranking(row)]
            assert [sure for _, sure in ranking] == pytest.approx([sure for _, sure in heads[name].ranking(row)])
    assert bank.read(rows[0], ["halves"])["halves"][0][0] == "x"


def test_a_bank_of_nothing_knows_nothing() -> None:
    bank = Bank.of({}, 3)
    assert bank.weights.shape == (3, 0) and "act" not in bank and bank.read(sp.csr_matrix((1, 3)), []) == {}


def test_finer_labels_may_see_only_the_first_columns() -> None:
    rows, labels = rows_of(4, each=30)
    halves = ["x" if name < "label2" else "y" for name in labels]
    head = fitted(rows, halves, PLAIN, finer=labels, finer_columns=2)
    coarse, fine = head.weights[:, :2], head.weights[:, 2:]
    assert fine.shape == (rows.shape[1], 4)
    assert fine[2:].nnz == 0 and fine[:2].nnz and coarse[2:].nnz
