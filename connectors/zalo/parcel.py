"""One reply on its way: its pieces, how far it is, and the rows that say so.

Every statement is committed at once: what a killed courier leaves is what it had done.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.zalo.answers import Sent
from connectors.zalo.buttons import ButtonKeys
from connectors.zalo.errors import TABLE
from connectors.zalo.format import Button, Piece, file_pieces, picture_pieces, pieces
from connectors.zalo.station import Station
from handoff.store import request_officer
from storage import channels, deliveries
from storage.channels import Account
from storage.database import Connection
from storage.deliveries import Delivery
from storage.outgoing import IMAGE, Upload
from storage.queue import defer_delivery

UNDELIVERABLE = "undeliverable"
"""Reason of the request for an officer."""
PAID = frozenset({"sub_quota", "purchase_quota", "reward_quota"})
PLAIN_TEXT = timedelta(days=1)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)
ALARMS = frozenset(rule.reason for rule in TABLE.values() if rule.retry_class in ("alarm", "quota", "refresh"))
"""Alarms that a message which goes through ends."""


class Later(Exception):
    """The reply waits until `until`, and what comes after it too."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class Undeliverable(Exception):
    """The reply will not be sent; an officer reads `reason`. With `alarm` it is the account's matter too."""

    def __init__(self, reason: str, *, alarm: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.alarm = reason, alarm


@dataclass
class Parcel:
    """A reply with the connection that has the conversation's lock."""

    station: Station
    connection: Connection
    account: Account
    delivery: Delivery
    place: int = 0
    """The next piece."""
    attempts: int = 0
    """Calls for it."""
    in_doubt: bool = False
    """Whether the platform may have taken it in a call before."""
    doubled: bool = False
    """Whether the next call may send it a second time."""
    uploaded_again: bool = False
    """Whether the platform said once that it does not know its upload any more."""
    done: bool = False
    _pieces: dict[bool, tuple[Piece, ...]] = field(default_factory=dict, init=False, repr=False)
    """By whether buttons are numbers: the account may lose its buttons half-way."""

    def __post_init__(self) -> None:
        self.place, self.attempts = self.delivery.pieces_sent, self.delivery.attempts
        self.in_doubt = self.delivery.sending_since is not None

    @property
    def numbered(self) -> bool:
        """Whether buttons go out as numbers to type."""
        until = self.account.plain_text_until
        return until is not None and self.station.now() < until

    @property
    def upload(self) -> Upload | None:
        """The reply's file, where it is one, as it is uploaded for this account."""
        sha256, name = self.delivery.file_sha256, self.delivery.file_name
        return Upload(self.account.id, self.account.app_id, sha256, name) if sha256 and name else None

    @property
    def is_picture(self) -> bool:
        return (self.delivery.media_type or "").startswith(IMAGE)

    def pieces(self, *, numbered: bool) -> tuple[Piece, ...]:
        """All messages of the reply; its tokens are made once."""
        if numbered not in self._pieces:
            self._pieces[numbered] = self._split(numbered=numbered)
        return self._pieces[numbered]

    def _split(self, *, numbered: bool) -> tuple[Piece, ...]:
        keys, delivery = ButtonKeys(self.station.secret, self.station.now), self.delivery
        if self.upload is not None:
            said = f"{delivery.said or ''}\n{delivery.file_name}"
            return picture_pieces(delivery.text) if self.is_picture else file_pieces(delivery.text, said)
        buttons: list[Button] = [
            (button["title"], keys.token(delivery.outbox_id, index, delivery.conversation_id))
            for index, button in enumerate(delivery.buttons)
        ]
        return pieces(delivery.text, buttons, numbered=numbered)

    def candidates(self) -> tuple[Piece, ...]:
        """What the next piece may have been, with buttons and with numbers."""
        both = (self.pieces(numbered=numbered) for numbered in (False, True))
        return tuple(each[self.place] for each in both if self.place < len(each))

    async def start(self) -> None:
        """Before each call."""
        await deliveries.start_sending(
            self.connection, self.delivery.outbox_id, at=self.station.now(), doubled=self.doubled
        )
        self.attempts, self.doubled = self.attempts + 1, False

    async def failed(self) -> None:
        """After a call that could send nothing."""
        await deliveries.count_attempt(self.connection, self.delivery.outbox_id)
        self.attempts += 1

    async def sent(self, platform_id: str | None) -> None:
        """The next piece is with the platform."""
        last = self.place + 1 >= len(self.pieces(numbered=self.numbered))
        await deliveries.piece_sent(
            self.connection, self.delivery.outbox_id, platform_id, last=last, at=self.station.now()
        )
        self.place, self.attempts, self.in_doubt, self.done = self.place + 1, 0, False, last

    async def note(self, sent: Sent) -> None:
        """What an answer says about the account: that messages go through, and how many are left."""
        quota = sent.quota
        if self.account.alarm in ALARMS:
            await channels.set_alarm(self.connection, self.account.id, None, at=self.station.now())
            await self.read_account()
        if quota is not None and quota.kind in PAID and quota.remain is not None:
            await channels.note_quota(self.connection, self.account.id, quota.remain)

    async def plain_text(self) -> None:
        """The account may not send buttons: numbers for a day."""
        await channels.note_plain_text(self.connection, self.account.id, self.station.now() + PLAIN_TEXT)
        await self.read_account()

    async def read_account(self) -> None:
        account = await channels.read_account(self.connection, self.account.id)
        self.account = account or self.account

    async def wait(self, until: datetime) -> None:
        """Try again then, with a job of its own; a reply in doubt stays so."""
        outbox_id = self.delivery.outbox_id
        async with self.connection.transaction():
            if self.in_doubt or self.doubled:
                await deliveries.look_later(self.connection, outbox_id, until)
            else:
                await deliveries.postpone(self.connection, outbox_id, until)
            await defer_delivery(self.connection, self.station.queue, self.delivery.conversation_id, not_before=until)

    async def give_up(self, error: Undeliverable) -> None:
        """Not sent, and an officer knows."""
        delivery, now = self.delivery, self.station.now()
        async with self.connection.transaction():
            await deliveries.give_up(self.connection, [delivery.outbox_id], error.reason)
            await request_officer(
                self.connection,
                conversation_id=delivery.conversation_id,
                turn_id=delivery.turn_id,
                reason=UNDELIVERABLE,
                at=now,
            )
            if error.alarm:
                await channels.set_alarm(self.connection, self.account.id, error.reason, at=now)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many calls, longer after each."""
    return min(FIRST_WAIT * (1 << min(attempts, 10)), LONGEST_WAIT)
