"""Measure stock Rasa on the same texts: `rasa train`, `rasa run` with SQLite, and a separate action server."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import IO, Any

import httpx

from storage.settings import ROOT, child_environment
from tools.bench_load import Plan
from tools.bench_measure import FULL_EPOCHS, Texts, epoch_of, epoch_seconds, estimate_training, spread
from tools.bench_processes import Process, family, free_port, memory_mb, running, say, wait_for
from tools.bench_stock import read_joint, write_project
from tools.process import answers, tail

READY_SECONDS = 300.0
REQUEST_SECONDS = 120.0
CHUNK = 65_536
RASA = (sys.executable, "-W", "ignore", "-m", "rasa")


def measure_baseline(folder: Path, *, data: Path, epochs: int, texts: Texts, plan: Plan) -> dict[str, Any]:
    """All figures of stock Rasa; on the texts that ours are timed with."""
    joint = read_joint(data / "nlu")
    write_project(folder, joint, epochs=epochs)
    size = {"intents": len(joint), "training_texts": sum(map(len, joint.values()))}
    say(f"• stock Rasa: {size['training_texts']} texts, {size['intents']} intents, {epochs} epochs")
    figures: dict[str, Any] = {**size, **train_stock(folder, epochs)}
    for name in ("cold", "warm"):
        with stock_server(folder) as (address, seconds, members):
            figures[f"ready_{name}_seconds"] = seconds
            if name == "warm":
                figures |= _measure_server(address, texts)
                figures["load"] = asyncio.run(_load(address, texts.load, plan))
                figures["memory_mb"] = members()
    return figures


def train_stock(folder: Path, epochs: int) -> dict[str, Any]:
    """Train with the progress of DIET watched; with fewer than 100 epochs, 100 are estimated, and it says so.

    Raises:
        RuntimeError: training failed.
    """
    command = [*RASA, "train", "--skip-validation", "--fixed-model-name", "stock"]
    environment = child_environment(
        RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3", RASA_CACHE_DIRECTORY=str(folder / "cache")
    )
    log = folder / "train.log"
    started = time.perf_counter()
    with subprocess.Popen(  # noqa: S603
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            assert process.stdout is not None
            marks = _watch(process.stdout, log)
            code = process.wait()
        finally:
            process.kill()
    seconds = time.perf_counter() - started
    if code:
        raise RuntimeError(f"stock training failed with code {code}:\n{tail(log)}")
    return _training_figures(seconds, epoch_seconds(marks), epochs)


def _watch(output: IO[bytes], log: Path) -> dict[int, float]:
    """Keep the output in `log`; returns when each number of epochs was first seen as done."""
    marks: dict[int, float] = {}
    with log.open("wb") as out:
        while chunk := os.read(output.fileno(), CHUNK):
            out.write(chunk)
            if (seen := epoch_of(chunk.decode("utf-8", "replace"))) and seen[0] not in marks:
                marks[seen[0]] = time.perf_counter()
                say(f"  epoch {seen[0]} of {seen[1]}")
    return marks


def _training_figures(seconds: float, epochs: list[float], wanted: int) -> dict[str, Any]:
    if len(epochs) != wanted:
        raise RuntimeError(f"the progress of {len(epochs)} epochs was seen instead of {wanted}")
    measured = {
        "epochs_measured": wanted,
        "epoch_seconds_fastest": round(min(epochs), 2),
        "epoch_seconds_mean": round(sum(epochs) / len(epochs), 2),
        "estimated": wanted < FULL_EPOCHS,
    }
    if wanted >= FULL_EPOCHS:
        return {**measured, "training_seconds": round(seconds, 2)}
    estimate = round(estimate_training(seconds, epochs), 1)
    return {
        **measured,
        "training_seconds_measured": round(seconds, 2),
        "training_seconds_estimated_100_epochs": estimate,
    }


@contextmanager
def stock_server(folder: Path) -> Iterator[tuple[str, float, Callable[[], dict[str, float]]]]:
    """Rasa and its action server; gives the address, the seconds to ready, and a way to weigh both."""
    port, action_port = free_port(), free_port()
    environment = child_environment(
        RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3", SANIC_HOST="127.0.0.1",
        STOCK_ACTION_PORT=str(action_port), PYTHONPATH=str(ROOT),
    )  # fmt: skip
    serve = [*RASA, "run", "--enable-api", "--interface", "127.0.0.1", "--port", str(port)]
    act = [*RASA, "run", "actions", "--actions", "stock_actions", "--port", str(action_port)]
    log, action_log = folder / "server.log", folder / "actions.log"
    started = time.perf_counter()
    with (
        running(act, cwd=folder, log=action_log, environment=environment) as actions,
        running(serve, cwd=folder, log=log, environment=environment) as server,
    ):
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: answers(f"{address}/status"), server, seconds=READY_SECONDS, log=log)
        health = f"http://127.0.0.1:{action_port}/health"
        wait_for(lambda: answers(health), actions, seconds=READY_SECONDS, log=action_log)
        yield address, round(time.perf_counter() - started, 2), lambda: _weigh(server, actions)


def _weigh(server: Process, actions: Process) -> dict[str, float]:
    named = (("rasa_server", server), ("action_server", actions))
    return {name: round(sum(memory_mb(family(process.pid)).values()), 1) for name, process in named}


def _measure_server(address: str, texts: Texts) -> dict[str, float]:
    """Parse and turn one at a time, over a connection that stays open.

    `distinct_replies` shows how much a model of few epochs can tell apart; saying always the same is quick.
    """
    with httpx.Client(base_url=address, timeout=REQUEST_SECONDS, trust_env=False) as client:
        replies: set[str] = set()

        def timed(path: str, content: dict[str, str]) -> float:
            started = time.perf_counter()
            response = client.post(path, json=content).raise_for_status()
            seconds = time.perf_counter() - started
            if not (said := response.json()):
                raise RuntimeError(f"stock Rasa answered nothing on {path}")
            replies.add(str(said[0].get("text")) if isinstance(said, list) else "")
            return seconds

        for text in texts.warm:
            timed("/webhooks/rest/webhook", {"sender": uuid.uuid4().hex, "message": text})
        parses = [timed("/model/parse", {"text": text}) for text in texts.parse]
        turns = [timed("/webhooks/rest/webhook", {"sender": uuid.uuid4().hex, "message": text}) for text in texts.turn]
    return {**spread("parse", parses), **spread("turn", turns), "distinct_replies": len(replies - {""})}


async def _load(address: str, texts: Sequence[str], plan: Plan) -> dict[str, Any]:
    """Sustained turns a second. A REST turn is accepted and answered in one request, so there is no accept time."""
    wanted, ends, turns = cycle(texts), time.perf_counter() + plan.seconds, list[float]()
    async with httpx.AsyncClient(base_url=address, timeout=REQUEST_SECONDS, trust_env=False) as client:

        async def citizen() -> None:
            sender = uuid.uuid4().hex
            while time.perf_counter() < ends:
                started = time.perf_counter()
                content = {"sender": sender, "message": next(wanted)}
                (await client.post("/webhooks/rest/webhook", json=content)).raise_for_status()
                if time.perf_counter() < ends:
                    turns.append(time.perf_counter() - started)

        await asyncio.gather(*(citizen() for _ in range(plan.citizens)))
    rate = round(len(turns) / plan.seconds, 2)
    return {"citizens": plan.citizens, "seconds": plan.seconds, "turns_per_second": rate, **spread("answer", turns)}
