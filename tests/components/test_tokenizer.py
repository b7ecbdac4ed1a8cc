"""Tokens point into the text as typed; the views are written beside them."""

import unicodedata

import pytest
from hypothesis import given
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components import tokenizer
from components.text import fold
from components.tokenizer import VIEWS, VietnameseTokenizer, digest
from tests.components.samples import ENCODABLE, anything

VIETNAMESE = VietnameseTokenizer(VietnameseTokenizer.get_default_config())


def tokens_of(text: str) -> tuple[Message, list[tuple[str, int, int]]]:
    message = Message({TEXT: text})
    return message, [(token.text, token.start, token.end) for token in VIETNAMESE.tokenize(message, TEXT)]


def rebuilt(text: str) -> None:
    """Every token stands where it says, in order, and only blanks are between tokens."""
    end = 0
    for word, start, stop in tokens_of(text)[1]:
        assert text[start:stop] == word
        assert not text[end:start].strip()
        end = stop
    assert not text[end:].strip()


@pytest.mark.parametrize("text", [text for text in ENCODABLE if text])
def test_tokens_rebuild_naughty_texts(text) -> None:
    rebuilt(text)


@given(anything.filter(bool))
def test_tokens_rebuild_any_text(text) -> None:
    rebuilt(text)


def test_compounds_are_one_token() -> None:
    words = [word for word, _, _ in tokens_of("Đăng ký tạm trú ở Việt Nam")[1]]
    assert "Đăng ký" in words and "Việt Nam" in words


def test_views_are_written_on_the_message() -> None:
    text = "Đk tạm trú cần giấy tờ j"
    message, _ = tokens_of(text)
    views = message.get(VIEWS)
    assert views.folded == fold(text) and "asks=documents" in views.flags
    assert "giấy_tờ" in views.words.split()


def test_decomposed_text_has_the_same_folded_view() -> None:
    composed, decomposed = (unicodedata.normalize(form, "đăng ký ở đâu") for form in ("NFC", "NFD"))
    assert tokens_of(composed)[0].get(VIEWS).folded == tokens_of(decomposed)[0].get(VIEWS).folded


def test_training_texts_are_read_like_messages() -> None:
    texts = ["Đk tạm trú cần giấy tờ j", "mất cccd"]
    read = VIETNAMESE.process_training_data(TrainingData([Message({TEXT: text}) for text in texts])).training_examples
    for message in read:
        alone, tokens = tokens_of(message.get(TEXT))
        assert [(token.text, token.start, token.end) for token in message.get("text_tokens")] == tokens
        assert message.get(VIEWS) == alone.get(VIEWS)


def test_a_token_pattern_splits_further() -> None:
    split = VietnameseTokenizer({**VietnameseTokenizer.get_default_config(), "token_pattern": r"\w"})
    assert [token.text for token in split.tokenize(Message({TEXT: "ba"}), TEXT)] == ["b", "a"]


def test_the_fingerprint_follows_the_helpers(tmp_path, monkeypatch) -> None:
    before = VietnameseTokenizer.fingerprint_addon({})
    for name in tokenizer.HELPERS:
        (tmp_path / name).write_bytes((tokenizer.FOLDER / name).read_bytes())
    monkeypatch.setattr(tokenizer, "FOLDER", tmp_path)
    assert VietnameseTokenizer.fingerprint_addon({}) == before == digest(tokenizer.HELPERS)
    with (tmp_path / "lexicon.yml").open("a", encoding="utf-8") as lexicon:
        lexicon.write("# changed\n")
    assert VietnameseTokenizer.fingerprint_addon({}) != before
