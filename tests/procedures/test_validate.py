from __future__ import annotations

from pathlib import Path

import pytest

from procedures.validate import main
from tests.procedures.samples import BROKEN, ROOT, VALID, tree


def run(capsys: pytest.CaptureFixture[str], data: Path, *more: str) -> tuple[int, str]:
    code = main(["--data", str(data), "--on", "2026-11-22", *more])
    return code, capsys.readouterr().out


def test_a_clean_tree_is_counted_and_passes(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, VALID)
    assert (code, out.splitlines()[-1]) == (0, "Không có lỗi.")
    assert "2 thủ tục" in out


def test_an_error_fails_and_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, tree(tmp_path, BROKEN / "KB012_two_values_one_day"))
    assert code == 1
    assert "data/procedures/cu_tru/dang_ky_mau.yml:22  KB012  LỖI" in out
    assert out.endswith("1 lỗi, 0 lưu ý.\n")


def test_a_warning_alone_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, tree(tmp_path, BROKEN / "KB021_low_confidence"))
    assert code == 0 and out.endswith("0 lỗi, 1 lưu ý.\n")


def test_only_narrows_what_is_shown_and_not_what_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, tree(tmp_path, BROKEN / "KB012_two_values_one_day"), "--only", "can_cuoc")
    assert code == 1 and "KB012" not in out


def test_the_knowledge_base_of_this_project_has_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, ROOT / "data")
    assert code == 0, out
