"""Kill processes with -9 and make PostgreSQL crash, at random moments."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from tools.bench_processes import family, name_of, say

KINDS = ("web", "dialogue", "courier")
DATABASE = "postgres"
BACKEND = "postgres postgres "
"""In the title of a process that serves a connection: database and role."""


class Trouble:
    """What goes wrong in the installation whose launcher is process `pid`."""

    def __init__(self, pid: int, var: Path, dice: random.Random) -> None:
        self._pid, self._var, self._dice = pid, var, dice
        self.kills = 0

    async def make(self, kills: int, restarts: int, seconds: float) -> None:
        """So many kills, each kind of process as often as the others, and restarts, spread over `seconds`."""
        deeds = [KINDS[number % len(KINDS)] for number in range(kills)] + [DATABASE] * restarts
        self._dice.shuffle(deeds)
        # The first and the last of the time are for ordinary work.
        moments = sorted(self._dice.uniform(0.05, 0.95) * seconds for _ in deeds)
        loop = asyncio.get_running_loop()
        started = loop.time()
        for moment, deed in zip(moments, deeds, strict=True):
            await asyncio.sleep(max(0.0, started + moment - loop.time()))
            await asyncio.to_thread(self._restart if deed == DATABASE else self._kill, deed)

    def _kill(self, kind: str) -> None:
        """Kill one process of a kind; when none is up, it is being started again already."""
        found = [process for process in family(self._pid) if _kind_of(process) == kind]
        if found:
            victim = self._dice.choice(found)
            say(f"  kill -9 {kind} ({victim.pid})")
            victim.kill()
            self.kills += 1

    def _restart(self, _: str) -> None:
        """Kill PostgreSQL, which the launcher starts again, or one of its processes, after which it recovers itself."""
        try:
            server = psutil.Process(int((self._var / "postgres" / "postmaster.pid").read_text().split()[0]))
            backends = [one for one in server.children() if BACKEND in " ".join(one.cmdline())]
            victim = self._dice.choice([server, *backends[:1]])
            victim.kill()
        except (FileNotFoundError, psutil.NoSuchProcess, psutil.ZombieProcess):
            # Killed a moment ago: it is being started again already, or one of its processes has just ended.
            return
        say("  kill -9 PostgreSQL" if victim is server else "  PostgreSQL crashes and recovers")
        self.kills += 1


def _kind_of(process: psutil.Process) -> str:
    try:
        return name_of(process.cmdline()).partition("-")[0]
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""
