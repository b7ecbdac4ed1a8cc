"""Start and stop the processes of an installation: database, schema, model, web and workers under one supervisor."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from storage.settings import ROOT, Settings, child_environment

TRAINED_FROM = ("config.yml", "domain.yml", "data/nlu", "data/talks", "data/rules", "components")
MODEL_NAME = "motcua"


def model_digest(root: Path = ROOT) -> str:
    """A short name of everything a model is trained from (12 hex digits)."""
    state = hashlib.sha256()
    for name in TRAINED_FROM:
        path = root / name
        files = sorted(f for f in path.rglob("*") if f.suffix in (".yml", ".py")) if path.is_dir() else [path]
        for file in files:
            state.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return state.hexdigest()[:12]


def model_path(settings: Settings) -> Path:
    """Where the model of the files as they are now is, or will be."""
    return settings.models / f"{MODEL_NAME}-{model_digest()}.tar.gz"


def train(settings: Settings, *, log: Path) -> Path:
    """Train the model of the files as they are now; the output of Rasa goes to `log`.

    Raises:
        RuntimeError: training failed; the message holds the end of the log.
    """
    target = model_path(settings)
    settings.models.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    # Trained aside and moved when whole: a starting worker loads the newest archive it finds.
    with tempfile.TemporaryDirectory(dir=settings.models, prefix=".training-") as aside:
        made = Path(aside) / target.name
        command = [
            sys.executable, "-W", "ignore", "-m", "rasa", "train", "--data", "data", "--skip-validation",
            "--out", aside, "--fixed-model-name", target.name.removesuffix(".tar.gz"),
        ]  # fmt: skip
        environment = child_environment(RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3")
        with log.open("wb") as out:
            done = subprocess.run(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)  # noqa: S603
        if done.returncode or not made.exists():
            raise RuntimeError(f"training failed (exit {done.returncode}); the log {log} ends:\n{tail(log)}")
        made.replace(target)
    return target


def tail(log: Path, lines: int = 15) -> str:
    """The end of a log."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def answers(url: str) -> bool:
    """Whether `url` answers 200."""
    try:
        return httpx.get(url, timeout=2.0, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@dataclass(frozen=True)
class Program:
    """One process under the supervisor."""

    name: str
    command: list[str]


def programs(settings: Settings, *, emulator: bool = False) -> list[Program]:
    """Web, the dialogue workers and the couriers; with `emulator`, a local platform too."""
    python = [sys.executable, "-W", "ignore", "-m"]
    workers = [
        Program(f"dialogue-{n}", [*python, "dialogue.worker", f"dialogue-{n}"]) for n in range(1, settings.workers + 1)
    ]
    couriers = [
        Program(f"courier-{n}", [*python, "connectors.courier", f"courier-{n}"])
        for n in range(1, settings.couriers + 1)
    ]
    port = str(settings.emulator_port)
    state = f"{settings.var}/emulator.json"
    local = [Program("emulator", [*python, "emulator", "--port", port, "--state", state])] if emulator else []
    return [Program("web", [*python, "web"]), *workers, *couriers, *local]


def supervisor_config(settings: Settings, url: str, *, emulator: bool = False) -> str:
    """Configuration of supervisord: restart what dies, logs into `var/log`."""
    logs = settings.var / "log"
    lines = [
        "[supervisord]",
        "nodaemon=true",
        "silent=true",
        f"logfile={logs}/supervisor.log",
        f"pidfile={settings.var}/supervisor.pid",
        f"directory={ROOT}",
    ]
    # % starts an expansion in this format.
    environment = {
        "DATABASE_URL": url.replace("%", "%%"),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "MOTCUA_PLATFORM_API": settings.platform_api,
        "MOTCUA_PLATFORM_OAUTH": settings.platform_oauth,
        "MOTCUA_PLATFORM_BUSINESS": settings.platform_business,
        "MOTCUA_SITE_ADDRESS": settings.site_address,
        "MOTCUA_ATTACHMENT_HOSTS": ",".join(settings.attachment_hosts),
    }
    values = ",".join(f'{key}="{value}"' for key, value in environment.items())
    for program in programs(settings, emulator=emulator):
        lines += [
            f"\n[program:{program.name}]",
            "command=" + " ".join(program.command),
            f"environment={values}",
            "autorestart=true",
            "startretries=10",
            "stopsignal=TERM",
            "stopwaitsecs=15",
            "stopasgroup=true",
            "killasgroup=true",
            "redirect_stderr=true",
            f"stdout_logfile={logs}/{program.name}.log",
            "stdout_logfile_maxbytes=10MB",
            "stdout_logfile_backups=3",
        ]
    return "\n".join(lines) + "\n"


def start_supervisor(settings: Settings, url: str, *, emulator: bool = False) -> subprocess.Popen[bytes]:
    """Start supervisord in the foreground of a process of its own."""
    (settings.var / "log").mkdir(parents=True, exist_ok=True)
    config = settings.var / "supervisord.conf"
    config.write_text(supervisor_config(settings, url, emulator=emulator), encoding="utf-8")
    config.chmod(0o600)
    command = [sys.executable, "-W", "ignore", "-m", "supervisor.supervisord", "-c", str(config)]
    # A session of its own: Ctrl-C reaches the launcher first, which then stops everything in order.
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True)  # noqa: S603


def wait_until(check: Callable[[], bool], *, seconds: float, alive: Callable[[], bool]) -> bool:
    """Whether `check` came true in time, while `alive` stayed true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and alive():
        if check():
            return True
        time.sleep(0.2)
    return False
