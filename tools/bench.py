"""`make bench`: speed and memory as one JSON object on stdout; with `BASELINE=1` also stock Rasa's, and ratios.

Units are in the names. A part that fails is named under `errors`, the rest is still measured, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import psutil  # type: ignore[import-untyped]

from storage.settings import BenchSettings, Settings, local_now, read_bench_settings, read_settings
from tools import bench_webhook
from tools.bench_baseline import measure_baseline
from tools.bench_install import measure_cold, measure_workers, train_fresh
from tools.bench_load import Plan
from tools.bench_measure import LOAD, Texts, bars, guides, ratios, split
from tools.bench_processes import MEGABYTE, say
from tools.bench_stock import read_joint
from tools.process import model_digest

WORKERS = (1, 2)
EVALUATION = Path("evaluation") / "singles.tsv"


@dataclass
class Report:
    """What was measured so far, and what failed."""

    figures: dict[str, Any] = field(default_factory=dict)
    errors: list[dict[str, str]] = field(default_factory=list)

    def measure(self, part: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The figures of one part; none, and an error in the report, when it fails."""
        say(f"• {part}")
        try:
            return work()
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            self.errors.append({"part": part, "error": f"{type(error).__name__}: {error}"})
            return {}


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    texts: int
    plan: Plan
    zalo_seconds: float


def read_sizes(arguments: Sequence[str]) -> Sizes:
    """The sizes given on the command line; smaller ones are for trying the benchmark itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=300, help="texts timed at concurrency 1")
    parser.add_argument("--citizens", type=int, default=40, help="citizens at a time under load")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long the load lasts")
    parser.add_argument(
        "--zalo-seconds", type=float, default=bench_webhook.SECONDS, help="how long events of Zalo arrive"
    )
    given = parser.parse_args(arguments)
    return Sizes(given.texts, Plan(given.citizens, given.seconds), given.zalo_seconds)


def read_texts(path: Path) -> list[str]:
    """The texts of an evaluation file; labels are not looked at."""
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    column = header.split("\t").index("text")
    return [row.split("\t")[column] for row in rows if row.strip()]


def facts(settings: Settings, now: datetime) -> dict[str, Any]:
    """The machine and the data, without which the figures mean nothing."""
    joint = read_joint(settings.data / "nlu")
    return {
        "date": now.isoformat(timespec="seconds"),
        "model_digest": model_digest(),
        "machine": {
            "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
            "architecture": platform.machine(),
            "system": platform.system(),
            "python": platform.python_version(),
            "memory_mb": round(psutil.virtual_memory().total / MEGABYTE),
            "load_average_1_minute_before": round(psutil.getloadavg()[0], 2),
        },
        "data": {"training_texts": sum(map(len, joint.values())), "question_and_procedure_pairs": len(joint)},
    }


def measure_ours(report: Report, settings: Settings, plan: Plan, work: Path, texts: Texts) -> None:
    """Training, starts and load, then parse and turn in this process."""
    models, figures = work / "models", report.figures
    figures |= report.measure("training", lambda: train_fresh(models, work))
    if "training_seconds" not in figures:
        return
    figures |= report.measure("cold start", lambda: measure_cold(settings, models=models, work=work))
    for workers in WORKERS:
        load = partial(_workers, workers, settings, plan, work, texts)
        figures |= report.measure(f"load with {workers} worker(s)", load)
    figures |= report.measure("parse and turns", lambda: _turns(settings, work, texts))
    figures["guides"] = guides(figures)


def _workers(workers: int, settings: Settings, plan: Plan, work: Path, texts: Texts) -> dict[str, Any]:
    single, load = measure_workers(settings, models=work / "models", work=work, workers=workers, texts=texts, plan=plan)
    return {**single, f"{LOAD}{workers}": load}


def _turns(settings: Settings, work: Path, texts: Texts) -> dict[str, Any]:
    # Imports Rasa, which takes long and much memory: not before the other parts are measured.
    from tools.bench_turns import measure_turns

    return measure_turns(settings, var=work / "turns", models=work / "models", texts=texts)


def measure_stock(report: Report, data: Path, epochs: int, plan: Plan, work: Path, texts: Texts) -> None:
    """Stock Rasa, and how many times slower it is."""
    stock = report.measure(
        "stock Rasa", lambda: measure_baseline(work / "stock", data=data, epochs=epochs, texts=texts, plan=plan)
    )
    if stock:
        found = ratios(report.figures, stock)
        report.figures |= {"baseline": stock, "ratios": found, "bars": bars(found, estimated=stock["estimated"])}


def run(report: Report, settings: Settings, bench: BenchSettings, sizes: Sizes) -> dict[str, Any]:
    """Measure everything that was asked for, into the report; what was made for it is deleted."""
    report.figures |= facts(settings, local_now())
    texts = split(read_texts(settings.data / EVALUATION), sizes.texts)
    report.figures["data"]["timed_texts"] = len(texts.turn)
    events = bench_webhook.Plan(bench_webhook.RATE, sizes.zalo_seconds, bench_webhook.DRAIN_SECONDS)
    zalo = report.measure("load from Zalo", lambda: bench_webhook.measure_webhook(settings, texts.load, events))
    report.figures["zalo"] = zalo
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as folder:
        measure_ours(report, settings, sizes.plan, Path(folder), texts)
        if bench.baseline:
            measure_stock(report, settings.data, bench.epochs, sizes.plan, Path(folder), texts)
    return report.figures


def interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: Sequence[str] | None = None) -> int:
    # What a shell starts in the background ignores SIGINT, and so would every child that is stopped with it.
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    sizes = read_sizes(sys.argv[1:] if arguments is None else arguments)
    try:
        settings, bench = read_settings(), read_bench_settings()
    except ValueError as error:
        say(str(error))
        return 2
    report = Report()
    # Libraries print; only the result may reach stdout.
    try:
        with redirect_stdout(sys.stderr):
            report.measure("benchmark", lambda: run(report, settings, bench, sizes))
    except KeyboardInterrupt:
        report.errors.append({"part": "benchmark", "error": "interrupted"})
    print(json.dumps({**report.figures, "errors": report.errors}, ensure_ascii=False, indent=2))
    return 1 if report.errors else 0


if __name__ == "__main__":
    sys.exit(main())
