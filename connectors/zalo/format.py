"""A reply in the notation of the tree to messages: plain text that fits, with buttons under the last one, or a file.

The notation is that of web/markup.py: `**bold**`, a whole line `_small_`, points that begin with "• ". Zalo shows plain
text, so the marks go and the words, points and links stay.
Limits: Zalo OA reference of 2026-11-22, §2.2. Whether it counts code points or UTF-16 units is not known: the larger
of the two is kept below the limit here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from connectors.zalo.fields import clean

Button: TypeAlias = tuple[str, str]
"""Title and token."""
CHARACTERS, BUTTONS, TITLE_CHARACTERS = 1_900, 5, 100
LARGEST_NUMBER = 99
"""What dialogue.hearing reads as the number of a button has at most two digits."""
SHORTEST_SHARE = 3
"""A border is taken only when the piece before it is at least this part of a full one: no crumbs."""
BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
SMALL = re.compile(r"_(?=\S)(.*\S)_")
BLANK_LINES = re.compile(r"\n{3,}")
BORDERS = (re.compile(r"\n\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…;])[”\")]?\s"), re.compile(r"\s"))
"""Where a text may be cut, the best first: paragraph, line, sentence, word."""
WORD = re.compile(r"\w+")
CHOOSE, OR_TYPE, TYPE = "Anh/chị chọn:", "Hoặc nhắn số để chọn:", "Anh/chị nhắn số để chọn:"


@dataclass(frozen=True)
class Piece:
    """One message: a text of 1 to `CHARACTERS` characters and at most `BUTTONS` buttons, or the reply's file.

    A picture may have a text and no buttons, a file has neither.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    kind: Literal["text", "image", "file"] = "text"


def pieces(text: str, buttons: Sequence[Button], *, numbered: bool) -> tuple[Piece, ...]:
    """The messages that say a reply, in order; none for a reply without words and buttons.

    Args:
        buttons: title and token of each, in the order in which the reply offers them.
        numbered: no buttons, but numbers to type. A number is always the button's place in the reply's list, which is
            how dialogue.hearing reads it, so with buttons as well the lines below them go on at 6.
    """
    tappable = () if numbered else tuple(buttons[:BUTTONS])
    whole = "\n\n".join(part for part in (plain(text), _lines(buttons, len(tappable))) if part)
    if not whole and tappable:
        whole = CHOOSE
    texts = list(_cut(whole))
    last = len(texts) - 1
    shown = tuple((_title(title) or "…", token) for title, token in tappable)
    return tuple(Piece(each, shown if place == last else ()) for place, each in enumerate(texts))


def picture_pieces(caption: str) -> tuple[Piece, ...]:
    """The messages of a picture: one, with the caption under it, unless that is longer than a message."""
    *before, last = list(_cut(plain(caption))) or [""]
    return (*map(Piece, before), Piece(last, kind="image"))


def file_pieces(caption: str, said: str) -> tuple[Piece, ...]:
    """The messages of a file, which itself can't have words: they go before it, where they say something new.

    Args:
        said: what the citizen reads anyway: the replies before it, and its name.
    """
    words = {*WORD.findall(plain(caption).casefold())}
    new = words - {*WORD.findall(plain(said).casefold())}
    return (*(map(Piece, _cut(plain(caption))) if new else ()), Piece("", kind="file"))


def plain(text: str) -> str:
    """The text without marks, NFC, with at most one blank line in a row."""
    lines = (line.strip() for line in clean(text).split("\n"))
    bare = "\n".join(BOLD.sub(r"\1", SMALL.sub(r"\1", line) if SMALL.fullmatch(line) else line) for line in lines)
    return clean(BLANK_LINES.sub("\n\n", bare))


def _lines(buttons: Sequence[Button], first: int) -> str:
    """The buttons from place `first` on as lines with their numbers."""
    rest = [(place + 1, title) for place, (title, _) in enumerate(buttons[:LARGEST_NUMBER]) if place >= first]
    head = OR_TYPE if first else TYPE
    return "\n".join([head, *(f"{number}. {_one_line(title)}" for number, title in rest)]) if rest else ""


def _one_line(title: str) -> str:
    return " ".join(plain(title).split())


def _title(title: str) -> str:
    line = _one_line(title)
    if _units(line) <= TITLE_CHARACTERS:
        return line
    # One sign and the beginning of a word make room for "…".
    return line[: _room(line, TITLE_CHARACTERS - 1)].rpartition(" ")[0] + "…"


def _cut(text: str) -> Iterator[str]:
    rest = text
    while _units(rest) > CHARACTERS:
        end = _end(rest, _room(rest, CHARACTERS))
        piece, rest = rest[:end].rstrip(), rest[end:].lstrip()
        yield piece
    if rest:
        yield rest


def _end(text: str, room: int) -> int:
    """Where the first piece ends: the last place of the best kind of border that fits."""
    for border in BORDERS:
        # The white space itself need not fit.
        ends = [match.start() + len(match[0].rstrip()) for match in border.finditer(text, 0, room + 1)]
        fitting = [end for end in ends if room // SHORTEST_SHARE <= end <= room]
        if fitting:
            return fitting[-1]
    spaces = [match.start() for match in BORDERS[-1].finditer(text, 1, room + 1)]
    return spaces[-1] if spaces else room


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _room(text: str, most: int) -> int:
    """How many characters of the text fit into so many UTF-16 units."""
    units = 0
    for place, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > most:
            return place
    return len(text)
