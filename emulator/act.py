"""One act of a simulated user, and what every message of theirs does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from emulator import events
from emulator.ids import message_id
from emulator.platform import Platform
from emulator.records import Message, User


class ActError(ValueError):
    """The user can't do this; the text says why."""


@dataclass(frozen=True)
class Act:
    """One thing a user does: its name and what belongs to it."""

    platform: Platform
    user: User
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str, default: str | None = None) -> str:
        """A text that belongs to the act.

        Raises:
            ActError: it is missing or no text.
        """
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise ActError(f"{name} must be a text")
        return value


def interact(platform: Platform, user: User) -> None:
    """The reply window opens anew."""
    user.last_interaction = platform.clock.now()
    user.free_used = 0


def say(act: Act, kind: str, text: str, attachments: list[dict[str, Any]], *, hidden: bool = False) -> Message:
    """A message of the user goes into the chat and to the webhook."""
    platform, user = act.platform, act.user
    quote = act.text("quote", "")
    if quote and user.find(quote) is None:
        raise ActError("quote must be the id of a message of this chat")
    message = Message(message_id(), 1, platform.clock.now(), kind, text, attachments, quote=quote, hidden=hidden)
    user.chatted = True
    interact(platform, user)
    platform.log(user, message)
    platform.counts["user_messages"] += 1
    events.user_message(platform, user, message)
    return message


def sent(message: Message) -> dict[str, Any]:
    """The answer for an act that was a message."""
    return {"message_id": message.id}
