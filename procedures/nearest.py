"""Which facts of a procedure use the words of a question: what an answer leads with when the question is a broad one.

Compares words and pairs of words, without accents; those rare among the facts of the procedure count more.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from procedures.model import Entry, Procedure
from procedures.resolve import in_force

TOLD_ALREADY = 0.9
"""Share of a fact's telling words that others have which say the same in other words."""
PAIR_WEIGHT, LENGTH_POWER = 1.5, 0.25
"""How much more two words in a row count than one; how much a long fact's hits are discounted."""
COMMON = frozenset(
    re.split(
        " ",
        "a ai anh ba bac ban bang bao bay bi bo cac cai can chau chi cho chu chua co con cua cung da dang dau de "
        "di do duoc em gi gio ha hay het ho hoac hoi khi khong la lai lam len luc ma minh moi mot muon nao nay neu "
        "nguoi nha nhe nhu nhung no noi nua o oi ong phai qua ra roi sao sau tai the thi thoi to toi trong truoc "
        "tu tui va van vay ve vi viec vo voi xin y",
    )
)
"""Words without accents that tell nothing about the matter."""


@dataclass(frozen=True)
class Near:
    """An item of a question, or a situation, with how well it fits.

    `score` grows with the words shared; `coverage` is the share of the text's telling words that the facts have.
    """

    question: str
    id: str
    situation: bool
    score: float
    coverage: float


def nearest(text: str, procedure: Procedure, on: date, case: str | None = None) -> list[Near]:
    """What of a procedure, in force and served on the day, fits a text best; what shares nothing is left out.

    Args:
        text: the question in lower case without accents, abbreviations written out.
        case: facts of other cases than this one are left out; without one, facts of any particular case.
    """
    candidates = list(_candidates(procedure, on, case))
    known = tuple(_known(words) for _, _, _, words in candidates)
    weight = _weights(known)
    asked = grams(text) - _known(procedure.name)
    unseen = math.log((len(known) + 1) / 0.5)
    total = sum(weight.get(gram, unseen) for gram in asked if " " not in gram) or 1.0
    found = []
    for (question, name, situation, _), has in zip(candidates, known, strict=True):
        shared = asked & has
        score = sum(weight[gram] * (PAIR_WEIGHT if " " in gram else 1.0) for gram in shared)
        covered = sum(weight[gram] for gram in shared if " " not in gram) / total
        if shared:
            found.append(Near(question, name, situation, score / len(has) ** LENGTH_POWER, covered))
    return sorted(found, key=lambda near: -near.score)


@lru_cache(maxsize=500)
def _weights(facts: tuple[frozenset[str], ...]) -> Mapping[str, float]:
    """How much each word and pair of words tells among these facts; the same ones are asked about again and again."""
    seen = Counter(gram for fact in facts for gram in fact)
    return {gram: math.log((len(facts) + 1) / (count + 0.5)) for gram, count in seen.items()}


def _candidates(procedure: Procedure, on: date, case: str | None) -> Iterable[tuple[str, str, bool, str]]:
    """Question, id, whether it is a situation, and the words of every fact."""
    for question, entries in procedure.questions.items():
        for entry in _told(entries, on):
            if not entry.cases or case in entry.cases:
                yield question, entry.item, False, entry.text
    for situation in procedure.situations:
        if facts := _told(situation.facts, on):
            yield situation.question, situation.id, True, f"{situation.label} {' '.join(fact.text for fact in facts)}"


def _told(entries: tuple[Entry, ...], on: date) -> list[Entry]:
    return [entry for entry in in_force(entries, on) if entry.served and entry.kind == "text"]


@lru_cache(maxsize=4_000)
def _known(text: str) -> frozenset[str]:
    return grams(plain(text))


def plain(text: str) -> str:
    """The text in lower case without accents."""
    letters = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def told_in(text: str, others: Iterable[str]) -> bool:
    """Whether a fact says nothing that other facts do not say: nearly all its telling words, and every number."""
    words, said = _words(text), frozenset(word for other in others for word in _words(other))
    telling = [word for word in words if word not in COMMON]
    numbers = [word for word in words if word.isdigit()]
    known = sum(word in said for word in telling)
    return bool(telling) and known >= TOLD_ALREADY * len(telling) and said.issuperset(numbers)


@lru_cache(maxsize=4_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+|\d+", plain(text)))


def grams(text: str) -> frozenset[str]:
    """The telling words and pairs of words of a text without accents."""
    words = re.findall(r"[a-z]+", text)
    pairs = [f"{one} {two}" for one, two in pairwise(words) if not {one, two} <= COMMON]
    return frozenset([word for word in words if word not in COMMON] + pairs)
