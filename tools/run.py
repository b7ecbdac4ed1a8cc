"""`make run`: everything on this machine, from an empty database to a chat page, until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

import httpx

from connectors.zalo.oauth import TokenError
from connectors.zalo.setup import NotConnected
from storage.database import opened_database
from storage.migrate import migrate
from storage.settings import Settings, local_now, read_settings
from tools import emulated
from tools.process import answers, model_path, start_supervisor, train, wait_until

READY_SECONDS, EMULATOR_SECONDS, WATCH_SECONDS = 180.0, 30.0, 2.0


def say(text: str) -> None:
    print(text, flush=True)


def prepare(settings: Settings, url: str) -> None:
    """Schema and model; only what is missing is done."""
    say("• Cơ sở dữ liệu: cập nhật cấu trúc")
    migrate(url)
    if model_path(settings).exists():
        # The newest file is the one the workers load.
        model_path(settings).touch()
        return
    say("• Huấn luyện mô hình (lần đầu, khoảng một phút)")
    started = time.monotonic()
    train(settings, log=settings.var / "log" / "train.log")
    say(f"  xong sau {time.monotonic() - started:.0f} giây")


def is_taken(host: str, port: int) -> bool:
    """Whether something already listens there."""
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


def wants_emulator(settings: Settings, url: str) -> bool:
    """Whether a local platform is started too: never beside real accounts.

    Raises:
        RuntimeError: it is asked for, but can't be.
    """
    real = asyncio.run(emulated.has_real_accounts(url, local_now()))
    if settings.emulator == "1" and real:
        raise RuntimeError("Đã có OA thật trong cơ sở dữ liệu nên không chạy nền tảng giả lập. Bỏ MOTCUA_EMULATOR=1.")
    if settings.emulator == "0" or real:
        return False
    if is_taken(emulated.HOST, settings.emulator_port):
        port = settings.emulator_port
        raise RuntimeError(f"Cổng {port} của nền tảng giả lập đang có chương trình khác dùng. Chọn cổng khác:\n"
                           "MOTCUA_EMULATOR_PORT=8091 make run")  # fmt: skip
    return True


def connect_emulator(settings: Settings, url: str, alive: Callable[[], bool]) -> None:
    """Connect the sample accounts of the local platform, and say where its page is."""
    address = emulated.address_of(settings)
    if not wait_until(lambda: answers(f"{address}/health"), seconds=EMULATOR_SECONDS, alive=alive):
        say(f"Nền tảng giả lập không khởi động được; xem {settings.var}/log/emulator.log")
        return
    try:
        asyncio.run(emulated.connect(settings, url, local_now()))
    except (httpx.HTTPError, TokenError, NotConnected) as error:
        say(f"Không kết nối được OA mẫu ({type(error).__name__}); xem {settings.var}/log/emulator.log")
        return
    say(f"Điện thoại của công dân mẫu (nền tảng Zalo giả lập): {address}/")


def watch(settings: Settings, supervisor: subprocess.Popen[bytes]) -> int:
    """Wait for the supervisor's end, and start an embedded database that died again: it is nobody else's child."""
    while True:
        try:
            return supervisor.wait(WATCH_SECONDS)
        except subprocess.TimeoutExpired:
            if not settings.database_url:
                revive_database(settings)


def revive_database(settings: Settings) -> None:
    from storage.embedded import revive

    try:
        if revive(settings.var):
            say("• Cơ sở dữ liệu đã dừng và được khởi động lại")
    except (subprocess.SubprocessError, OSError) as error:
        say(f"Chưa khởi động lại được cơ sở dữ liệu ({type(error).__name__}); đang thử lại")


def interrupt(_: int, __: FrameType | None) -> None:
    # The first one stops everything in order; make passes Ctrl-C on a second time.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def serve(settings: Settings, url: str) -> int:
    """Start every process and wait for their end; returns the exit code.

    Raises:
        RuntimeError: something is missing, and the text says what.
    """
    prepare(settings, url)
    emulator = wants_emulator(settings, url)
    if emulator:
        settings = emulated.pointed_at_emulator(settings)
    say("• Khởi động web, bộ trả lời và bộ gửi tin")
    supervisor, started = start_supervisor(settings, url, emulator=emulator), time.monotonic()
    address = f"http://{settings.host}:{settings.port}"
    try:
        alive = lambda: supervisor.poll() is None  # noqa: E731
        if not wait_until(lambda: answers(f"{address}/ready"), seconds=READY_SECONDS, alive=alive):
            say(f"Không khởi động được; xem {settings.var}/log/")
            return 1
        say(f"Sẵn sàng sau {time.monotonic() - started:.0f} giây: {address}  (Ctrl-C để dừng)")
        if emulator:
            connect_emulator(settings, url, alive)
        return watch(settings, supervisor)
    finally:
        if supervisor.poll() is None:
            supervisor.terminate()
            supervisor.wait(timeout=30)


def main() -> int:
    # Said aloud for SIGINT too: a shell starts background jobs with it ignored.
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        settings = read_settings()
    except ValueError as error:
        say(str(error))
        return 2
    if is_taken(settings.host, settings.port):
        say(f"Cổng {settings.port} đang có chương trình khác dùng. Dừng nó, hoặc chọn cổng khác:")
        say("MOTCUA_PORT=8081 make run")
        return 1
    settings.var.mkdir(parents=True, exist_ok=True)
    with opened_database(settings) as url:
        try:
            return serve(settings, url)
        except RuntimeError as error:
            say(str(error))
            return 1
        except KeyboardInterrupt:
            say("Đang dừng…")
            return 0


if __name__ == "__main__":
    sys.exit(main())
