"""Start processes for the benchmark, weigh them, and stop them with everything they started."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from tools.process import tail

STOP_SECONDS = 45.0
POLL_SECONDS = 0.05
MEGABYTE = 1024 * 1024
NAMES = {"tools.run": "launcher", "supervisor.supervisord": "supervisor", "web": "web"}

Process = subprocess.Popen[bytes]


def say(text: str) -> None:
    """Progress goes to stderr: stdout belongs to the result."""
    print(text, file=sys.stderr, flush=True)


def free_port() -> int:
    """A port of the loopback interface that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def name_of(command: Sequence[str]) -> str:
    """What a process is called in the report, by its command line."""
    modules = [command[place + 1] for place, word in enumerate(command[:-1]) if word == "-m"]
    if modules and modules[0] in ("dialogue.worker", "connectors.courier"):
        return command[-1]
    if modules:
        return NAMES.get(modules[0], modules[0])
    first = Path(command[0].split(" ")[0].rstrip(":")).name if command else ""
    return "postgres" if first.startswith("postgres") else first or "unknown"


def family(pid: int, var: Path | None = None) -> list[psutil.Process]:
    """A process, all it started, and the embedded PostgreSQL of `var`, which detaches itself from its starter."""
    heads = [pid]
    with suppress(OSError, ValueError, IndexError):
        heads += [int((var / "postgres" / "postmaster.pid").read_text().split()[0])] if var else []
    found: list[psutil.Process] = []
    for head in heads:
        try:
            process = psutil.Process(head)
            found += [process, *process.children(recursive=True)]
        except psutil.NoSuchProcess:
            continue
    return found


def memory_mb(processes: Iterable[psutil.Process]) -> dict[str, float]:
    """Resident memory by name, in megabytes. PostgreSQL's processes count as one, by what each has for itself and its
    share of what they share; summed resident memory would count the shared buffers once a process."""
    total: dict[str, float] = {}
    for process in processes:
        try:
            name = name_of(process.cmdline())
            used = process.memory_full_info().pss if name == "postgres" else process.memory_info().rss
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
        total[name] = total.get(name, 0.0) + used / MEGABYTE
    return {name: round(used, 1) for name, used in sorted(total.items())}


@contextmanager
def running(
    command: Sequence[str], *, cwd: Path, log: Path, environment: dict[str, str], var: Path | None = None
) -> Iterator[Process]:
    """A process that is interrupted at the end, as Ctrl-C does.

    Raises:
        RuntimeError: something it started was still there after it ended.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        # A session of its own: Ctrl-C in the terminal reaches the benchmark only, which then stops this.
        process = subprocess.Popen(  # noqa: S603
            list(command),
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        left = stop(process, var)
    if left:
        raise RuntimeError(f"still running after SIGINT: {', '.join(left)}")


def stop(process: Process, var: Path | None = None) -> list[str]:
    """Interrupt a process and wait; returns the names of what had to be killed."""
    members = family(process.pid, var)
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            say(f"process {process.pid} did not end within {STOP_SECONDS:.0f} s")
    _, alive = psutil.wait_procs(members, timeout=5)
    names = []
    for member in alive:
        try:
            names.append(name_of(member.cmdline()))
            member.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(alive, timeout=5)
    process.poll()
    return sorted(names)


def wait_for(check: Callable[[], bool], process: Process, *, seconds: float, log: Path) -> None:
    """Return when `check` is true.

    Raises:
        RuntimeError: the process ended, or the time was over; the message holds the end of the log.
    """
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        if check():
            return
        time.sleep(POLL_SECONDS)
    why = f"not ready after {seconds:.0f} s" if process.poll() is None else f"ended with code {process.returncode}"
    raise RuntimeError(f"{why}; {log.name} ends:\n{tail(log)}")
