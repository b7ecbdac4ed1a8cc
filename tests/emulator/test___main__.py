"""The process."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx

from emulator.__main__ import HOST, PORT, read_arguments
from storage.settings import ROOT
from tests.emulator.serving import until


def test_it_listens_on_this_machine_only_unless_told_otherwise() -> None:
    given = read_arguments([])
    assert (given.host, given.port, given.state) == (HOST, PORT, None) and HOST == "127.0.0.1"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_stopped_process_has_written_its_state_and_its_log_has_no_texts(tmp_path: Path) -> None:
    port, state = free_port(), tmp_path / "state.json"
    command = [sys.executable, "-m", "emulator", "--port", str(port), "--state", str(state)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/control", trust_env=False) as http:

        def answers() -> bool:
            try:
                return http.get("/clock").status_code == 200
            except httpx.TransportError:
                return False

        until(answers, "the process answers", 30)
        app = http.post("/apps", json={}).json()
        oa = http.post("/oas", json={"app_id": app["app_id"]}).json()
        user = http.post("/users", json={"oa_id": oa["oa_id"]}).json()["user_id"]
        http.post(f"/users/{user}/acts", json={"act": "text", "text": "chuyện riêng"})
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) in (0, -signal.SIGTERM)
    assert "chuyện riêng" in state.read_text(encoding="utf-8")
    assert "riêng" not in (tmp_path / "log").read_text(encoding="utf-8")
