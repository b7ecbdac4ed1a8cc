"""The notation of replies to safe HTML: `**bold**`, a whole line `_small_`, points that begin with "• ", new lines.

Everything is escaped before anything is marked up, so nothing a citizen typed can become a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup, escape

BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
SMALL = re.compile(r"_(?=\S)(.*\S)_")
POINT = "• "
# The numbers are also parts of amounts and of names of laws: 115.000 đồng, NĐ 112/2020, Điều 113.
PHONE = re.compile(
    r"(?<![\w./,#;-])(?<![Đđ]iều )(?<![Kk]hoản )(?<![Ss]ố )(?<!NĐ )(?<!TT )"
    r"(1900\.0368|11[1-5])"
    r"(?![\w/-]|[.,]\d| (?:đồng|tuổi|ngày|người|Luật|Bộ luật)\b)"
)


def reply_html(text: str) -> Markup:
    """A reply of the bot, as paragraphs, lists and small print; emergency numbers can be tapped."""
    return Markup("").join(_blocks(text))


def _blocks(text: str) -> Iterator[Markup]:
    lines = [line.strip() for line in text.splitlines()]
    for kind, group in groupby((line for line in lines if line), key=_kind):
        if kind == "point":
            items = Markup("").join(Markup("<li>{}</li>").format(_inline(line[len(POINT) :])) for line in group)
            yield Markup('<ul role="list">{}</ul>').format(items)
        elif kind == "small":
            yield from (Markup('<p class="small">{}</p>').format(_bold(line[1:-1])) for line in group)
        else:
            yield from (Markup("<p>{}</p>").format(_inline(line)) for line in group)


def _kind(line: str) -> str:
    if line.startswith(POINT):
        return "point"
    return "small" if SMALL.fullmatch(line) else "plain"


def _bold(text: str) -> Markup:
    return Markup(BOLD.sub(r"<strong>\1</strong>", str(escape(text))))  # noqa: S704 - escaped just before


def _inline(text: str) -> Markup:
    # Small print cites laws, whose numbers must not look like telephones: only the other lines get links.
    return Markup(PHONE.sub(_phone_link, str(_bold(text))))  # noqa: S704 - _bold escapes


def _phone_link(match: re.Match[str]) -> str:
    number = match.group(1)
    return f'<a class="tel" href="tel:{number.replace(".", "")}">{number}</a>'
