"""The pure parts of the benchmark: samples, percentiles, the estimate of a long training, ratios and bars."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FULL_EPOCHS = 100
WARM_TEXTS = 30
LOAD = "load_workers_"
BARS = {"training": 8.0, "turn_p50": 5.0}
"""How many times faster than stock Rasa, at least."""
GUIDES = {"training_seconds": 60.0, "turn_ms_p50": 25.0, "turn_ms_p99": 80.0}
"""At most, on two cores; guides, because machines differ."""
COMPARED = {
    "training": "training_seconds",
    "ready_cold": "ready_cold_seconds",
    "ready_warm": "ready_warm_seconds",
    "parse_p50": "parse_ms_p50",
    "parse_p99": "parse_ms_p99",
    "turn_p50": "turn_ms_p50",
    "turn_p99": "turn_ms_p99",
}
"""Ratio to the figure that the baseline and we both have; a larger ratio is better for us."""
EPOCH = re.compile(r"Epochs:\s+\d+%\|[^|\r\n]*\|\s*(\d+)/(\d+)")
TIMED_LINE = re.compile(
    r"^(\d{4}-\d\d-\d\d) (\d\d):(\d\d):(\d\d) .* (Starting to train|Finished training) component '(\w+)'"
)
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Texts:
    """What is asked. Disjoint, but for `load`: a text that was read before is partly remembered and timed too fast."""

    warm: list[str]
    parse: list[str]
    turn: list[str]
    load: list[str]


def split(texts: Iterable[str], count: int) -> Texts:
    """Texts to warm up with, `count` each (or what there is) to parse and to take turns with, and all as load."""
    ordered = shuffled(texts)
    rest = ordered[WARM_TEXTS:]
    count = min(count, len(rest) // 2)
    return Texts(ordered[:WARM_TEXTS], rest[:count], rest[count : 2 * count], ordered[::-1])


def shuffled(texts: Iterable[str]) -> list[str]:
    """The distinct texts in an order that looks random and is the same in every run."""
    return sorted(dict.fromkeys(texts), key=lambda text: hashlib.sha256(text.encode()).digest())


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie, between neighbours by straight line.

    Raises:
        ValueError: no values.
    """
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def spread(name: str, seconds: Sequence[float]) -> dict[str, float]:
    """`<name>_ms_p50` and `<name>_ms_p99` of measured seconds."""
    return {f"{name}_ms_p{share}": round(percentile(seconds, share / 100) * 1000, 2) for share in (50, 99)}


def epoch_of(output: str) -> tuple[int, int] | None:
    """The last `(done, all)` epochs in a piece of Rasa's progress output, or None."""
    found = EPOCH.findall(output)
    return (int(found[-1][0]), int(found[-1][1])) if found else None


def epoch_seconds(marks: Mapping[int, float]) -> list[float]:
    """The length of each epoch from the moment (seconds) at which each number of epochs was first seen as done."""
    return [marks[done] - marks[done - 1] for done in sorted(marks) if done - 1 in marks]


def estimate_training(wall: float, epochs: Sequence[float], *, wanted: int = FULL_EPOCHS) -> float:
    """Training seconds with `wanted` epochs, from a run with fewer.

    Every epoch not run is counted as the fastest one measured: the first epochs pay for compiling and for DIET's small
    first batches, and an estimate must not flatter us.

    Raises:
        ValueError: fewer than two epochs were measured.
    """
    if len(epochs) < 2:
        raise ValueError(f"an estimate needs two measured epochs, not {len(epochs)}")
    return wall + max(0, wanted - len(epochs)) * min(epochs)


def fit_seconds(log: str) -> float | None:
    """Seconds in which Rasa trained components, by the whole seconds of its log; None without such lines."""
    started: dict[str, int] = {}
    total: int | None = None
    for line in log.splitlines():
        if not (match := TIMED_LINE.match(line)):
            continue
        hours, minutes, seconds = (int(match[part]) for part in (2, 3, 4))
        moment = hours * 3600 + minutes * 60 + seconds
        if match[5].startswith("Starting"):
            started[match[6]] = moment
        elif match[6] in started:
            total = (total or 0) + (moment - started.pop(match[6])) % DAY_SECONDS
    return None if total is None else float(total)


def ratios(ours: Mapping[str, Any], stock: Mapping[str, Any]) -> dict[str, float]:
    """Stock Rasa's figure divided by ours, where both were measured; throughput the other way round."""
    theirs = {"training_seconds": stock.get("training_seconds_estimated_100_epochs"), **stock}
    result = {
        name: round(theirs[key] / ours[key], 2) for name, key in COMPARED.items() if theirs.get(key) and ours.get(key)
    }
    if stock.get("turn_ms_p50") and ours.get("http_turn_ms_p50"):
        result["turn_p50_over_http"] = round(stock["turn_ms_p50"] / ours["http_turn_ms_p50"], 2)
    rate = (stock.get("load") or {}).get("turns_per_second")
    loads = {key: value for key, value in ours.items() if key.startswith(LOAD) and rate}
    return {
        **result,
        **{f"turns_per_second_{key}": round(load["turns_per_second"] / rate, 2) for key, load in loads.items()},
    }


def bars(found: Mapping[str, float], *, estimated: bool) -> dict[str, dict[str, Any]]:
    """Each ratio that has a bar, and whether it is met."""
    result: dict[str, dict[str, Any]] = {}
    for name, least in BARS.items():
        if name in found:
            result[name] = {"at_least": least, "ratio": found[name], "met": found[name] >= least}
    if "training" in result:
        result["training"]["estimated"] = estimated
    return result


def guides(figures: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Each figure that has an absolute guide, and whether it is met."""
    return {
        name: {"at_most": most, "measured": figures[name], "met": figures[name] <= most}
        for name, most in GUIDES.items()
        if figures.get(name) is not None
    }
