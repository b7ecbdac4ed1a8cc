"""Is somebody's life in danger right now? Decided by phrases, before any model and when no model could be loaded.

`danger.yml` holds every phrase and explains how phrases are written. A typed accent counts (cháy is not chạy); a word
typed without accents may be any word that folds to it, so its neighbours have to tell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from components.text import folded_tokens, strip_accents, typed

PHRASES = Path(__file__).parent / "danger.yml"
GAPS = {"..": r"(?:\S+ ){0,3}", "...": r"(?:\S+ ){0,6}"}
SEPARATORS = str.maketrans("./_-", "    ")
START, END, HIDDEN, AS_IT_STANDS = "^", "$", "#", "="
MOSTLY_ACCENTED = 0.5
CUES = ("happening", "help_wanted", "past", "supposed", "information")
SHORTEST_JOINED = 6
WORDS_BEFORE = 3


@dataclass(frozen=True)
class Danger:
    """Danger to life: `kind` names the reply `danger_<kind>` of data/replies/handoff.yml, `numbers` whom to call."""

    kind: str
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """Words `start` to `end` (not included) of a text match a phrase."""

    start: int
    end: int


class Phrasebook:
    """A list of phrases, found by their first word."""

    def __init__(self, phrases: Iterable[str], writing: Writing) -> None:
        self._by_first: dict[str, list[tuple[re.Pattern[str], frozenset[str], frozenset[str]]]] = {}
        for phrase in phrases:
            parts = phrase.split()
            pattern = re.compile("".join(writing.element(part) for part in parts))
            # Most phrases fall through for want of a word, which is cheaper to see than that a pattern does not match.
            fixed = [part for part in parts if not part.endswith("?") and part not in GAPS and part not in (START, END)]
            last, middle = (frozenset(writing.first_words([part])) for part in (fixed[-1], fixed[len(fixed) // 2]))
            for first in writing.first_words(parts):
                self._by_first.setdefault(first, []).append((pattern, last, middle))

    def hits(self, line: Line) -> Iterator[Hit]:
        """Every place where a phrase matches, from left to right."""
        for index, plain in enumerate(line.plain):
            for pattern, last, middle in self._by_first.get(plain, ()):
                if last.isdisjoint(line.present) or middle.isdisjoint(line.present):
                    continue
                if found := pattern.match(line.text, line.starts[index]):
                    yield Hit(index, index + found.group().count(" "))

    def found(self, line: Line) -> bool:
        """Whether any phrase matches."""
        return next(self.hits(line), None) is not None


class Line:
    """The words of a text, made ready once to be looked at by every phrasebook."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self.plain = [_plain(word) for word in words]
        self.present = frozenset(self.plain)
        self.text = "".join(word + " " for word in words)
        self.starts = list(accumulate((len(word) + 1 for word in words), initial=0))


class Writing:
    """Turns the notation of `danger.yml` into regular expressions over words that each end with a space."""

    def __init__(self, groups: Mapping[str, Sequence[str]], spellings: Mapping[str, Sequence[str]]) -> None:
        self._groups = {name: tuple(str(entry) for entry in entries) for name, entries in groups.items()}
        self._spellings = {comparable(word): tuple(others) for word, others in spellings.items()}

    def element(self, part: str) -> str:
        """The regular expression of one part of a phrase."""
        if part in GAPS:
            return GAPS[part]
        options = sorted(self.surfaces(part.rstrip("?")), key=len, reverse=True)
        return f"(?:(?:{'|'.join(map(re.escape, options))}) ){'?' if part.endswith('?') else ''}"

    def first_words(self, parts: Sequence[str]) -> set[str]:
        """Words, without accents, that a match can begin with."""
        words = {_plain(surface.split()[0]) for surface in self.surfaces(parts[0].rstrip("?"))}
        return words | self.first_words(parts[1:]) if parts[0].endswith("?") else words

    def surfaces(self, part: str) -> set[str]:
        """Every way in which one part of a phrase may have been typed."""
        result: set[str] = set()
        for option in part.split("/"):
            entries = self._groups[option[1:-1]] if option.startswith("<") else (option.replace("_", " "),)
            for entry in entries:
                result |= self._typed_forms(entry)
        return result

    def _typed_forms(self, entry: str) -> set[str]:
        forms = {""}
        for word in entry.split():
            forms = {f"{form} {surface}".strip() for form in forms for surface in self._word(word)}
        return forms

    def _word(self, word: str) -> set[str]:
        if word.endswith("!"):
            return {comparable(word[:-1])}
        accented = comparable(word)
        spellings = {accented, *map(comparable, self._spellings.get(accented, ()))}
        as_they_stand = {AS_IT_STANDS + spelling for spelling in spellings if strip_accents(spelling) == spelling}
        return spellings | {strip_accents(accented)} | as_they_stand


@dataclass(frozen=True)
class Rules:
    """The content of `danger.yml`, ready to match. `kinds` come in the order in which they are tried."""

    kinds: tuple[tuple[Danger, Phrasebook, bool], ...]
    harmless: Phrasebook
    cues: Mapping[str, Phrasebook]
    vocabulary: frozenset[str]
    often_bare: frozenset[str]


@lru_cache(maxsize=20_000)
def comparable(text: str) -> str:
    """As typed, with what people mix up removed: ngã counts as hỏi, a held-down letter once (but `cuu` keeps two)."""
    decomposed = unicodedata.normalize("NFD", typed(text)).replace("\u0303", "\u0309")
    doubled = re.sub(r"(?<![ưứừửựu])u{2,}", "u\0u", unicodedata.normalize("NFC", decomposed))
    return re.sub(r"([^\W\d])\1+", r"\1", doubled).replace("\0", "")


@lru_cache(maxsize=1)
def rules() -> Rules:
    """Read `danger.yml` once."""
    raw: dict[str, Any] = YAML(typ="safe").load(PHRASES.read_text(encoding="utf-8"))
    writing = Writing(raw["groups"], raw["spellings"])

    kinds = tuple(
        (
            Danger(entry["kind"], tuple(entry["numbers"])),
            Phrasebook(entry["phrases"], writing),
            bool(entry.get("weak", False)),
        )
        for entry in raw["kinds"]
    )
    harmless = Phrasebook([phrase for phrases in raw["harmless"].values() for phrase in phrases], writing)
    cues = {name: Phrasebook(raw[name], writing) for name in CUES}
    return Rules(kinds, harmless, cues, _vocabulary(raw, writing), frozenset(raw["often_bare"]))


def _vocabulary(raw: Mapping[str, Any], writing: Writing) -> frozenset[str]:
    """Words of the danger phrases without accents: what text typed without spaces is cut into."""
    lists = [entry["phrases"] for entry in raw["kinds"]]
    lists += [raw["help_wanted"], raw["happening"], [" ".join(raw["joined"])]]
    parts = {part.rstrip("?") for phrases in lists for phrase in phrases for part in phrase.split()} - GAPS.keys()
    words = {word for part in parts for surface in writing.surfaces(part) for word in surface.split()}
    return frozenset(_plain(word) for word in words if word.isalpha() and len(word) > 1)


@lru_cache(maxsize=20_000)
def _plain(word: str) -> str:
    return strip_accents(word).lstrip(AS_IT_STANDS)


def _words(text: str) -> list[str]:
    """The words of `text` as phrases see them: accented where accents were typed, folded where not."""
    vocabulary, often_bare = rules().vocabulary, rules().often_bare
    spaced = text.translate(SEPARATORS)
    result: list[str] = []
    for folded, start, end in folded_tokens(spaced):
        accented = comparable(spaced[start:end])
        plain = strip_accents(accented)
        result += _cut(accented if plain == folded or plain in vocabulary else folded)
    bare = {word for word in result if strip_accents(word) == word}
    if sum(word not in bare for word in result) >= MOSTLY_ACCENTED * max(4, len(result)):
        result = [AS_IT_STANDS + word if word in bare - often_bare else word for word in result]
    return [START, *result, END]


def _cut(token: str) -> list[str]:
    """Cut words typed without spaces: `cháynhàrồi` → `cháy nhà rồi`; anything else stays one word."""
    vocabulary = rules().vocabulary
    plain = strip_accents(token)
    if len(plain) < SHORTEST_JOINED or len(plain) != len(token) or plain in vocabulary:
        return [token]
    best: list[tuple[int, list[str]]] = [(0, [])]
    for end in range(1, len(plain) + 1):
        options = [(best[end - 1][0] + 3, [*best[end - 1][1], token[end - 1]])]
        for start in range(max(0, end - 7), end):
            if plain[start:end] in vocabulary:
                options.append((best[start][0] + 1, [*best[start][1], token[start:end]]))
        best.append(min(options, key=lambda option: option[0]))
    cost, parts = best[-1]
    return parts if cost <= len(plain) else [token]


def _visible(line: Line, harmless: Phrasebook) -> Line:
    """Hide sayings that only sound dangerous (cháy hàng, đánh giá, đuối sức)."""
    hidden = {index for hit in harmless.hits(line) for index in range(hit.start, hit.end)}
    if not hidden:
        return line
    shown = [HIDDEN if i in hidden and word not in (START, END) else word for i, word in enumerate(line.words)]
    return Line(shown)


def _excused(line: Line, hit: Hit, weak: bool, cues: Mapping[str, Phrasebook]) -> bool:
    """Whether the text tells of the past, supposes, or asks for information instead of reporting what happens now."""
    near = [word.lstrip(AS_IT_STANDS) for word in line.words[max(0, hit.start - WORDS_BEFORE) : hit.end]]
    going_on = "đang" in near or ("dang" in near and "dang ky" not in " ".join(near))
    if not weak and (going_on or cues["happening"].found(line)):
        return False
    if cues["past"].found(line) or cues["supposed"].found(line):
        return True
    return cues["information"].found(line) and (weak or not cues["help_wanted"].found(line))


def danger(text: str) -> Danger | None:
    """Danger to life that `text` reports as happening now, or None.

    >>> danger("chay nha hem 32 roi cuu voi")
    Danger(kind='fire', numbers=('114', '115'))
    >>> danger("quán em cháy hàng rồi")
    """
    book = rules()
    line = _visible(Line(_words(text)), book.harmless)
    for answer, phrases, weak in book.kinds:
        if any(not _excused(line, hit, weak, book.cues) for hit in phrases.hits(line)):
            return answer
    return None


def only_sounds_like(text: str) -> bool:
    """Whether a text has a saying that only sounds dangerous ("cháy vé") and reports no danger.

    >>> only_sounds_like("cháy vé concert rồi"), only_sounds_like("cháy nhà rồi"), only_sounds_like("xin chào")
    (True, False, False)
    """
    book, words = rules(), Line(_words(text))
    if danger(text) is not None:
        return False
    return book.harmless.found(words)


def kind_of_report(kind: str) -> str:
    """The kind of report that a danger of `kind` is filed as."""
    return "report_fire" if kind == "fire" else "emergency"
