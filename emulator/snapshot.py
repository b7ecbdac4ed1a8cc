"""The state as one JSON file, so that a restarted platform goes on where it was."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections import Counter, deque
from pathlib import Path
from typing import Any

import anyio.to_thread

from emulator.platform import Platform
from emulator.records import LOG_LENGTH, App, Asset, Code, Delivery, Fault, Grant, Message, Oa, User

VERSION = 1
EVERY_SECONDS = 1.0
SHARE = 10
"""After a snapshot that took t seconds the next is at least `SHARE * t` seconds away."""
RECORDS: dict[str, Any] = {"apps": App, "oas": Oa, "grants": Grant, "codes": Code, "assets": Asset}
PLAIN = ("articles", "template_sends", "last_number")
COUNTERS = ("counts", "accepted")


def dump(platform: Platform) -> str:
    """The state as JSON."""
    names = (*RECORDS, *PLAIN, *COUNTERS, "users", "deliveries", "faults", "options")
    state = {name: getattr(platform, name) for name in names}
    state |= {"version": VERSION, "ahead": platform.clock.ahead, "attempts": list(platform.attempts)}
    return json.dumps(state, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, deque) else vars(value)


def load(platform: Platform, text: str) -> None:
    """Put a dumped state into a new platform.

    Raises:
        ValueError: the text is no snapshot of this version.
    """
    state = json.loads(text)
    if not isinstance(state, dict) or state.get("version") != VERSION:
        raise ValueError(f"this is no snapshot of version {VERSION}")
    for name, kind in RECORDS.items():
        setattr(platform, name, {key: kind(**value) for key, value in state[name].items()})
    for name in PLAIN:
        setattr(platform, name, state[name])
    for name in COUNTERS:
        setattr(platform, name, Counter(state[name]))
    platform.users = {key: _user(value) for key, value in state["users"].items()}
    platform.deliveries = {int(key): Delivery(**value) for key, value in state["deliveries"].items()}
    platform.faults = [Fault(**value) for value in state["faults"]]
    vars(platform.options).update(state["options"])
    platform.clock.ahead = state["ahead"]
    platform.attempts.extend(state["attempts"])


def _user(value: dict[str, Any]) -> User:
    log = deque((Message(**message) for message in value.pop("log")), maxlen=LOG_LENGTH)
    return User(**value, log=log)


def write(path: Path, text: str) -> None:
    """Replace the file in one step: a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".new")
    with half.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


async def keep(platform: Platform, path: Path) -> None:
    """Write a snapshot whenever something changed, at most once a second, and once more when cancelled."""
    written = -1
    pause = EVERY_SECONDS
    try:
        while True:
            await asyncio.sleep(pause)
            if platform.changes == written:
                continue
            began = time.monotonic()
            written, text = platform.changes, dump(platform)
            pause = max(EVERY_SECONDS, SHARE * (time.monotonic() - began))
            # Unlike asyncio's, this thread is waited for when we are cancelled: two writers would share one file.
            await anyio.to_thread.run_sync(write, path, text)
    finally:
        write(path, dump(platform))
