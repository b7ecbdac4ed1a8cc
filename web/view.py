"""Rows of the conversation to what the templates show: bubbles in the order in which they were said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from markupsafe import Markup

from storage.database import Row
from storage.outgoing import IMAGE
from storage.settings import TIME_ZONE
from web.markup import reply_html
from web.security import Keys

SILENT_ENDS = {
    "with_officer": "Tin này đã chuyển đến cán bộ.",
    "failed": "Em chưa trả lời được tin này; tin đã được lưu. Việc khẩn cấp xin gọi **113, 114, 115**.",
}
"""What stands for the replies of a turn that ended without any."""
FILES = "/chat/files"
"""Where the files of replies are, by the reply's id."""
KB, MB = 1024, 1024 * 1024


@dataclass(frozen=True)
class Button:
    """A button under a reply; `token` stands for its payload."""

    title: str
    token: str


@dataclass(frozen=True)
class File:
    """A file that a reply carries; `about` is its kind and size in words."""

    url: str
    name: str
    about: str
    picture: bool


@dataclass(frozen=True)
class Bubble:
    """One thing said. `waiting`: a citizen's message that has no answer yet."""

    mine: bool
    text: Markup | str
    at: datetime
    clock: str
    turn: int
    message: str = ""
    waiting: bool = False
    buttons: tuple[Button, ...] = ()
    file: File | None = None


def clock(at: datetime, now: datetime) -> str:
    """`13:42`, with the day when it is not today's."""
    local = at.astimezone(TIME_ZONE)
    same_day = local.date() == now.astimezone(TIME_ZONE).date()
    return local.strftime("%H:%M" if same_day else "%d/%m %H:%M")


def turn_bubbles(row: Row, conversation: UUID, keys: Keys, now: datetime) -> list[Bubble]:
    """The citizen's message of one turn and everything said back."""
    sent, done = row["accepted_at"], row["done_at"]
    message = Bubble(
        mine=True,
        text=row["text"],
        at=sent,
        clock=clock(sent, now),
        turn=row["id"],
        message=row["message_id"],
        waiting=done is None,
    )
    if done is None:
        return [message]
    # Two machines' clocks may differ: an answer never stands above its question.
    at = max(sent, done)
    replies = row["replies"] or _silent_end(row["status"])
    return [message, *_files_first([_reply(reply, row, conversation, keys, at, clock(at, now)) for reply in replies])]


def timeline(rows: Sequence[Row], conversation: UUID, keys: Keys, now: datetime) -> list[Bubble]:
    """Everything said in a conversation, in order of time, as it came on the screen."""
    bubbles = [bubble for row in rows for bubble in turn_bubbles(row, conversation, keys, now)]
    return sorted(bubbles, key=lambda bubble: bubble.at)


def _silent_end(status: str) -> list[Row]:
    text = SILENT_ENDS.get(status)
    return [{"id": 0, "text": text, "buttons": [], "file": None}] if text else []


def _reply(reply: Row, row: Row, conversation: UUID, keys: Keys, at: datetime, shown_at: str) -> Bubble:
    buttons = tuple(
        Button(button["title"], keys.button(reply["id"], index, conversation))
        for index, button in enumerate(reply["buttons"])
    )
    return Bubble(
        mine=False,
        text=reply_html(reply["text"]),
        at=at,
        clock=shown_at,
        turn=row["id"],
        buttons=buttons,
        file=_file(reply["id"], reply["file"]) if reply["file"] else None,
    )


def _file(outbox_id: int, file: Row) -> File:
    kind, size = file["name"].rpartition(".")[2].upper(), int(file["size"])
    about = f"{kind}, {max(1, round(size / KB))} kB" if size < MB else f"{kind}, {size / MB:.1f} MB".replace(".", ",")
    return File(f"{FILES}/{outbox_id}", file["name"], about, file["media_type"].startswith(IMAGE))


def _files_first(bubbles: list[Bubble]) -> list[Bubble]:
    """What comes next is offered below everything that was said, so also below the files of an answer."""
    words = [bubble for bubble in bubbles if bubble.file is None]
    if not words or bubbles[-1].file is None:
        return bubbles
    offered = words[-1].buttons
    without = [replace(bubble, buttons=()) if bubble is words[-1] else bubble for bubble in bubbles]
    return [*without[:-1], replace(without[-1], buttons=offered)]
