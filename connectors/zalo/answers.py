"""What the platform answers, parsed to types. A field that is missing or of a wrong type is None.

Source: Zalo OA reference of 2026-11-22, §2.3 and §4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from connectors.zalo.fields import Fields, id_of, link_of, list_of, object_of, text_of, time_of, whole_of
from connectors.zalo.parts import KINDS, Attachment, Info, read_info

FROM_CITIZEN = "1"
NAME_CHARACTERS = 200


@dataclass(frozen=True)
class Quota:
    """A package of messages. `kind` is reply, sub_quota, purchase_quota or reward_quota."""

    kind: str | None
    remain: int | None
    total: int | None


@dataclass(frozen=True)
class Sent:
    """A message that was taken. Some answers of success hold nothing at all."""

    message_id: str | None
    at: datetime | None
    quota: Quota | None


@dataclass(frozen=True, repr=False)
class User:
    """A citizen's profile, as far as it is shown to the account."""

    user_id: str | None
    name: str | None
    is_follower: bool | None
    is_sensitive: bool | None
    """Whether the platform hides the profile."""
    last_interaction: date | None
    shared: Info | None


@dataclass(frozen=True)
class Account:
    """The Official Account itself. `kind` is 2 for a business and 4 for the government."""

    oa_id: str | None
    name: str | None
    verified: bool | None
    kind: int | None
    package: str | None
    package_until: str | None


@dataclass(frozen=True)
class Window:
    """What may still be sent to one citizen."""

    last_interaction: datetime | None
    replies: Quota | None


@dataclass(frozen=True, repr=False)
class Spoken:
    """One message of the history, of either side."""

    message_id: str | None
    by_citizen: bool
    at: datetime | None
    kind: str
    """`text`, a kind of `Attachment`, or empty."""
    text: str
    from_id: str | None
    to_id: str | None
    attachment: Attachment | None

    @property
    def citizen(self) -> str | None:
        """Who it is a conversation with."""
        return self.from_id if self.by_citizen else self.to_id


def read_sent(data: Any) -> Sent:
    """The answer to a message."""
    fields = object_of(data)
    quota = object_of(fields.get("quota"))
    return Sent(id_of(fields.get("message_id")), time_of(fields.get("sent_time")), read_quota(quota) if quota else None)


def read_quota(fields: Fields) -> Quota:
    """One package; its numbers may come as strings."""
    return Quota(id_of(fields.get("quota_type")), whole_of(fields.get("remain")), whole_of(fields.get("total")))


def read_window(data: Any) -> Window:
    """The answer about one citizen."""
    fields = object_of(data)
    replies = object_of(fields.get("cs_reply"))
    return Window(time_of(fields.get("last_interaction")), read_quota(replies) if replies else None)


def read_user(data: Any) -> User:
    """A profile."""
    fields = object_of(data)
    return User(
        user_id=id_of(fields.get("user_id")),
        name=text_of(fields.get("display_name"), limit=NAME_CHARACTERS),
        is_follower=_truth(fields.get("user_is_follower")),
        is_sensitive=_truth(fields.get("is_sensitive")),
        last_interaction=_day(fields.get("user_last_interaction_date")),
        shared=read_info(fields.get("shared_info")),
    )


def read_account(data: Any) -> Account:
    """The account; its id has had two names."""
    fields = object_of(data)
    return Account(
        oa_id=id_of(fields.get("oa_id")) or id_of(fields.get("oaid")),
        name=text_of(fields.get("name"), limit=NAME_CHARACTERS),
        verified=_truth(fields.get("is_verified")),
        kind=whole_of(fields.get("oa_type")),
        package=text_of(fields.get("package_name"), limit=NAME_CHARACTERS),
        package_until=text_of(fields.get("package_valid_through_date"), limit=NAME_CHARACTERS),
    )


def read_history(data: Any) -> tuple[Spoken, ...]:
    """The rows of a history, in the order in which they came: newest first."""
    return tuple(_spoken(row) for row in map(object_of, list_of(data)) if row)


def _spoken(row: Fields) -> Spoken:
    named = (id_of(row.get("type")) or "").lower()
    kind = "text" if named == "text" else KINDS.get(named, "")
    return Spoken(
        message_id=id_of(row.get("message_id")),
        by_citizen=row.get("src") == FROM_CITIZEN,
        at=time_of(row.get("time")),
        kind=kind,
        text=text_of(row.get("message")) or "",
        from_id=id_of(row.get("from_id")),
        to_id=id_of(row.get("to_id")),
        attachment=Attachment(kind, link_of(row.get("url"))) if kind not in ("text", "") else None,
    )


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _day(value: object) -> date | None:
    """A day written dd/mm/yyyy."""
    try:
        return datetime.strptime(value, "%d/%m/%Y").date() if isinstance(value, str) else None
    except ValueError:
        return None
