"""`make evaluate` on three rows."""

import json

import psycopg

import dialogue.session
from storage.embedded import create_database
from tools import evaluate

ROWS = """text\tkind\tprocedure\tquestion
đăng ký tạm trú cần giấy tờ gì\tprocedure\tdang_ky_tam_tru\tdocuments
cháy nhà rồi cứu với\treport_fire\tNONE\tNONE
cảm ơn em\tsmalltalk\tNONE\tNONE
"""


def test_three_rows_are_run_scored_and_written(postgres_url, brain, knowledge, monkeypatch, capsys, tmp_path) -> None:
    monkeypatch.setattr(dialogue.session, "load_brain", lambda _: brain)
    url = create_database(postgres_url, "t_evaluate")
    monkeypatch.setenv("DATABASE_URL", url)
    (tmp_path / "in.tsv").write_text(ROWS, encoding="utf-8")
    assert evaluate.main([str(tmp_path / "in.tsv"), str(tmp_path / "out.jsonl")]) == 0
    results = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [result["status"] for result in results] == ["answered", "danger", "small_talk"]
    assert results[0]["sources"]
    assert "100.0%" in capsys.readouterr().out
    with psycopg.connect(url) as connection:
        left = connection.execute("SELECT 1 FROM pg_database WHERE datname LIKE 'motcua_evaluation%'").fetchall()
    assert not left


def test_a_missing_file_is_said_plainly(tmp_path, capsys) -> None:
    assert evaluate.main([str(tmp_path / "gone.tsv"), str(tmp_path / "out")]) == 2
    assert "gone.tsv" in capsys.readouterr().err
