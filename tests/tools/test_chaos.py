"""The chaos run: its verdict by hand-made rows, and a short run of everything."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from storage.settings import TIME_ZONE
from tools.chaos import main, read_plan
from tools.chaos_town import Sent
from tools.chaos_trouble import KINDS, Trouble
from tools.chaos_verdict import judge

START = datetime(2026, 11, 23, 9, 0, tzinfo=TIME_ZONE)


def turn(number: int, citizen: str = "an", *, done: int | None = None, replies: int = 1, delivered: int = 1) -> Any:
    """A turn sent at second `number`, answered at second `done`."""
    return {
        "citizen": citizen, "message_id": f"{citizen}{number}", "status": "answered", "replies": replies,
        "delivered": delivered, "positions": replies, "sent_at": START + timedelta(seconds=number),
        "done_at": START + timedelta(seconds=number if done is None else done),
    }  # fmt: skip


def piece(outbox: int, *ids: str, citizen: str = "an") -> Any:
    return {"citizen": citizen, "outbox_id": outbox, "pieces_sent": len(ids), "platform_ids": list(ids)}


SENT = [Sent("an", "an1"), Sent("an", "an2")]
TURNS = [turn(1), turn(2)]
PIECES = [piece(1, "a"), piece(2, "b", "c")]


def test_all_well() -> None:
    found = judge(SENT, TURNS, PIECES, {"an": ["a", "b", "c"]})
    assert found.clean and found.replies == 3
    assert not (found.lost or found.turns_doubled or found.replies_doubled or found.out_of_order or found.inverted)


@pytest.mark.parametrize(
    ("turns", "received", "what"),
    [
        ([turn(1)], ["a", "b", "c"], "lost"),
        ([turn(1), {**turn(2), "done_at": None}], ["a", "b", "c"], "lost"),
        ([turn(1), turn(2, delivered=0)], ["a", "b", "c"], "lost"),
        (TURNS, ["a", "b"], "lost"),
        ([*TURNS, turn(2)], ["a", "b", "c"], "turns_doubled"),
        (TURNS, ["a", "b", "x", "c"], "replies_doubled"),
        (TURNS, ["b", "a", "c"], "out_of_order"),
        (TURNS, ["a", "c", "b"], "out_of_order"),
    ],
)
def test_whatever_breaks_is_counted(turns, received, what) -> None:
    found = judge(SENT, turns, PIECES, {"an": received})
    assert found.figures()[what] == 1 and not found.clean


def test_one_double_in_more_than_a_thousand_replies_is_allowed() -> None:
    found = judge(SENT, TURNS, PIECES, {"an": ["a", "b", "c", "c2"]})
    assert not found.clean and replace(found, replies=1_500).clean


def test_a_turn_answered_before_an_earlier_one_is_told_apart_from_replies_out_of_order() -> None:
    found = judge(SENT, [turn(1, done=5), turn(2, done=3)], PIECES, {"an": ["a", "b", "c"]})
    assert found.inverted == 1 and found.clean


def test_the_plan_of_make_chaos() -> None:
    plan = read_plan([])
    assert (plan.messages, plan.citizens, plan.accounts) == (5_000, 200, 3)
    assert plan.kills >= 2 * len(KINDS) and plan.restarts


@pytest.mark.parametrize("left", [None, "the number of a process that is gone"])
async def test_a_server_that_is_being_started_again_is_not_killed(tmp_path, left) -> None:
    if left:
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        (tmp_path / "postgres").mkdir()
        (tmp_path / "postgres" / "postmaster.pid").write_text(f"{gone.pid}\n")
    trouble = Trouble(os.getpid(), tmp_path, random.Random(1))
    await trouble.make(0, 2, seconds=0.0)
    assert trouble.kills == 0


@pytest.mark.slow
def test_a_short_run_loses_and_doubles_nothing(trained, capsys, monkeypatch) -> None:
    """Web, dialogue and courier are killed with -9, PostgreSQL crashes, the platform misbehaves."""
    monkeypatch.setenv("MOTCUA_MODELS", str(trained.parent))
    short = ["--messages", "90", "--citizens", "15", "--rate", "6", "--kills", "3", "--restarts", "1"]
    code = main([*short, "--workers", "1", "--couriers", "1"])
    assert code == 0, capsys.readouterr()
    last = capsys.readouterr().out.splitlines()[-1]
    assert '"messages": 90, "lost": 0, "turns_doubled": 0' in last
