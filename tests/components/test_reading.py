"""Texts are read the same one by one and many at once, in one process and in several."""

import gc

from hypothesis import given

from components.reading import PART, read, read_all, typed_words, uncollected, views_of
from tests.components.samples import ENCODABLE, NAUGHTY, vietnamese


def test_a_text_without_accents_has_no_typed_words() -> None:
    assert typed_words("dang ky", ["dang", "ky"]) == ""
    assert typed_words("Đăng ký", ["Đăng ký"]) == "đăng_ký"


def test_many_texts_are_read_in_order_in_any_number_of_processes() -> None:
    texts = [f"bé {age} tuổi làm thẻ" for age in range(PART + 2)] + list(ENCODABLE)
    assert list(read_all(texts, workers=2)) == list(read_all(texts)) == [read(text) for text in texts]


def test_no_texts_are_read() -> None:
    assert list(read_all([])) == []


@given(vietnamese)
def test_the_views_of_a_text_are_its_own(text) -> None:
    view = views_of(text, ["Ở"])
    assert view.flags and view.folded == views_of(text, []).folded
    assert set(view.words.split()) <= {"ở"}


def test_no_text_breaks_the_views() -> None:
    assert all(views_of(text, text.split()).flags for text in NAUGHTY)


def test_the_collector_is_on_again_whatever_happens() -> None:
    try:
        with uncollected():
            assert not gc.isenabled()
            raise ValueError
    except ValueError:
        assert gc.isenabled()
