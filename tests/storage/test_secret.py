"""The secret of an installation."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from storage.secret import read_secret
from tests.web.serving import settings_for


def test_a_random_secret_is_kept_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = settings_for("", tmp_path / "var")
    secret = read_secret(settings)
    assert len(secret) >= 40 and read_secret(settings) == secret
    assert stat.S_IMODE((tmp_path / "var" / "secret").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret"]


def test_a_configured_secret_leaves_no_file(tmp_path: Path) -> None:
    assert read_secret(settings_for("", tmp_path, secret="given")) == "given"
    assert not list(tmp_path.iterdir())


def test_processes_that_start_together_have_one_secret(tmp_path: Path) -> None:
    settings = settings_for("", tmp_path / "var")
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: read_secret(settings), range(8)))) == 1
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret"]
