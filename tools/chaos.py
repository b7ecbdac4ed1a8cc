"""`make chaos`: citizens write while processes are killed and the platform misbehaves; nothing may be lost or doubled.

A whole installation of `make run`, on an empty database of its own, with the local platform. The last line is one JSON
object: messages, lost, turns_doubled, replies_doubled, out_of_order, kills, seconds. Exit code 1 when something broke.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import psycopg
from psycopg_pool import PoolTimeout

from connectors.zalo.oauth import TokenError
from connectors.zalo.setup import NotConnected
from storage.settings import ROOT, Settings, child_environment, local_now, read_settings
from tools import emulated
from tools.bench_install import database_of, status_of
from tools.bench_processes import free_port, running, say, wait_for
from tools.chaos_town import Town
from tools.chaos_trouble import Trouble
from tools.chaos_verdict import Verdict, consent_needed, settled, verdict
from tools.installation_rows import Rows

READY_SECONDS = 240.0
DRAIN_SECONDS = 600.0
LOOK_SECONDS, OPERATOR_SECONDS = 2.0, 5.0


@dataclass(frozen=True)
class Plan:
    """What is done to an installation.

    `rate`: messages a second; `kills`: processes killed in all; `restarts`: of PostgreSQL.
    """

    messages: int
    citizens: int
    accounts: int
    rate: float
    kills: int
    restarts: int
    workers: int
    couriers: int
    seed: int


def main(arguments: Sequence[str] | None = None) -> int:
    plan = read_plan(arguments)
    with tempfile.TemporaryDirectory(prefix="motcua-chaos-") as folder:
        found = run(plan, read_settings(), Path(folder))
    for line in found.remarks():
        say(line)
    print(json.dumps(found.figures()))
    return 0 if found.clean else 1


def read_plan(arguments: Sequence[str] | None) -> Plan:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument("--citizens", type=int, default=200)
    parser.add_argument("--accounts", type=int, default=3)
    parser.add_argument("--rate", type=float, default=20.0, help="messages a second")
    parser.add_argument("--kills", type=int, default=24, help="processes killed with -9, spread over the run")
    parser.add_argument("--restarts", type=int, default=2, help="restarts of PostgreSQL, without a goodbye")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--couriers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    return Plan(**vars(parser.parse_args(arguments)))


def run(plan: Plan, settings: Settings, folder: Path) -> Verdict:
    """Do all of `plan` to a new installation in `folder`."""
    with installation(plan, settings, folder) as (own, database, pid):
        return asyncio.run(_run(plan, own, database, pid))


async def _run(plan: Plan, settings: Settings, database: str, pid: int) -> Verdict:
    dice = random.Random(plan.seed)  # noqa: S311 - a test that can be run again
    control = httpx.AsyncClient(base_url=f"{emulated.address_of(settings)}/control", trust_env=False, timeout=30)
    async with control:
        town = Town(control, dice)
        samples = town.settle(plan.accounts, plan.citizens)
        await emulated.connect(settings, database, local_now(), samples)
        await town.misbehave()
        rows, trouble = Rows(database), Trouble(pid, settings.var, dice)
        started = time.monotonic()
        seconds = plan.messages / plan.rate
        say(f"• {plan.messages} messages of {plan.citizens} citizens to {plan.accounts} accounts in {seconds:.0f} s")
        operator = asyncio.create_task(_operate(settings, database, samples, rows))
        mayhem = asyncio.create_task(trouble.make(plan.kills, plan.restarts, seconds))
        sent = await town.write(plan.messages, plan.rate)
        await mayhem
        await town.behave()
        await _drain(town, rows, len(sent))
        operator.cancel()
        found = await verdict(town, rows, sent)
        return replace(found, kills=trouble.kills, seconds=round(time.monotonic() - started, 1))


async def _operate(settings: Settings, database: str, samples: Sequence[emulated.Sample], rows: Rows) -> None:
    """What the operator does when an account's alarm asks for it: give consent again."""
    while True:
        await asyncio.sleep(OPERATOR_SECONDS)
        try:
            if await consent_needed(rows):
                say("  the operator gives consent again")
                await emulated.connect(settings, database, local_now(), samples)
        except (httpx.HTTPError, psycopg.Error, TokenError, NotConnected, PoolTimeout) as error:
            say(f"  the operator could not, and tries again: {type(error).__name__}")


async def _drain(town: Town, rows: Rows, messages: int) -> None:
    """Wait until nothing waits any more, or too long."""
    end = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < end:
        await town.deliver_now()
        if await settled(rows, messages) and await town.quiet():
            return
        await asyncio.sleep(LOOK_SECONDS)
    say(f"• something still waits after {DRAIN_SECONDS:.0f} s")


@contextmanager
def installation(plan: Plan, settings: Settings, folder: Path) -> Iterator[tuple[Settings, str, int]]:
    """Everything of `make run` in `folder`: its settings, the address of its database, its launcher's process.

    Raises:
        RuntimeError: it did not become ready, or did not stop.
    """
    var, log = folder / "var", folder / "run.log"
    own = replace(
        settings, var=var, host="127.0.0.1", port=free_port(), emulator_port=free_port(), workers=plan.workers,
        couriers=plan.couriers, database_url="",
    )  # fmt: skip
    environment = child_environment(
        MOTCUA_VAR=str(var), MOTCUA_HOST=own.host, MOTCUA_PORT=str(own.port), DATABASE_URL="", MOTCUA_EMULATOR="1",
        MOTCUA_EMULATOR_PORT=str(own.emulator_port), MOTCUA_WORKERS=str(plan.workers),
        MOTCUA_COURIERS=str(plan.couriers),
    )  # fmt: skip
    command = [sys.executable, "-W", "ignore", "-m", "tools.run"]
    with running(command, cwd=ROOT, log=log, environment=environment, var=var) as process:
        address = emulated.site_of(own)
        ready = lambda: status_of(address).get("workers") == plan.workers  # noqa: E731
        wait_for(ready, process, seconds=READY_SECONDS, log=log)
        # The launcher says its last line when the sample accounts are connected.
        said = lambda: emulated.address_of(own) in log.read_text(encoding="utf-8")  # noqa: E731
        wait_for(said, process, seconds=READY_SECONDS, log=log)
        yield emulated.pointed_at_emulator(own), database_of(process.pid), process.pid


if __name__ == "__main__":
    sys.exit(main())
