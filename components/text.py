"""Two views of what a citizen typed: as typed (accents kept) and folded (no accents, typing leftovers undone).

Views feed features and rules; what the citizen wrote is never replaced. Imports no Rasa: the danger rule uses it
when no model could be loaded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

from ruamel.yaml import YAML

from components.syllables import is_syllable, split_glued, undo_typing

LEXICON = Path(__file__).parent / "lexicon.yml"
TOKEN = re.compile(r"[^\W_]+(?:[./][^\W_]+)*")
ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u00ad"))
OLD_TONES = (("òa", "oà"), ("óa", "oá"), ("ỏa", "oả"), ("õa", "oã"), ("ọa", "oạ"), ("òe", "oè"), ("óe", "oé"),
             ("ỏe", "oẻ"), ("õe", "oẽ"), ("ọe", "oẹ"), ("ùy", "uỳ"), ("úy", "uý"), ("ủy", "uỷ"), ("ũy", "uỹ"),
             ("ụy", "uỵ"))  # fmt: skip
MAX_CHARACTERS = 2_000
CERTAINLY_GLUED, LONG_PIECES, SHORTEST_WORD = 8, 3, 3
"""Letters of a word without accents that is no foreign one when made of common syllables, and of these on average
("malaysia" is not "ma lay si a"); of a word beside digits."""


@dataclass(frozen=True)
class Lexicon:
    """`lexicon.yml`: readings of words typed without accents, of words as typed, of runs of two or three words, and of
    words that end a message."""

    words: Mapping[str, str]
    accented: Mapping[str, str]
    phrases: Mapping[str, str]
    final: Mapping[str, str]
    before_noun: frozenset[str]
    kept: frozenset[str]
    domain: tuple[str, ...]
    common: tuple[str, ...]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Read `lexicon.yml` once."""
    raw = YAML(typ="safe").load(LEXICON.read_text(encoding="utf-8"))
    before_noun, kept = (frozenset(raw[name].split()) for name in ("before_noun", "kept"))
    common, ours = tuple(raw["common"].split()), frozenset(raw["domain"].split())
    domain = tuple(word for word in common if word in ours)
    return Lexicon(raw["words"], raw["accented"], raw["phrases"], raw["final"], before_noun, kept, domain, common)


def typed(text: str) -> str:
    """As typed, made comparable: NFC, lower case, one tone placement, single spaces, at most 2,000 characters."""
    text = unicodedata.normalize("NFC", text[:MAX_CHARACTERS]).translate(ZERO_WIDTH).lower()
    for old, new in OLD_TONES:
        text = text.replace(old, new)
    return " ".join(text.split())


def strip_accents(text: str) -> str:
    """Remove accents and turn đ into d; keeps everything else."""
    decomposed = unicodedata.normalize("NFD", text)
    plain = "".join(ch for ch in decomposed if not unicodedata.combining(ch))
    return plain.replace("đ", "d").replace("Đ", "D")


@lru_cache(maxsize=50_000)
def plain_words(token: str) -> tuple[str, ...]:
    """The words meant by one typed token (lower case, NFC), without accents; one in most cases."""
    known, plain = lexicon(), strip_accents(token)
    if token in known.accented:
        return tuple(known.accented[token].split())
    if plain in known.kept:
        return (plain,)
    if plain in known.words and token.replace("đ", "d") == plain:
        return tuple(known.words[plain].split())
    repaired = undo_typing(plain)
    if is_syllable(repaired):
        return (repaired,)
    once = re.sub(r"(.)\1+", r"\1", plain)
    if len(once) > 1 and once in known.words:
        return tuple(known.words[once].split())
    return _unglued(plain, accented=token != plain) or (repaired,)


def _unglued(plain: str, *, accented: bool) -> tuple[str, ...]:
    """The words of a token typed without spaces: `chobe5tuoi` → `cho be 5 tuoi`; nothing when it is none."""
    known, parts = lexicon(), re.findall(r"[0-9]+|[^0-9]+", plain)
    if len(parts) == 1:
        found = split_glued(plain, known.common)
        if accented or len(plain) >= max(CERTAINLY_GLUED, LONG_PIECES * len(found)):
            return found
        return split_glued(plain, known.domain)
    words: list[tuple[str, ...]] = [
        (part,) if part.isdigit() or is_syllable(part) else _unglued(part, accented=accented) for part in parts
    ]
    # "ct01", "23h" and "kt3" are names of their own.
    word = any(len(part) >= SHORTEST_WORD and part.isalpha() for part in parts)
    return tuple(chain.from_iterable(words)) if word and all(words) else ()


def _final_words(plain: Sequence[str], last: str) -> tuple[str, ...]:
    """The words meant by the last token: some are particles there, unless a word before them makes them nouns."""
    known = lexicon()
    particle = known.final.get(last) if len(plain) > 1 and plain[-2] not in known.before_noun else None
    return (particle,) if particle else plain_words(last)


@lru_cache(maxsize=4_096)
def fold(text: str) -> str:
    """Lower case, no accents, teencode, telex and VNI leftovers undone, words separated by single spaces.

    >>> fold("Đk tạm trú cần jấy tờ j ạ?")
    'dang ky tam tru can giay to gi a'
    """
    phrases = lexicon().phrases
    tokens = TOKEN.findall(typed(text))
    plain = [strip_accents(token) for token in tokens]
    result: list[str] = []
    position = 0
    while position < len(tokens):
        for length in (3, 2):
            run = " ".join(plain[position : position + length])
            if run in phrases:
                result.append(phrases[run])
                position += length
                break
        else:
            result += _final_words(plain, tokens[-1]) if position == len(tokens) - 1 else plain_words(tokens[position])
            position += 1
    return " ".join(result)


def has_accents(text: str) -> bool:
    """Whether anything in the text carries a Vietnamese accent."""
    lowered = text.lower()
    return strip_accents(lowered) != unicodedata.normalize("NFD", lowered)


def _composed(text: str) -> tuple[str, list[int]]:
    """NFC form of `text`, and for each of its characters the position where it starts in `text`."""
    characters: list[str] = []
    starts: list[int] = []
    cluster, begin = "", 0
    for position, ch in enumerate(text + "\0"):
        if cluster and not unicodedata.combining(ch):
            composed = unicodedata.normalize("NFC", cluster)
            characters += composed
            starts += [begin] * len(composed)
            cluster = ""
        if not cluster:
            begin = position
        cluster += ch
    return "".join(characters), [*starts, len(text)]


@lru_cache(maxsize=1_024)
def folded_tokens(text: str) -> tuple[tuple[str, int, int], ...]:
    """Folded words with their place in `text`: `(word, start, end)`; one typed word may give several.

    Unlike `fold`, two-word phrases of the lexicon are not replaced, so that places stay true.
    """
    composed, starts = _composed(text[:MAX_CHARACTERS])
    result = []
    for match in TOKEN.finditer(composed):
        end = match.end()
        # A mark that could not be composed belongs to the letter before it.
        while starts[end] == starts[match.end() - 1]:
            end += 1
        for word in plain_words(typed(match.group())):
            result.append((word, starts[match.start()], starts[end]))
    return tuple(result)
