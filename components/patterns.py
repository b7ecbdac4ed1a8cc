"""What citizens say about themselves, as spaCy Matcher patterns on folded words, and how a match becomes a value.

Ages are whole years, stays are days. Values that pick a case are ids of `procedures/cases.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Pattern = list[dict[str, Any]]
NUMBERS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
}  # fmt: skip
DAYS = {"ngay": 1, "hom": 1, "dem": 1, "bua": 1, "tuan": 7, "thang": 30, "nam": 365}
NUMBER = {"TEXT": {"REGEX": r"^\d{1,3}$"}}
WORD_NUMBER = {"TEXT": {"IN": ["mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi"]}}
UNIT = {"TEXT": {"IN": list(DAYS)}}
PERSON = ["con", "be", "chau", "em", "me", "ba", "bo", "cha", "ong", "bac", "toi", "minh", "trai", "gai", "vo", "chong"]


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
    """Age in whole years; months of age count as 0."""
    number = _number(tokens)
    if number is None or number > 110:
        return None
    return "0" if "thang" in tokens else str(number)


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


RULES: tuple[Rule, ...] = (
    Rule(
        "age",
        [
            [NUMBER, {"TEXT": {"IN": ["tuoi", "tuoii"]}}],
            [WORD_NUMBER, {"TEXT": "tuoi"}],
            [NUMBER, {"TEXT": "thang"}, {"TEXT": "tuoi"}],
            [{"TEXT": {"REGEX": r"^\d{1,2}t$"}}],
            [{"TEXT": {"IN": ["me", "ba", "bo", "cha", "ong"]}}, {"TEXT": {"IN": ["em", "toi", "minh", "con", "chau"]}},
             {"TEXT": {"REGEX": r"^[2-9]\d$"}}],
        ],
        years,
    ),
    Rule("age", words("so sinh", "moi sinh", "moi de", "vua sinh", "vua de", "moi chao doi"), constant("0")),
    Rule(
        "stay",
        [
            [NUMBER, UNIT],
            [WORD_NUMBER, {"TEXT": {"IN": ["ngay", "hom", "dem", "bua", "tuan", "thang", "nam"]}}],
            [{"TEXT": "nua"}, {"TEXT": {"IN": ["thang", "nam"]}}],
        ],
        stay,
    ),
    Rule("dwelling", words("thue tro", "nha tro", "phong tro", "o tro", "thue nha", "nha thue", "thue phong", "can ho thue",
                           "thue can ho", "thue chung cu", "di thue", "chu tro", "hop dong thue", "o nho", "o ke", "muon nha",
                           "nha muon"), constant("nha_thue")),
    Rule("dwelling", words("ky tuc xa", "ki tuc xa", "khu nha o cong nhan", "nha o cong nhan", "lan trai", "o cong ty",
                           "o cong truong"), constant("ky_tuc_xa")),
    Rule("dwelling", words("nha ba me", "nha bo me", "nha cha me", "nha ba ma", "nha bo vo", "nha me vo", "nha chong", "nha vo",
                           "nha bo chong", "nha me chong", "nha con", "nha ong ba", "nha anh", "nha chi", "nha co", "nha chu",
                           "nha bac", "nha di", "nha cau", "nha nguoi than", "nha ba con", "nha nguoi quen"),
         constant("nha_nguoi_than")),
    Rule("dwelling", words("nha minh mua", "nha cua minh", "nha rieng", "nha toi mua", "moi mua nha", "mua nha", "mua chung cu",
                           "mua can ho", "nha cua em", "nha cua toi", "so hong", "chinh chu", "nha em mua"),
         constant("nha_minh")),
    Rule("loss", words("bi mat", "lam mat", "mat the", "mat can", "lam roi", "bi roi", "danh mat", "bi giat", "mat roi",
                       "bi moc tui", "that lac", "bi trom"), constant("mat")),
    Rule("loss", words("bi gay", "bi hong", "hu roi", "bi hu", "bi nut", "mo chu", "khong quet duoc", "bong troc", "bi cong",
                       "the hong", "the gay"), constant("hong")),
    Rule("loss", words("het han", "qua han", "sap het han", "den han doi", "toi han"), constant("het_han")),
    Rule("channel", words("online", "truc tuyen", "qua mang", "tren mang", "tren app", "qua app", "qua vneid", "tren vneid",
                          "tai nha", "dich vu cong"), constant("online")),
    Rule("channel", words("truc tiep", "len phuong nop", "tai quay", "tai tru so", "ra cong an"), constant("direct")),
)  # fmt: skip
