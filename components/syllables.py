"""Decide whether an unaccented string can be a Vietnamese syllable, and undo typing leftovers that hide one.

Works on lower-case text without accents. Never guesses accents: pyvi's restoration is wrong on our words.
"""

from __future__ import annotations

import re
from functools import lru_cache

ONSETS = "ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|b|c|d|g|h|k|l|m|n|p|r|s|t|v|x"
RHYMES = (
    "a|e|i|o|u|y|"
    "ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|"
    "ec|ech|em|en|eng|enh|eo|ep|et|eu|"
    "ia|ich|iec|iem|ien|ieng|iep|iet|ieu|im|in|inh|ip|it|iu|"
    "oa|oac|oach|oai|oam|oan|oang|oanh|oao|oap|oat|oay|oc|oe|oen|oeo|oet|oi|om|on|ong|op|ot|oong|ooc|"
    "ua|uan|uang|uat|uau|uay|uc|ue|uech|uenh|ui|um|un|ung|uo|uoc|uoi|uom|uon|uong|uop|uot|uou|up|ut|uu|"
    "uy|uya|uych|uyen|uyet|uyn|uynh|uyt|uyu|uen|uet|uao|uac|uanh|uai|uach|uam|"
    "yem|yen|yet|yeu|ynh|yt|yn"
)
SYLLABLE = re.compile(rf"(?:{ONSETS})?(?:{RHYMES})")
TONE_LETTERS = re.compile(r"(?<=[aeiouy])([bcdghklmnpqtv]*)[sfrxj]([bcdghklmnpqtv]*)$")
DOUBLES = (("dd", "d"), ("aa", "a"), ("ee", "e"), ("oo", "o"), ("aw", "a"), ("ow", "o"), ("uw", "u"))


def is_syllable(token: str) -> bool:
    """Whether `token` can be read as one Vietnamese syllable without accents."""
    return SYLLABLE.fullmatch(token) is not None


@lru_cache(maxsize=20_000)
def undo_typing(token: str) -> str:
    """Undo telex, VNI and held-down keys where the result is a syllable and the token is not.

    `ddang` → `dang`, `tajm` → `tam`, `truus` → `tru`, `d9ang8` → `dang`, `duocccc` → `duoc`. Anything else is
    returned unchanged.
    """
    if is_syllable(token) or len(token) > 12:
        return token
    for candidate in _candidates(token):
        if is_syllable(candidate):
            return candidate
    return token


def _candidates(token: str) -> list[str]:
    once = re.sub(r"(.)\1{2,}", r"\1", token)
    found = [once]
    if any(ch.isdigit() for ch in token) and not re.search(r"\d\d|0", token) and token[0].isalpha():
        found.append(re.sub(r"[1-9]", "", token))
    for start in (once, _undouble(once)):
        toneless = TONE_LETTERS.sub(r"\1\2", start)
        found += [start, toneless, _undouble(toneless), _w(start), _w(toneless)]
    found.append(re.sub(r"(.)\1+", r"\1", once))
    return found


def _undouble(token: str) -> str:
    for double, single in DOUBLES:
        token = token.replace(double, single)
    return token


def _w(token: str) -> str:
    """A bare `w` stands for ư in telex: `nhw` → `nhu`; after a vowel it only marks it: `duowc` → `duoc`."""
    return re.sub(r"w", "u", re.sub(r"(?<=[aou])w", "", token))
