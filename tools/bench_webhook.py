"""The road of Zalo under load, through everything of `make run` with the local platform; one JSON object on stdout.

Signed events of 200 citizens of 3 accounts arrive evenly while the local platform sends its echoes and receipts too:
how fast the webhook answers, how fast the backlog is worked with one and with two dialogue workers, and how long a
citizen waits for a reply while little happens. The platform allows 4,000 calls a minute, 66 replies a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from connectors.zalo.webhook import PATH
from storage.settings import Settings, local_now, read_settings
from tools import chaos, emulated
from tools.bench_measure import percentile, spread
from tools.bench_processes import family, memory_mb, say
from tools.bench_webhook_calls import Calls, Generator, phones
from tools.chaos_town import Sent, Town
from tools.installation_rows import Rows, Waiting

ACCOUNTS, CITIZENS = 3, 200
RATE, SECONDS, DRAIN_SECONDS = 100.0, 60.0, 600.0
BURST_SECONDS = 15.0
ALONE_RATE, ALONE_SECONDS = 10.0, 30.0
WARM_SECONDS = 5.0
ANSWER_SECONDS, LOOK_SECONDS = 10.0, 0.2
BARS = {"accept_ms_p99": 100.0, "reply_ms_p95": 500.0}
"""At most."""


@dataclass(frozen=True)
class Plan:
    """`rate`: events a second, `seconds` long; at most `drain` seconds are waited until all are answered."""

    rate: float
    seconds: float
    drain: float


@dataclass(frozen=True)
class Bench:
    """An installation whose citizens all may be written to."""

    town: Town
    rows: Rows
    generator: Generator
    pid: int
    var: Path

    def memory(self) -> dict[str, float]:
        return memory_mb(family(self.pid, self.var))


def main(arguments: Sequence[str] | None = None) -> int:
    # tools.bench imports this module.
    from tools.bench import EVALUATION, read_texts

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long events arrive")
    parser.add_argument("--rate", type=float, default=RATE, help="events a second")
    parser.add_argument(
        "--drain", type=float, default=DRAIN_SECONDS, help="how long to wait for the backlog, in seconds"
    )
    given = parser.parse_args(arguments)
    settings = read_settings()
    # Libraries print; only the result may reach stdout.
    with redirect_stdout(sys.stderr):
        figures = measure_webhook(settings, read_texts(settings.data / EVALUATION), Plan(**vars(given)))
    print(json.dumps(figures, ensure_ascii=False, indent=2))
    return 0


def measure_webhook(settings: Settings, texts: Sequence[str], plan: Plan) -> dict[str, Any]:
    """All figures, each with its units in its name; memory is in megabytes.

    Raises:
        RuntimeError: an installation did not start, or did not do all that waited.
    """
    one = _installed(settings, texts, plan, workers=1)
    # A backlog is all that is needed to see how fast it is worked.
    two = _installed(settings, texts, replace(plan, seconds=min(plan.seconds, BURST_SECONDS)), workers=2)
    figures = {"workers_1": one, "workers_2": two}
    return {"accounts": ACCOUNTS, "citizens": CITIZENS, **figures, "bars": bars(one)}


def _installed(settings: Settings, texts: Sequence[str], plan: Plan, *, workers: int) -> dict[str, Any]:
    say(f"• {plan.rate:.0f} events a second for {plan.seconds:.0f} s, {workers} dialogue worker(s)")
    sizes = replace(chaos.read_plan([]), workers=workers, couriers=1)
    with (
        tempfile.TemporaryDirectory(prefix="motcua-webhook-") as folder,
        chaos.installation(sizes, settings, Path(folder)) as (own, database, pid),
    ):
        return asyncio.run(_measure(own, database, pid, texts, plan))


async def _measure(settings: Settings, database: str, pid: int, texts: Sequence[str], plan: Plan) -> dict[str, Any]:
    address = f"{emulated.address_of(settings)}/control"
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=30) as control:
        town = Town(control, random.Random(1))  # noqa: S311 - a measurement that can be made again
        samples = town.settle(ACCOUNTS, CITIZENS)
        await emulated.connect(settings, database, local_now(), samples)
        oas = (await control.get("/oas")).raise_for_status().json()["oas"]
        callers = phones(samples, {oa["oa_id"]: oa["secret"] for oa in oas})
        generator = Generator(emulated.site_of(settings) + PATH, callers, texts)
        bench = Bench(town, Rows(database), generator, pid, settings.var)
        for citizen in town.citizens:
            (await control.post(f"/users/{citizen}/acts", json={"act": "follow"})).raise_for_status()
        await bench.rows.quiet()
        await generator.run(ALONE_RATE, WARM_SECONDS)
        await bench.rows.quiet()
        alone = await _alone(bench, control)
        return {**alone, **await _load(bench, control, plan)}


async def _alone(bench: Bench, control: httpx.AsyncClient) -> dict[str, Any]:
    """Milliseconds from what a citizen does on the phone until the reply is there, by the platform's own clock."""
    sent = await bench.town.write(round(ALONE_RATE * ALONE_SECONDS), ALONE_RATE)
    replies = await _replies(bench, [one.message_id for one in sent])
    transcripts = {}
    for citizen in {one.user_id for one in sent}:
        answer = await control.get(f"/users/{citizen}/transcript", params={"limit": 500})
        transcripts[citizen] = {one["id"]: int(one["at"]) for one in answer.raise_for_status().json()["messages"]}
    waits = waited(sent, replies, transcripts)
    return {
        "reply_messages_per_second": ALONE_RATE,
        **spread("reply", waits),
        "reply_ms_p95": round(percentile(waits, 0.95) * 1000, 2),
        "reply_missing": len(sent) - len(waits),
    }


def waited(sent: Sequence[Sent], replies: Mapping[str, str], moments: Mapping[str, Mapping[str, int]]) -> list[float]:
    """Seconds between a message and the first reply to it, for those that got one.

    Args:
        moments: of each citizen, the milliseconds of each message by its id.
    """
    return [
        (moments[one.user_id][replies[one.message_id]] - moments[one.user_id][one.message_id]) / 1000
        for one in sent
        if one.message_id in replies
    ]


async def _replies(bench: Bench, message_ids: list[str]) -> Mapping[str, str]:
    """The reply to each message. Nothing waiting is not enough: the last webhook may still be under way."""
    end = time.monotonic() + ANSWER_SECONDS
    while True:
        await bench.rows.quiet()
        replies = await bench.rows.replies(message_ids)
        if len(replies) == len(message_ids) or time.monotonic() > end:
            return replies
        await asyncio.sleep(LOOK_SECONDS)


async def _load(bench: Bench, control: httpx.AsyncClient, plan: Plan) -> dict[str, Any]:
    """Events for so long, and then until all of them are answered."""
    memory, begin = [bench.memory()], local_now()
    running = asyncio.create_task(bench.generator.run(plan.rate, plan.seconds))
    await asyncio.sleep(plan.seconds / 2)
    memory.append(bench.memory())
    calls = await running
    end, left = local_now(), await bench.rows.waiting()
    memory.append(bench.memory())
    drained = await bench.rows.drained(plan.drain)
    draining = await bench.rows.rates(end, local_now())
    webhooks = (await control.get("/statistics")).raise_for_status().json()["webhooks"]
    return {
        **accepted(calls),
        "seconds": plan.seconds,
        "under_load": await bench.rows.rates(begin, end),
        "turns_waiting_at_end": left.turns,
        "deliveries_waiting_at_end": left.deliveries,
        "drained_seconds": None if drained is None else round(drained, 1),
        "draining": draining,
        "drained_seconds_expected": expected(left, draining),
        "undeliverable": await bench.rows.undeliverable(),
        "platform_events": {name: webhooks[name] for name in ("delivered", "failed_attempts")},
        "memory_mb": dict(zip(("start", "middle", "end"), memory, strict=True)),
        "memory_mb_after": bench.memory(),
    }


def expected(left: Waiting, rates: Mapping[str, float]) -> float | None:
    """Seconds until so much is worked and sent at these rates; None when nothing moves."""
    turns, replies = rates["turns_per_second"], rates["replies_per_second"]
    return round(max(left.turns / turns, left.deliveries / replies), 1) if turns and replies else None


def accepted(calls: Calls) -> dict[str, Any]:
    """How the webhook answered."""
    return {
        "events": len(calls.answers),
        "errors": calls.errors,
        **spread("accept", calls.answers),
        "accept_ms_max": round(max(calls.answers) * 1000, 2),
        "generator_late_ms_p99": round(percentile(calls.late, 0.99) * 1000, 2),
    }


def bars(figures: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Each figure that has a bar, and whether it is met."""
    return {
        name: {"at_most": most, "measured": figures[name], "met": figures[name] <= most} for name, most in BARS.items()
    }


if __name__ == "__main__":
    sys.exit(main())
