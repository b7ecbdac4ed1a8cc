"""A platform that calls the webhook evenly: each event of its own, signed, timed from sending until the answer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

import aiohttp

from connectors.zalo.signature import HEADER, PREFIX, mac
from tools.emulated import APP, Sample

CALL_SECONDS = 10.0
"""More than the platform waits, so that how late an answer comes is seen."""
AT_ONCE = 100
FIRST_ID = 1 << 60


@dataclass(frozen=True)
class Phone:
    """A citizen of an account, whose events are signed with `secret`."""

    citizen: str
    oa_id: str
    secret: str


@dataclass
class Calls:
    """What was measured, in seconds. `late`: how much later than planned each event was sent."""

    answers: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    errors: int = 0


def phones(samples: Sequence[Sample], secrets: dict[str, str]) -> list[Phone]:
    """All citizens, with the secret of their account."""
    return [Phone(user, sample.oa_id, secrets[sample.oa_id]) for sample in samples for user in sample.citizens]


def signed(phone: Phone, number: int, text: str, at: float) -> tuple[bytes, dict[str, str]]:
    """Body and headers of the event of a text.

    Args:
        number: makes the id of the message; each is used once in a run.
        at: when it was written, in seconds of the epoch.
    """
    timestamp = str(int(at * 1000))
    event = {
        "app_id": APP,
        "user_id_by_app": phone.citizen,
        "event_name": "user_send_text",
        "timestamp": timestamp,
        "sender": {"id": phone.citizen},
        "recipient": {"id": phone.oa_id},
        "message": {"msg_id": f"{FIRST_ID + number:x}", "text": text},
    }
    raw = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    return raw, {"Content-Type": "application/json", HEADER: PREFIX + mac(APP, raw, timestamp, phone.secret)}


class Generator:
    """Calls one address; the numbers of its events go on from run to run."""

    def __init__(self, address: str, callers: Sequence[Phone], texts: Sequence[str]) -> None:
        self._address, self._number = address, 0
        self._callers: Iterator[Phone] = cycle(callers)
        self._texts: Iterator[str] = cycle(texts)

    async def run(self, rate: float, seconds: float) -> Calls:
        """Send `rate` events a second whether or not the ones before were answered."""
        calls, tasks = Calls(), set[asyncio.Task[None]]()
        timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
        connector = aiohttp.TCPConnector(limit=AT_ONCE)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as client:
            started = time.perf_counter()
            for count in range(round(rate * seconds)):
                due = started + count / rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                calls.late.append(time.perf_counter() - due)
                task = asyncio.create_task(self._call(client, calls))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            await asyncio.gather(*tasks)
        return calls

    async def _call(self, client: aiohttp.ClientSession, calls: Calls) -> None:
        self._number += 1
        raw, headers = signed(next(self._callers), self._number, next(self._texts), time.time())
        started = time.perf_counter()
        try:
            async with client.post(self._address, data=raw, headers=headers) as answer:
                await answer.read()
                calls.errors += answer.status != 200
        except (aiohttp.ClientError, asyncio.TimeoutError):
            calls.errors += 1
        calls.answers.append(time.perf_counter() - started)
