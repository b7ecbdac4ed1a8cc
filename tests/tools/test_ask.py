"""`make ask` answers as of another day."""

import sys

import dialogue.session
from storage.embedded import create_database
from storage.outgoing import Enclosed
from tools import ask
from tools.ask import show


def test_the_fee_after_the_temporary_rule_ends(postgres_url, brain, knowledge, monkeypatch, capsys) -> None:
    monkeypatch.setattr(dialogue.session, "load_brain", lambda _: brain)
    monkeypatch.setattr(sys, "argv", ["ask", "lệ phí cấp đổi thẻ căn cước"])
    monkeypatch.setenv("DATABASE_URL", create_database(postgres_url, "t_ask"))
    said = {}
    for day in ("2026-11-23", "2027-01-02"):
        monkeypatch.setenv("MOTCUA_AS_OF", day)
        assert ask.main() == 0
        said[day] = capsys.readouterr().out
    assert "50.000 đồng" in said["2027-01-02"]
    assert said["2026-11-23"] != said["2027-01-02"]
    assert "[1]" in said["2027-01-02"]


def test_a_wrong_day_is_said_plainly(monkeypatch, capsys) -> None:
    monkeypatch.setenv("MOTCUA_AS_OF", "tomorrow")
    assert ask.main() == 2
    assert "MOTCUA_AS_OF" in capsys.readouterr().err


def test_buttons_are_numbered_under_the_bubbles() -> None:
    class Turn:
        replies = (("một", []), ("hai", [{"title": "A"}, {"title": "B"}]))
        files = (Enclosed("CT01 – Tờ khai", "ct01.pdf", ""),)

    assert show(Turn()) == "một\n\nhai\n\n[ct01.pdf] CT01 – Tờ khai\n\n[1] A  [2] B"
