"""The whole state of the platform in one object of dicts and deques, and who is told when it changes."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from emulator.cdn import Cdn
from emulator.clock import Clock
from emulator.errors import ApiError, invalid
from emulator.ids import number_id, secret
from emulator.options import Options
from emulator.records import App, Asset, Code, Delivery, Fault, Grant, Message, Oa, User

ATTEMPTS_KEPT = 1000
WATCH = Callable[[Message], None]


@dataclass
class Platform:
    """Apps, OAs, users with their chats, tokens, uploads, and what waits for delivery."""

    clock: Clock = field(default_factory=Clock)
    options: Options = field(default_factory=Options)
    cdn: Cdn = field(default_factory=Cdn)
    chance: random.Random = field(default_factory=random.Random)
    base_url: str = ""
    """Where this server is reached; taken from the first request when empty."""
    apps: dict[str, App] = field(default_factory=dict)
    oas: dict[str, Oa] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    """By access token: a token that is not here is invalid."""
    codes: dict[str, Code] = field(default_factory=dict)
    assets: dict[str, Asset] = field(default_factory=dict)
    articles: dict[str, Any] = field(default_factory=dict)
    template_sends: dict[str, Any] = field(default_factory=dict)
    """By message id: phone, tracking id, status."""
    faults: list[Fault] = field(default_factory=list)
    deliveries: dict[int, Delivery] = field(default_factory=dict)
    """Every event that is neither delivered nor given up."""
    counts: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    """Sends accepted, by user."""
    calls: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By app: the minute and the calls in it."""
    attempts: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=ATTEMPTS_KEPT))
    """The latest webhook attempts."""
    last_number: int = 0
    changes: int = 0
    """Grows with every request that may have changed something; the snapshot compares it."""
    on_delivery: Callable[[Delivery], None] | None = None
    watchers: dict[str, list[WATCH]] = field(default_factory=dict)

    def post(self, delivery: Delivery) -> None:
        """Put an event on its way."""
        self.deliveries[delivery.number] = delivery
        if self.on_delivery is not None:
            self.on_delivery(delivery)

    def next_number(self) -> int:
        """A new number of a delivery."""
        self.last_number += 1
        return self.last_number

    def log(self, user: User, message: Message) -> None:
        """Add a message to a chat, and tell who watches it."""
        user.log.append(message)
        self.tell(user.user_id, message)

    def tell(self, user_id: str, message: Message) -> None:
        """A message is new or has changed."""
        self.changes += 1
        for watch in self.watchers.get(user_id, ()):
            watch(message)

    def add_app(self, **values: Any) -> App:
        """A new app; ids and secrets that are not given are made."""
        app = App(**{"app_id": number_id(), "secret": secret(), **values})
        self.apps[app.app_id] = app
        return app

    def add_oa(self, **values: Any) -> Oa:
        """A new OA of an app."""
        oa = Oa(**{"oa_id": number_id(), "secret": secret(), **values})
        self.app(oa.app_id)
        self.oas[oa.oa_id] = oa
        return oa

    def add_user(self, **values: Any) -> User:
        """A new user of an OA, who has never written."""
        user = User(**{"user_id": number_id(), "user_id_by_app": number_id(), **values})
        self.oa(user.oa_id)
        self.users[user.user_id] = user
        return user

    def app(self, app_id: str) -> App:
        """An app.

        Raises:
            KeyError: there is none.
        """
        return self.apps[app_id]

    def oa(self, oa_id: str) -> Oa:
        """An OA.

        Raises:
            KeyError: there is none.
        """
        return self.oas[oa_id]

    def user(self, user_id: str) -> User:
        """A user.

        Raises:
            KeyError: there is none.
        """
        return self.users[user_id]

    def recipient(self, oa: Oa, user_id: object) -> User:
        """The user of an OA that a call names.

        Raises:
            ApiError: -201, it is nobody here. not documented: the code for an unknown user id.
        """
        user = self.users.get(user_id) if isinstance(user_id, str) else None
        if user is None or user.oa_id != oa.oa_id:
            raise invalid("user_id")
        return user

    def users_of(self, oa_id: str) -> Iterator[User]:
        """Users of an OA, in the order they came."""
        return (user for user in self.users.values() if user.oa_id == oa_id)

    def asset(self, asset_id: object, kind: str, app_id: str, *, field_name: str) -> Asset:
        """An upload of this app.

        Raises:
            ApiError: -201 when it is unknown, of another kind or app; -100 after 7 days.
        """
        asset = self.assets.get(asset_id) if isinstance(asset_id, str) else None
        if asset is None or asset.kind != kind or asset.app_id != app_id:
            raise invalid(field_name)
        if self.clock.now() - asset.at > ASSET_LIFE_MS:
            raise ApiError(-100)
        return asset


ASSET_LIFE_MS = 7 * 24 * 3600 * 1000
