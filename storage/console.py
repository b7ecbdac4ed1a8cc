"""What a connector lets the console show: forms and facts in its platform's words. The console makes pages of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from storage.channels import Account


@dataclass(frozen=True)
class Field:
    """One field of a form. With `options` (value and label) it is a choice; a `secret` is never filled in again."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    secret: bool = False
    required: bool = True
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Form:
    """A form that is posted to `address`."""

    title: str
    address: str
    button: str
    fields: tuple[Field, ...]
    intro: str = ""


@dataclass(frozen=True)
class Fact:
    """One thing to know about an account, or to copy; `value` is shown as it is."""

    label: str
    value: str
    hint: str = ""


@dataclass(frozen=True)
class Panel:
    """What an account's page shows and offers: those that end in `_at` are addresses."""

    facts: tuple[Fact, ...]
    secrets: tuple[Fact, ...]
    secrets_set: datetime
    consent_at: str
    secrets_at: str


@dataclass(frozen=True)
class Kind:
    """A platform: its word for an account, where one is added, and the panel of one.

    `panel` takes the account, the address of this site and when the secrets were set.
    """

    id: str
    title: str
    add_at: str
    panel: Callable[[Account, str, datetime], Panel]
