"""Vietnamese syllables, and typing leftovers that hide one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.syllables import LONGEST, LONGEST_GLUED, is_syllable, split_glued, syllables, undo_typing

DOMAIN = ("cong_an", "dang", "ky", "tam", "tru", "can", "cuoc", "ta", "mt", "co", "ngan", "cong", "an", "tinh")
typing = st.text(alphabet="abcdeghiklmnopqrstuvxyfjwz0123456789", max_size=60)


@pytest.mark.parametrize("word", ["nghieng", "a", "quyen", "giay", "truong", "khuya", "duoc"])
def test_syllables_are_known(word) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["", "dk", "online", "vneid", "nghanh", "ct01", "zalo", "không"])
def test_other_words_are_not(word) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize(
    ("token", "meant"),
    [
        ("ddang", "dang"), ("tajm", "tam"), ("hoongf", "hong"), ("cawn", "can"), ("cuowcs", "cuoc"),
        ("quene", "quen"), ("d9ang8", "dang"), ("ky1", "ky"), ("duocccc", "duoc"), ("nhw", "nhu"),
    ],
)  # fmt: skip
def test_leftovers_are_undone(token, meant) -> None:
    assert undo_typing(token) == meant


@pytest.mark.parametrize("token", ["dang", "ct01", "q12", "5t", "vneid", "online", "x" * (LONGEST + 1), "", "2026"])
def test_the_rest_is_unchanged(token) -> None:
    assert undo_typing(token) == token


@given(typing)
def test_undoing_gives_a_syllable_or_the_token(token) -> None:
    meant = undo_typing(token)
    assert meant == token or is_syllable(meant)
    assert undo_typing(meant) == meant


@given(st.sampled_from(sorted(syllables())))
def test_a_syllable_is_left_alone(syllable) -> None:
    assert undo_typing(syllable) == syllable
    assert split_glued(syllable, DOMAIN) == ()


def test_glued_words_are_split_into_the_fewest_pieces() -> None:
    assert split_glued("dangkytamtru", DOMAIN) == ("dang", "ky", "tam", "tru")


def test_of_two_ways_the_commoner_pieces_are_taken_and_a_pair_counts_as_one() -> None:
    assert split_glued("congan", DOMAIN[1:]) == ("co", "ngan") == split_glued("congan", ("co", "ngan", "cong", "an"))
    assert split_glued("congan", ("cong", "an", "co", "ngan")) == ("cong", "an")
    assert split_glued("congantinh", DOMAIN) == ("cong", "an", "tinh")


@pytest.mark.parametrize("token", ["dangkytamtruz", "cancuoc1", "tam", "dang" * (LONGEST_GLUED // 4 + 1)])
def test_what_is_not_all_known_is_not_split(token) -> None:
    assert split_glued(token, DOMAIN) == ()


@given(st.lists(st.sampled_from(sorted(DOMAIN)), max_size=12), typing)
def test_pieces_are_known_and_rebuild_the_word(pieces, other) -> None:
    for token in ("".join(pieces).replace("_", ""), other):
        found = split_glued(token, DOMAIN)
        assert not found or ("".join(found) == token and set(found) <= set(DOMAIN))
