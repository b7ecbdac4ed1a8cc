"""The environment of every process, read once. The only module that touches `os.environ`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CODE = re.compile(r"[\w-]{1,100}", re.ASCII)
Choice: TypeAlias = Literal["auto", "0", "1"]
EMULATOR: tuple[Choice, ...] = ("auto", "0", "1")


@dataclass(frozen=True)
class Settings:
    """How this process runs. Every field has a variable `MOTCUA_<NAME>`, but for `DATABASE_URL`."""

    database_url: str
    """Empty: the embedded server in `var`."""
    var: Path
    data: Path
    models: Path
    as_of: date | None
    """Answer as of this day instead of today."""
    host: str
    port: int
    workers: int
    unit: str
    secret: str
    """Signs cookies and buttons. Empty: a random one kept in `var`."""
    secure_cookies: bool
    site_codes: tuple[str, ...] = ()
    """Codes, with commas between, by which a platform sees that this site is ours."""
    couriers: int = 1
    emulator: Choice = "auto"
    """Whether `make run` also starts a local platform; `auto`: while no account of the real one is configured."""
    emulator_port: int = 8090
    platform_api: str = ""
    """Where the platform's API is, without a slash at the end. Empty, as the next two: the real one."""
    platform_oauth: str = ""
    platform_business: str = ""
    site_address: str = ""
    """Where browsers find this site, without a slash at the end. Empty: wherever the request says."""
    attachment_hosts: tuple[str, ...] = ()
    """Whole hosts, with commas between, from which attachments are fetched too, even when they are inside."""


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Raises:
        ValueError: a variable has a value that can't be used; the message names it.
    """
    env = os.environ if environment is None else environment

    def get(name: str, default: str) -> str:
        return env.get(f"MOTCUA_{name}", "").strip() or default

    def number(name: str, default: int) -> int:
        try:
            return int(get(name, str(default)))
        except ValueError:
            raise ValueError(f"MOTCUA_{name} must be a whole number, not {get(name, '')!r}") from None

    return Settings(
        database_url=env.get("DATABASE_URL", "").strip(),
        var=Path(get("VAR", str(ROOT / "var"))).resolve(),
        data=Path(get("DATA", str(ROOT / "data"))).resolve(),
        models=Path(get("MODELS", str(ROOT / "models"))).resolve(),
        as_of=_day(get("AS_OF", "")),
        host=get("HOST", "127.0.0.1"),
        port=number("PORT", 8080),
        workers=number("WORKERS", 1),
        unit=get("UNIT", "don_vi_mau"),
        secret=get("SECRET", ""),
        secure_cookies=get("SECURE_COOKIES", "0") == "1",
        site_codes=_codes(get("SITE_CODES", "")),
        couriers=number("COURIERS", 1),
        emulator=_emulator(get("EMULATOR", "auto")),
        emulator_port=number("EMULATOR_PORT", 8090),
        platform_api=get("PLATFORM_API", ""),
        platform_oauth=get("PLATFORM_OAUTH", ""),
        platform_business=get("PLATFORM_BUSINESS", ""),
        site_address=get("SITE_ADDRESS", "").rstrip("/"),
        attachment_hosts=_listed(get("ATTACHMENT_HOSTS", "")),
    )


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise ValueError(f"MOTCUA_AS_OF must be a day such as 2027-01-02, not {value!r}") from None


def _emulator(value: str) -> Choice:
    for known in EMULATOR:
        if value == known:
            return known
    raise ValueError(f"MOTCUA_EMULATOR must be auto, 0 or 1, not {value!r}")


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in value.split(",") if part.strip())


def _codes(listed: str) -> tuple[str, ...]:
    codes = tuple(code.strip() for code in listed.split(",") if code.strip())
    if wrong := [code for code in codes if not CODE.fullmatch(code)]:
        raise ValueError(f"MOTCUA_SITE_CODES must be letters, digits, - and _ with commas between, not {wrong[0]!r}")
    return codes


@dataclass(frozen=True)
class BenchSettings:
    """What `make bench` also measures: stock Rasa, with so many epochs of DIET."""

    baseline: bool
    epochs: int


def read_bench_settings(environment: Mapping[str, str] | None = None) -> BenchSettings:
    """Read `BASELINE` (1: measure stock Rasa too) and `BASELINE_EPOCHS` (100, its own default would be 300).

    Raises:
        ValueError: a variable has a value that can't be used; the message names it.
    """
    env = os.environ if environment is None else environment
    epochs = env.get("BASELINE_EPOCHS", "").strip() or "100"
    # One epoch can't tell what the next would cost.
    if not epochs.isdecimal() or int(epochs) < 2:
        raise ValueError(f"BASELINE_EPOCHS must be a whole number of at least 2, not {epochs!r}")
    return BenchSettings(env.get("BASELINE", "").strip() == "1", int(epochs))


def child_environment(**changes: str) -> dict[str, str]:
    """The environment for a child process: this one's with `changes`."""
    return {**os.environ, **changes}


def local_now() -> datetime:
    """The wall clock in Viet Nam. Pass it on as an argument; nothing else reads the clock."""
    return datetime.now(TIME_ZONE)
