"""A running installation for the benchmark: training, start from nothing, start again, load."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from storage.settings import ROOT, Settings, child_environment
from tools.bench_load import Plan, measure_load, measure_one
from tools.bench_measure import Texts, fit_seconds
from tools.bench_processes import family, free_port, memory_mb, name_of, running, wait_for
from tools.process import answers, model_path, tail

READY_SECONDS = 240.0
TRAIN_SECONDS = 1_800.0


@dataclass(frozen=True)
class Installation:
    """What `tools.run` started. `ready_seconds`: from its start until `/ready` said yes."""

    address: str
    database: str
    pid: int
    var: Path
    ready_seconds: float
    release: str | None


def train_fresh(models: Path, work: Path) -> dict[str, float]:
    """Train into an empty folder with an empty cache: what `make train` costs after a change.

    Raises:
        RuntimeError: training failed.
    """
    environment = child_environment(
        MOTCUA_MODELS=str(models), MOTCUA_VAR=str(work / "training"), RASA_CACHE_DIRECTORY=str(work / "cache")
    )
    log = work / "train.log"
    command = [sys.executable, "-W", "ignore", "-m", "tools.train"]
    started = time.perf_counter()
    with running(command, cwd=ROOT, log=log, environment=environment) as process:
        code = process.wait(TRAIN_SECONDS)
    seconds = time.perf_counter() - started
    if code:
        raise RuntimeError(f"training failed with code {code}:\n{tail(log)}")
    figures = {"training_seconds": round(seconds, 2)}
    rasa = work / "training" / "log" / "train.log"
    fitting = fit_seconds(rasa.read_text(encoding="utf-8", errors="replace"))
    return figures if fitting is None else {**figures, "training_fit_seconds": fitting}


@contextmanager
def installation(settings: Settings, *, var: Path, models: Path, workers: int) -> Iterator[Installation]:
    """Start everything on `var` and stop it at the end.

    Raises:
        RuntimeError: no model of the files as they are now, or it did not become ready, or did not stop.
    """
    if not model_path(replace(settings, models=models)).exists():
        raise RuntimeError("the training files changed during the benchmark: run it again")
    port, log = free_port(), var.parent / f"{var.name}.log"
    environment = child_environment(
        MOTCUA_VAR=str(var), MOTCUA_MODELS=str(models), MOTCUA_PORT=str(port), MOTCUA_HOST="127.0.0.1",
        MOTCUA_WORKERS=str(workers), DATABASE_URL="", MOTCUA_EMULATOR="0",
    )  # fmt: skip
    command = [sys.executable, "-W", "ignore", "-m", "tools.run"]
    started = time.perf_counter()
    with running(command, cwd=ROOT, log=log, environment=environment, var=var) as process:
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: answers(f"{address}/ready"), process, seconds=READY_SECONDS, log=log)
        seconds = time.perf_counter() - started
        all_ready = lambda: status_of(address).get("workers") == workers  # noqa: E731
        wait_for(all_ready, process, seconds=READY_SECONDS, log=log)
        database = database_of(process.pid)
        yield Installation(address, database, process.pid, var, round(seconds, 2), status_of(address).get("release"))


def status_of(address: str) -> dict[str, Any]:
    """What `/ready` says; empty while nobody answers."""
    try:
        status: dict[str, Any] = httpx.get(f"{address}/ready", timeout=2.0, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return {}
    return status


def database_of(pid: int) -> str:
    """The database as the web process was told; the launcher makes the address of an embedded server itself."""
    web = next(process for process in family(pid) if name_of(process.cmdline()) == "web")
    return str(web.environ()["DATABASE_URL"])


def measure_cold(settings: Settings, *, models: Path, work: Path) -> dict[str, Any]:
    """Seconds to ready from an empty folder: a new database, its schema, then web and one worker."""
    with installation(settings, var=work / "var", models=models, workers=1) as cold:
        return {"release": cold.release, "ready_cold_seconds": cold.ready_seconds}


def measure_workers(
    settings: Settings, *, models: Path, work: Path, workers: int, texts: Texts, plan: Plan
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Start again on the same folder, and put load on.

    Returns:
        Seconds to ready and whole turns over HTTP one at a time (with one worker); and the figures under load.
    """
    with installation(settings, var=work / "var", models=models, workers=workers) as warm:
        single: dict[str, Any] = {}
        if workers == 1:
            single = {"ready_warm_seconds": warm.ready_seconds, **asyncio.run(measure_one(warm.address, texts))}
        return single, _load(warm, texts, plan)


def _load(target: Installation, texts: Texts, plan: Plan) -> dict[str, Any]:
    figures = asyncio.run(measure_load(target.address, target.database, texts.load, plan))
    return {**figures, "memory_mb": memory_mb(family(target.pid, target.var))}
