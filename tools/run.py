"""`make run`: everything on this machine, from an empty database to a chat page, until Ctrl-C."""

from __future__ import annotations

import signal
import socket
import sys
import time
from types import FrameType

from storage.database import database_url
from storage.migrate import migrate
from storage.settings import Settings, read_settings
from tools.process import answers, model_path, start_supervisor, train, wait_until

READY_SECONDS = 180.0


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


def interrupt(_: int, __: FrameType | None) -> None:
    # The first one stops everything in order; make passes Ctrl-C on a second time.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


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
    url, stop_database = database_url(settings)
    address = f"http://{settings.host}:{settings.port}"
    supervisor = None
    try:
        prepare(settings, url)
        say("• Khởi động web và bộ trả lời")
        supervisor = start_supervisor(settings, url)
        started = time.monotonic()
        alive = lambda: supervisor is not None and supervisor.poll() is None  # noqa: E731
        if not wait_until(lambda: answers(f"{address}/ready"), seconds=READY_SECONDS, alive=alive):
            say(f"Không khởi động được; xem {settings.var}/log/")
            return 1
        say(f"Sẵn sàng sau {time.monotonic() - started:.0f} giây: {address}  (Ctrl-C để dừng)")
        return supervisor.wait()
    except RuntimeError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Đang dừng…")
        return 0
    finally:
        if supervisor is not None and supervisor.poll() is None:
            supervisor.terminate()
            supervisor.wait(timeout=30)
        stop_database()


if __name__ == "__main__":
    sys.exit(main())
