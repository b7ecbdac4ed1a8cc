"""The fast way to the features of one text gives what scikit-learn gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.features import EARLIER, FADES, FoldedFeatures, without_typed, word_pairs
from components.reading import views_of
from tests.components.samples import anything, views, written

TEXTS = [text for text, _, _ in written()] * 2
"""Twice: what is rare has no feature."""
FEATURES = FoldedFeatures()
FITTED = FEATURES.fit([views(text) for text in TEXTS])
known_words = st.lists(st.sampled_from(sorted({word for text in TEXTS for word in text.split()})), max_size=30)


def assert_same(text: str) -> None:
    view = views(text)
    one, many = FEATURES.transform_one(view), FEATURES.transform([view])
    assert one.shape == many.shape and one.dtype == many.dtype == np.float32
    np.testing.assert_allclose(one.toarray(), many.toarray(), rtol=1e-4, atol=1e-6)


@given(known_words.map(" ".join))
def test_one_text_has_the_features_of_many_when_its_words_are_known(text) -> None:
    assert_same(text)


@given(anything)
def test_one_text_has_the_features_of_many_whatever_it_is(text) -> None:
    assert_same(text)


def test_fitting_gives_the_features_of_the_fitted() -> None:
    again = FEATURES.transform([views(text) for text in TEXTS])
    np.testing.assert_allclose(FITTED.toarray(), again.toarray(), rtol=1e-5)


def test_a_text_of_unknown_words_has_only_its_flags() -> None:
    row = FEATURES.transform_one(views_of("", []))
    assert row.shape == (1, FITTED.shape[1])
    assert FEATURES.transform_one(views_of("zzz 🙂", [])).shape == row.shape


def test_each_block_is_scaled_to_its_weight() -> None:
    row, start = FEATURES.transform_one(views(TEXTS[0])).toarray()[0], 0
    for _, weight, block in FEATURES.blocks:
        end = start + len(block.vocabulary_)
        assert np.linalg.norm(row[start:end]) == pytest.approx(weight, rel=1e-4)
        start = end
    assert start == len(row)


def test_the_narrow_columns_are_words_and_flags() -> None:
    assert 0 < FEATURES.narrow < FITTED.shape[1]


def test_pairs_have_no_order_and_no_doubles() -> None:
    assert word_pairs("b a b c") == ["a&b", "a&c", "b&c"] == word_pairs("c b a")
    assert word_pairs("a") == word_pairs("") == []


def test_what_was_said_before_fades() -> None:
    first, second = views(TEXTS[0]), views(TEXTS[-1])
    one, both, none = FEATURES.earlier([[second], [first, second], []])
    assert one.shape == both.shape == none.shape == (1, FEATURES.narrow) and none.nnz == 0
    np.testing.assert_allclose(one.toarray(), EARLIER * plain(second), rtol=1e-4)
    np.testing.assert_allclose(both.toarray() - one.toarray(), EARLIER * FADES * plain(first), rtol=1e-3, atol=1e-6)
    for said in ([second], [first, second], []):
        row = FEATURES.earlier([said])
        np.testing.assert_allclose(FEATURES.earlier_one(said).toarray(), row.toarray(), rtol=1e-4, atol=1e-6)


def plain(view) -> np.ndarray:
    return FEATURES.transform_one(without_typed(view)).toarray()[:, : FEATURES.narrow]
