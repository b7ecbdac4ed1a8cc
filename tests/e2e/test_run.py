"""What a newcomer does: start everything, ask in the browser, kill a worker, press Ctrl-C."""

import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from storage.settings import ROOT, child_environment
from tests.e2e.conftest import PHONE
from tools.bench_processes import free_port
from tools.process import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SECONDS_TO_READY, SECONDS_TO_STOP, SECONDS_TO_ANSWER = 240, 40, 60


@dataclass
class Installation:
    """A running `make run` with a folder of its own."""

    process: subprocess.Popen[str]
    url: str
    var: Path

    def children(self, word: str) -> list[psutil.Process]:
        found = []
        for process in psutil.Process(self.process.pid).children(recursive=True):
            try:
                if word in " ".join(process.cmdline()):
                    found.append(process)
            except psutil.Error:
                continue
        return found


@pytest.fixture(scope="module")
def installation(trained: Path) -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="motcua-run-") as folder:
        environment = child_environment(
            MOTCUA_VAR=folder,
            MOTCUA_PORT=str(free_port()),
            MOTCUA_EMULATOR_PORT=str(free_port()),
            MOTCUA_MODELS=str(trained.parent),
            DATABASE_URL="",
        )
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tools.run"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said = ""
        assert process.stdout is not None
        for line in process.stdout:
            said += line
            if ready := re.search(r"http://\S+", line):
                yield Installation(process, ready.group(), Path(folder))
                break
        else:
            pytest.fail(f"make run ended without an address:\n{said}")
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(SECONDS_TO_STOP)


@pytest.fixture
def chat(installation: Installation, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(**PHONE)
    context.set_default_timeout(SECONDS_TO_ANSWER * 1000)
    page = context.new_page()
    page.goto(installation.url)
    yield page
    context.close()


def ask(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")


def test_a_rough_question_is_answered_with_its_papers_source_and_next_steps(chat: Page) -> None:
    ask(chat, "dk tam tru can giay to j ad")
    answer = chat.locator("#said li.bot").last
    expect(answer).to_contain_text("CT01")
    expect(answer).to_contain_text("không cần công chứng")
    expect(answer).to_contain_text("Căn cứ: Luật Cư trú")
    expect(chat.get_by_role("button", name="Lệ phí")).to_be_visible()


def test_a_follow_up_is_about_the_same_procedure_and_survives_a_reload(chat: Page) -> None:
    ask(chat, "dk tam tru can giay to j ad")
    expect(chat.locator("#said li.bot").last).to_contain_text("CT01")
    chat.reload()
    ask(chat, "nop online het bn tien")
    expect(chat.locator("#said li.bot").last).to_contain_text("7.000 đồng")


def test_a_killed_worker_comes_back_and_answers_once(installation: Installation, chat: Page) -> None:
    workers = installation.children("dialogue.worker")
    assert workers
    for worker in workers:
        worker.send_signal(signal.SIGKILL)
    ask(chat, "tách hộ mất bao lâu")
    expect(chat.locator("#said li.bot").last).to_contain_text("Tách hộ", timeout=SECONDS_TO_ANSWER * 1000)
    chat.reload()
    expect(chat.locator("#said li.bot", has_text="Thời gian giải quyết")).to_have_count(1)


def test_ctrl_c_stops_every_process(installation: Installation) -> None:
    processes = psutil.Process(installation.process.pid).children(recursive=True)
    postgres = int((installation.var / "postgres" / "postmaster.pid").read_text().split()[0])
    installation.process.send_signal(signal.SIGINT)
    assert installation.process.wait(SECONDS_TO_STOP) == 0
    assert not [process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    gone = wait_until(lambda: not psutil.pid_exists(postgres), seconds=SECONDS_TO_STOP, alive=lambda: True)
    assert gone
