"""Know the Vietnamese syllables, and undo typing leftovers that hide one: telex, VNI, held-down keys, missing spaces.

Works on lower-case text without accents. Never guesses accents: pyvi's restoration is wrong on our words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

SYLLABLES = Path(__file__).parent / "syllables.yml"
VOWELS = "aeiouy"
LONGEST = 12
LONGEST_GLUED, LONGEST_PIECE = 40, 9
# A telex mark may stand anywhere after the first vowel; none of these letters ends an unaccented syllable.
ONSET = re.compile(rf"[^{VOWELS}w]*(?:(?<=q)u|(?<=g)i(?=[{VOWELS}]))?")
MARKS = re.compile(r"[sfrxjzw]")
# VNI: 6–9 change the letter, 1–5 the tone.
DIGITS = re.compile(r"[a-z]+(?:(?:[6-9][1-5]?|[1-5])[a-z]*)+")


@lru_cache(maxsize=1)
def syllables() -> frozenset[str]:
    """All syllables without accents, from `syllables.yml`."""
    table = YAML(typ="safe").load(SYLLABLES.read_text(encoding="utf-8"))
    return frozenset(onset.strip("~") + rhyme for onset, rhymes in table.items() for rhyme in rhymes.split())


def is_syllable(token: str) -> bool:
    """Whether `token` can be read as one Vietnamese syllable without accents."""
    return token in syllables()


@lru_cache(maxsize=20_000)
def undo_typing(token: str) -> str:
    """Undo telex, VNI and held-down keys where the result is a syllable and the token is not.

    `ddang` → `dang`, `tajm` → `tam`, `quene` → `quen`, `d9ang8` → `dang`, `duocccc` → `duoc`. Anything else is
    returned unchanged.
    """
    if is_syllable(token) or not 2 <= len(token) <= LONGEST:
        return token
    return next((candidate for candidate in _candidates(token) if is_syllable(candidate)), token)


@lru_cache(maxsize=20_000)
def split_glued(token: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """`dangkytamtru` → `dang ky tam tru`, when all of it is made of `known` syllables; else nothing.

    Args:
        known: syllables, and pairs of them ("cong_an"), the commonest first. Of several ways the one with the fewest
            pieces is taken, then the commoner pieces.
    """
    if not 5 <= len(token) <= LONGEST_GLUED or is_syllable(token) or not token.isalpha():
        return ()
    cost = _costs(known)
    best: list[tuple[int, float, tuple[str, ...]] | None] = [(0, 0.0, ()), *([None] * len(token))]
    for end in range(1, len(token) + 1):
        for start in range(max(0, end - LONGEST_PIECE), end):
            before, piece = best[start], token[start:end]
            if before is None or piece not in cost:
                continue
            pieces, spent, parts = before
            price, syllables_in = cost[piece]
            way, here = (pieces + 1, spent + price, (*parts, *syllables_in)), best[end]
            if here is None or way[:2] < here[:2]:
                best[end] = way
    last = best[-1]
    return last[2] if last else ()


@lru_cache(maxsize=4)
def _costs(known: tuple[str, ...]) -> dict[str, tuple[float, list[str]]]:
    """What each piece costs (by Zipf's law its rank tells how rare it is), and its syllables."""
    return {piece.replace("_", ""): (math.log(rank), piece.split("_")) for rank, piece in enumerate(known, start=2)}


def _candidates(token: str) -> Iterator[str]:
    """Readings of a token, most careful first."""
    if any(ch.isdigit() for ch in token):
        if not DIGITS.fullmatch(token):
            return
        token = re.sub(r"\d", "", token)
        if len(token) > 1:
            yield token
    yield re.sub(r"(.)\1+", r"\1", token) if re.search(r"(.)\1\1", token) else re.sub(r"(.)\1$", r"\1", token)
    plain = _without_marks(token)
    yield plain
    yield _without_marks(re.sub(r"(.)\1+", r"\1", token))
    yield from _slips(token)


def _slips(token: str) -> Iterator[str]:
    """Two neighbours swapped (`khogn`), or the n of a final ng or nh left out (`thog`, `thah`)."""
    for place in range(len(token) - 2, -1, -1):
        yield token[:place] + token[place + 1] + token[place] + token[place + 2 :]
    yield re.sub(rf"([{VOWELS}])([gh])$", r"\1n\2", token)


def _without_marks(token: str) -> str:
    """Drop telex marks: `dd`, doubled vowels, a vowel repeated at the end, tone letters and `w`.

    A `w` with no vowel beside it stands for ư itself: `nhw` → `nhu`.
    """
    token = re.sub(rf"(?<=[^{VOWELS}])wo", "uo", re.sub(r"dd+", "d", token))
    onset = ONSET.match(token)
    head = onset.group() if onset else ""
    rest = token[len(head) :]
    if not re.search(f"[{VOWELS}]", rest):
        rest = rest.replace("w", "u", 1)
    rest = MARKS.sub("", rest)
    rest = re.sub(r"([aeo])\1+", r"\1", rest)
    rest = re.sub(r"([aeo])([^aeo]{1,3})\1$", r"\1\2", rest)
    if head.startswith("d"):
        rest = re.sub(r"d$", "", rest)
    return head + rest
