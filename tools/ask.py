"""`make ask TEXT="…"` and `make chat`: the real pipeline in the terminal, as of `MOTCUA_AS_OF` when it is set."""

from __future__ import annotations

import asyncio
import logging
import sys
import uuid

from dialogue.session import Session, open_session
from dialogue.turn import Turn
from storage.database import opened_database
from storage.settings import Settings, read_settings


def show(turn: Turn) -> str:
    """A turn as text: bubbles, files by their names, then the buttons with numbers that can be typed."""
    parts = [*(text for text, _ in turn.replies), *(f"[{file.name}] {file.caption}" for file in turn.files)]
    buttons = [button["title"] for _, offered in turn.replies for button in offered]
    parts.append("  ".join(f"[{number}] {title}" for number, title in enumerate(buttons, 1)))
    return "\n\n".join(part for part in parts if part)


async def chat(session: Session) -> None:
    """Answer line by line until the input ends."""
    citizen = uuid.uuid4().hex
    print("Nhắn tin rồi Enter; Ctrl-D để thoát.")
    while True:
        try:
            text = await asyncio.to_thread(input, "\n> ")
        except EOFError:
            return
        print(show(await session.take(citizen, text)))


async def talk(settings: Settings, url: str, text: str | None) -> None:
    async with open_session(settings, url) as session:
        if text is None:
            await chat(session)
        else:
            print(show(await session.take(uuid.uuid4().hex, text)))


def main() -> int:
    logging.basicConfig(level=logging.ERROR)
    text = " ".join(sys.argv[1:]) or None
    try:
        settings = read_settings()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    with opened_database(settings) as url:
        try:
            asyncio.run(talk(settings, url, text))
        except FileNotFoundError as error:
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
