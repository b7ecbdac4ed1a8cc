"""The lists of phrases: written the way folded text reads, each saying one thing."""

from collections import Counter

from components.phrases import PHRASES, phrases
from components.text import fold
from components.understanding import ASK_PREFIX, QUESTION_INTENTS


def test_phrases_are_found_with_and_without_accents() -> None:
    """`túi` folds to `tui`, but `tui` typed without accents is read as "tôi": then both are in the list."""
    lists = [texts for values in phrases().entities.values() for texts in values.values()]
    assert lists
    assert not [text for texts in lists for text in texts if fold(text) not in texts]


def test_no_phrase_has_two_values() -> None:
    for entity, values in phrases().entities.items():
        counts = Counter(text for texts in values.values() for text in texts)
        assert not [text for text, count in counts.items() if count > 1], entity


def test_cues_belong_to_questions() -> None:
    assert {ASK_PREFIX + question for question in phrases().cues} <= set(QUESTION_INTENTS)


def test_cues_match_whole_words_only() -> None:
    cues = phrases().cues
    assert cues["fee"].search("le phi bao nhieu")
    assert not cues["fee"].search("phim gian lam")
    assert cues["where"].search("nop o dau vay")
    assert not cues["where"].search("dau tien")


def test_the_file_is_read_once() -> None:
    assert phrases() is phrases()
    assert PHRASES.exists()
