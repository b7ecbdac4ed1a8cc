"""What the platform knows, as plain records: every value is JSON, so that a snapshot needs no rules of its own."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

LOG_LENGTH = 500
"""Messages kept of one chat; older ones are forgotten."""


@dataclass
class App:
    """An app of the developer console."""

    app_id: str
    secret: str
    """The App Secret of OAuth; not the key that signs webhooks."""
    name: str = ""
    redirect_uri: str = ""
    code_challenge: str = ""
    webhook_url: str = ""
    events_off: list[str] = field(default_factory=list)
    subscribed: bool = True
    """False after a delivery failed on every step of the ladder; somebody must switch it on again."""
    hash_filter: bool = False
    """Only texts that begin with `#` are delivered."""
    proof_required: bool = False
    disabled: bool = False
    rate_limit: int = 4000
    """Calls a minute."""
    unregistered: list[str] = field(default_factory=list)
    """APIs that the app has not registered."""
    notices: list[str] = field(default_factory=list)
    """What the console would have told the admin."""


@dataclass
class Oa:
    """An Official Account that has one app."""

    oa_id: str
    app_id: str
    secret: str
    """The OA Secret Key, which signs webhooks."""
    name: str = ""
    package: bool = True
    """Whether its package has buttons and templates."""
    verified: bool = True
    disabled: bool = False
    oa_type: int = 4
    ungranted: list[str] = field(default_factory=list)
    """APIs that the OA has not granted to the app."""
    quota_total: int = 500
    quota_remain: int = 500
    balance: int = 1_000_000
    """Money of the connected cloud account, in dong."""
    templates: dict[str, Any] = field(default_factory=dict)
    template_quota: int = 500
    template_day: str = ""
    template_used: int = 0
    tags: list[str] = field(default_factory=list)
    uploads: dict[str, int] = field(default_factory=dict)
    """Uploads of a month, `2026-11`."""


@dataclass
class Message:
    """One message of a chat. `src` is 1 from the user, 0 from the OA; `at` is in ms."""

    id: str
    src: int
    at: int
    kind: str
    text: str = ""
    attachments: list[dict[str, Any]] = field(default_factory=list)
    buttons: list[dict[str, Any]] = field(default_factory=list)
    quote: str = ""
    status: str = "sent"
    """Of the OA's: sent, received, seen. Of the user's: sent, delivered (to the webhook), failed, not_delivered."""
    admin_id: str = ""
    hidden: bool = False
    """A silent tap: not shown in the chat."""
    reactions: list[str] = field(default_factory=list)


@dataclass
class User:
    """A citizen as one OA sees them, with the chat."""

    user_id: str
    oa_id: str
    user_id_by_app: str
    name: str = ""
    phone: str = ""
    follower: bool = False
    chatted: bool = False
    last_interaction: int | None = None
    """ms; None before the first."""
    free_used: int = 0
    """Free messages since the last interaction."""
    blocked: bool = False
    restricted: bool = False
    inactive: bool = False
    reads: bool = True
    """Whether they look at their phone: sends `user_seen_message`."""
    alias: str = ""
    tags: list[str] = field(default_factory=list)
    shared: dict[str, str] = field(default_factory=dict)
    log: deque[Message] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))

    def find(self, message_id: str) -> Message | None:
        """A message of this chat, or None."""
        return next((message for message in reversed(self.log) if message.id == message_id), None)


@dataclass
class Grant:
    """The tokens in force of an app with an OA. Times are in ms."""

    app_id: str
    oa_id: str
    access_token: str
    access_until: int
    refresh_token: str
    refresh_until: int


@dataclass
class Code:
    """An authorization code, until it is used. `until` is in ms."""

    app_id: str
    oa_id: str
    redirect_uri: str
    challenge: str
    until: int


@dataclass
class Asset:
    """An upload. `kind` is image, gif or file; `at` is in ms; `file` its name on the CDN."""

    id: str
    app_id: str
    oa_id: str
    kind: str
    name: str
    size: int
    at: int
    file: str


@dataclass
class Delivery:
    """One event on its way to a webhook: the same bytes at every attempt. `due` is in ms."""

    number: int
    app_id: str
    oa_id: str
    user_id: str
    event_name: str
    timestamp: str
    body: str
    due: int
    attempt: int = 0
    """Attempts that failed."""
    message_id: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Fault:
    """Something that goes wrong on purpose, as `faults.py` explains.

    `count` times (-1: without end), each time with `probability`; `seconds` long where that means something.
    """

    kind: str
    where: str = "*"
    count: int = -1
    probability: float = 1.0
    seconds: float = 30.0
    code: int = 0
    """Of the kind `error`."""
