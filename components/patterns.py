"""What citizens say about themselves, as spaCy Matcher patterns on folded words, and how a match becomes a value.

Ages are whole years, stays are days. The lists of phrases are in `phrases.yml`. Imports no Rasa.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from spacy.matcher import Matcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans
from spacy.vocab import Vocab

from components.phrases import phrases
from components.text import folded_tokens, strip_accents, typed

Pattern = list[dict[str, Any]]
NUMBERS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
    "vai": 3,
}  # fmt: skip
ACCENTED = {
    *("một", "hai", "ba", "bốn", "năm", "lăm", "sáu", "bảy", "bẩy", "tám", "chín", "mười", "vài"),
    *("ngày", "hôm", "đêm", "bữa", "tuần", "tháng", "nửa"),
}
"""The words of numbers and units as they are written: a typed accent counts ("bà nằm" is not three years)."""
DAYS = {"ngay": 1, "hom": 1, "dem": 1, "bua": 1, "tuan": 7, "thang": 30, "nam": 365}
NUMBER = {"TEXT": {"REGEX": r"^\d{1,3}$"}}
WORD_NUMBER = {"TEXT": {"IN": ["mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi"]}}
UNIT = {"TEXT": {"IN": list(DAYS)}}


@dataclass(frozen=True)
class Rule:
    """One kind of entity: its patterns, and how the matched words become a value (None: no match after all)."""

    entity: str
    patterns: Sequence[Pattern]
    value: Callable[[list[str]], str | None]


def words(*texts: str) -> list[Pattern]:
    """Patterns that match the given folded phrases word for word."""
    return [[{"TEXT": word} for word in text.split()] for text in texts]


def constant(value: str) -> Callable[[list[str]], str | None]:
    return lambda _: value


def years(tokens: list[str]) -> str | None:
    """Age in whole years; days, weeks and months of age count as 0."""
    number = _number(tokens)
    if number is None or number > 110:
        return None
    return "0" if {"thang", "ngay", "tuan"} & set(tokens) else str(number)


def stay(tokens: list[str]) -> str | None:
    """A stay in days: `2 tuan` → 14, `nua thang` → 15, `hon 1 thang` → 30."""
    unit = next((DAYS[token] for token in reversed(tokens) if token in DAYS), None)
    if unit is None:
        return None
    if "nua" in tokens[:1]:
        return str(unit // 2)
    number = _number(tokens[:-1])
    return None if number is None else str(number * unit)


def _number(tokens: list[str]) -> int | None:
    for token in tokens:
        digits = token[:-1] if token.endswith("t") and token[:-1].isdigit() else token
        if digits.isdigit():
            return int(digits)
        if token in NUMBERS:
            return NUMBERS[token]
    return None


KIN = {"TEXT": {"IN": ["me", "bo", "ba", "cha", "ma", "ong", "vo", "chong", "mo", "noi", "ngoai", "cu"]}}
WHOSE = {"TEXT": {"IN": ["em", "toi", "minh", "con", "chau", "tui", "noi", "ngoai", "anh", "chi"]}, "OP": "?"}
GONE = {"TEXT": "mat"}
SINCE = {"TEXT": {"IN": ["roi", "hoi", "nam", "tuan", "thang", "duoc", "vi", "hom", "luc", "lau"]}}
A_CARD = {"TEXT": {"IN": ["the", "cccd", "cuoc", "cmnd", "giay"]}}
OF = {"TEXT": "cua", "OP": "?"}
DIED: tuple[Rule, ...] = (
    # "thẻ của mẹ em mất rồi" is a lost card; the longer match wins over "mẹ em mất rồi".
    Rule("loss", [[A_CARD, OF, KIN, WHOSE, GONE, SINCE]], constant("mat")),
    Rule(
        "state",
        [[KIN, WHOSE, {"TEXT": {"IN": ["moi", "vua", "da"]}}, GONE], [KIN, WHOSE, GONE, SINCE]],
        constant("da_mat"),
    ),
)
"""A death in the family, and what only reads like it without accents."""
SPOUSE = {"TEXT": {"IN": ["chong", "vo"]}}
ABROAD = (
    ("han", "quoc"),
    ("nhat", "ban"),
    ("trung", "quoc"),
    ("dai", "loan"),
    ("nuoc", "ngoai"),
    ("canada",),
    ("singapore",),
)
"""Countries that are nothing else without accents: "mỹ" may be Mỹ Tho, "tây" Tây Ninh, "đức" Đức Hòa."""
SHORT_ABROAD = ["han", "nhat", "my", "phap", "duc", "uc", "tay"]
AFTER = {"TEXT": {"IN": ["thi", "gio", "co", "muon", "ma", "roi", "vay", "nha", "nhap", "sang"]}}
"""Short names of countries, and what follows them when they are no part of a longer name."""
OF_SPOUSE: list[dict[str, Any]] = [SPOUSE, WHOSE, {"TEXT": "la", "OP": "?"}, {"TEXT": "nguoi"}]
MARRIED_ABROAD: tuple[Rule, ...] = (
    Rule(
        "person",
        [
            *([*OF_SPOUSE, *({"TEXT": word} for word in country)] for country in ABROAD),
            [*OF_SPOUSE, {"TEXT": {"IN": SHORT_ABROAD}}, AFTER],
        ],
        constant("quoc_tich_khac"),
    ),
)
"""A foreign husband or wife, who is declared and not registered."""
NUMBERED: tuple[Rule, ...] = (
    Rule(
        "age",
        [
            [NUMBER, {"TEXT": {"IN": ["tuoi", "tuoii"]}}],
            [NUMBER, {"TEXT": "tuoi"}, {"TEXT": "ruoi"}],
            [{"TEXT": {"IN": ["be", "chau", "con", "moi", "duoc", "dua"]}}, NUMBER, {"TEXT": "ruoi"}],
            [WORD_NUMBER, {"TEXT": "tuoi"}],
            [NUMBER, {"TEXT": {"IN": ["thang", "ngay", "tuan"]}}, {"TEXT": "tuoi"}],
            [{"TEXT": {"REGEX": r"^\d{1,2}t$"}}],
            [{"TEXT": {"IN": ["me", "ba", "bo", "cha", "ong"]}}, {"TEXT": {"IN": ["em", "toi", "minh", "con", "chau"]}},
             {"TEXT": {"REGEX": r"^[2-9]\d$"}}],
        ],
        years,
    ),
    Rule(
        "stay",
        [
            [NUMBER, UNIT],
            [WORD_NUMBER, {"TEXT": {"IN": ["ngay", "hom", "dem", "bua", "tuan", "thang", "nam"]}}],
            [{"TEXT": "nua"}, {"TEXT": {"IN": ["thang", "nam"]}}],
            [{"TEXT": "vai"}, UNIT],
        ],
        stay,
    ),
)  # fmt: skip
RULES: tuple[Rule, ...] = (
    NUMBERED
    + DIED
    + MARRIED_ABROAD
    + tuple(
        Rule(entity, words(*texts), constant(value))
        for entity, values in phrases().entities.items()
        for value, texts in values.items()
    )
)


PICKED_UP = frozenset({"duoc", "vi", "bop", "the", "do", "cai", "len", "giay", "dum", "ma"})
"""What follows "nhặt" in what somebody found, on folded text."""


class Extractor:
    """The matcher: text in, `(entity, value, start, end)` out."""

    def __init__(self) -> None:
        self.vocab = Vocab()
        self.matcher = Matcher(self.vocab)
        for number, rule in enumerate(RULES):
            self.matcher.add(str(number), list(rule.patterns))

    def find(self, text: str) -> list[tuple[str, str, int, int]]:
        """What the text says, longest match first where matches overlap, in the order of the text."""
        tokens = folded_tokens(text)
        if not tokens:
            return []
        doc = Doc(self.vocab, words=[word for word, _, _ in tokens])
        found = []
        for span in filter_spans(self.matcher(doc, as_spans=True)):
            rule = RULES[int(span.label_)]
            value = rule.value([token.text for token in span])
            start, end = tokens[span.start][1], tokens[span.end - 1][2]
            if _finder(doc, span, text[start:end]):
                continue
            if value is not None and not (rule in NUMBERED and _another_word(text[start:end])):
                found.append((rule.entity, value, start, end))
        return found


def _finder(doc: Doc, span: Span, written: str) -> bool:
    """Whether "nguoi nhat" is who picked something up ("tui la nguoi nhat duoc vi") and no Japanese."""
    after = doc[span.end].text if span.end < len(doc) else ""
    return span.text == "nguoi nhat" and (after in PICKED_UP or "nhặt" in typed(written))


def _another_word(written: str) -> bool:
    """Whether a word that reads as a number or a unit was typed with accents that make it another one."""
    words = (word for word in typed(written).split() if strip_accents(word) in NUMBERS.keys() | DAYS.keys())
    return any(strip_accents(word) != word and word not in ACCENTED for word in words)
