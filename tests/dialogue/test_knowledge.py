"""Broken files never take the bot down: the last good knowledge stays, across restarts too; problems are shown."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from dialogue import knowledge as module
from dialogue.knowledge import LiveKnowledge
from storage.settings import ROOT
from tests.pipeline import MONDAY_MORNING

SMALL = ROOT / "tests" / "procedures" / "valid"
BROKEN = "procedures/cu_tru/dang_ky_mau.yml"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "data"))


@pytest.fixture
async def clean(pool):
    async with pool.connection() as connection:
        await connection.execute("TRUNCATE knowledge_snapshot, outgoing_file CASCADE")
    return pool


def live_of(data: Path, as_of: date | None = None) -> LiveKnowledge:
    return LiveKnowledge(data, unit="don_vi_mau", as_of=as_of)


def break_file(data: Path, text: str = "procedure: [") -> None:
    (data / BROKEN).write_text(text, encoding="utf-8")


async def test_good_files_are_live_and_kept(data, clean) -> None:
    live = live_of(data)
    assert await live.refresh(clean, MONDAY_MORNING)
    assert not live.errors
    known = live.at(MONDAY_MORNING)
    assert "dang_ky_mau" in known.catalog.procedures
    assert (known.on, known.unit.id) == (MONDAY_MORNING.date(), "don_vi_mau")
    async with clean.connection() as connection:
        row = await (await connection.execute("SELECT digest FROM knowledge_snapshot")).fetchone()
    assert row["digest"] == live.catalog.digest


async def test_unchanged_files_are_not_read_again_until_the_next_day(data, clean) -> None:
    live = live_of(data)
    assert await live.refresh(clean, MONDAY_MORNING)
    assert not await live.refresh(clean, MONDAY_MORNING + timedelta(hours=1))
    assert await live.refresh(clean, MONDAY_MORNING + timedelta(days=1))


async def test_a_changed_fact_is_live_without_training(data, clean) -> None:
    live = live_of(data)
    await live.refresh(clean, MONDAY_MORNING)
    path = data / "replies" / "small_talk.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("Dạ em chào", "Dạ dạ"), encoding="utf-8")
    assert await live.refresh(clean, MONDAY_MORNING)
    assert live.at(MONDAY_MORNING).catalog.replies["greet"].text.startswith("Dạ dạ")


@pytest.mark.parametrize("text", ["procedure: [", "", "- 1\n- 2", "\ufeff{", "procedure: dang_ky_mau\nfee: 15000\n"])
async def test_a_broken_file_keeps_the_last_good_knowledge_and_shows_the_problem(data, clean, text) -> None:
    live = live_of(data)
    await live.refresh(clean, MONDAY_MORNING)
    good = live.catalog
    break_file(data, text)
    assert await live.refresh(clean, MONDAY_MORNING)
    assert live.catalog is good
    assert all(problem.line >= 1 and problem.fix for problem in live.errors)
    assert live.errors


async def test_the_last_good_knowledge_survives_a_restart_with_broken_files(data, clean) -> None:
    await live_of(data).refresh(clean, MONDAY_MORNING)
    break_file(data)
    restarted = live_of(data)
    await restarted.refresh(clean, MONDAY_MORNING)
    assert "dang_ky_mau" in restarted.at(MONDAY_MORNING).catalog.procedures
    assert restarted.errors


async def test_mended_files_are_live_again(data, clean) -> None:
    good = (data / BROKEN).read_text(encoding="utf-8")
    live = live_of(data)
    await live.refresh(clean, MONDAY_MORNING)
    break_file(data)
    await live.refresh(clean, MONDAY_MORNING)
    break_file(data, good.replace("Đăng ký mẫu", "Đăng ký khác", 1))
    await live.refresh(clean, MONDAY_MORNING)
    assert not live.errors
    assert live.catalog.procedures["dang_ky_mau"].name == "Đăng ký khác"


async def test_a_first_start_with_a_broken_file_uses_the_rest(data, clean) -> None:
    break_file(data)
    live = live_of(data)
    await live.refresh(clean, MONDAY_MORNING)
    known = live.at(MONDAY_MORNING).catalog
    assert "the_mau" in known.procedures and "dang_ky_mau" not in known.procedures
    assert live.errors
    async with clean.connection() as connection:
        assert await (await connection.execute("SELECT 1 FROM knowledge_snapshot")).fetchone() is None


async def test_files_that_are_no_text_or_are_gone_do_not_raise(data, clean) -> None:
    live = live_of(data)
    await live.refresh(clean, MONDAY_MORNING)
    (data / BROKEN).write_bytes(b"\xff\xfe\x00")
    await live.refresh(clean, MONDAY_MORNING)
    assert live.errors and "dang_ky_mau" in live.catalog.procedures
    shutil.rmtree(data)
    await live.refresh(clean, MONDAY_MORNING)
    assert live.errors and "dang_ky_mau" in live.catalog.procedures


async def test_a_failure_of_our_own_reading_is_a_problem_too(data, clean, monkeypatch) -> None:
    live = live_of(data)
    await live.refresh(clean, MONDAY_MORNING)
    good = live.catalog

    def fails(*_):
        raise RecursionError

    monkeypatch.setattr(module, "validate", fails)
    break_file(data)
    await live.refresh(clean, MONDAY_MORNING)
    assert live.catalog is good
    assert [problem.severity for problem in live.errors] == ["error"]


async def test_only_the_latest_good_versions_are_kept(data, clean, monkeypatch) -> None:
    monkeypatch.setattr(module, "SNAPSHOTS_KEPT", 2)
    live = live_of(data)
    path = data / "replies" / "small_talk.yml"
    for number in range(4):
        path.write_text(path.read_text(encoding="utf-8") + f"# {number}\n", encoding="utf-8")
        await live.refresh(clean, MONDAY_MORNING + timedelta(minutes=number))
    async with clean.connection() as connection:
        rows = await (await connection.execute("SELECT digest FROM knowledge_snapshot")).fetchall()
    assert len(rows) == 2 and live.catalog.digest in {row["digest"] for row in rows}


def test_before_anything_was_read_there_is_no_knowledge(tmp_path) -> None:
    with pytest.raises(RuntimeError):
        live_of(tmp_path).at(MONDAY_MORNING)


def attach(data: Path, content: bytes) -> None:
    (data / "forms/files").mkdir(exist_ok=True)
    (data / "forms/files/ct01.pdf").write_bytes(content)
    path = data / "forms/forms.yml"
    if "file:" not in path.read_text(encoding="utf-8"):
        path.write_text(path.read_text(encoding="utf-8").replace("}", ", file: ct01.pdf}"), encoding="utf-8")


async def kept(pool) -> list[bytes]:
    async with pool.connection() as connection:
        rows = await (await connection.execute("SELECT content FROM outgoing_file ORDER BY content")).fetchall()
    return [row["content"] for row in rows]


async def test_the_file_of_a_form_is_kept_before_anybody_can_name_it_and_stays(data, clean) -> None:
    attach(data, b"%PDF-1")
    live = live_of(data)
    await live.refresh(clean, MONDAY_MORNING)
    assert await kept(clean) == [b"%PDF-1"]
    attach(data, b"%PDF-2")
    assert await live.refresh(clean, MONDAY_MORNING)
    assert live.at(MONDAY_MORNING).catalog.forms["ct01"].attached.content == b"%PDF-2"
    assert await kept(clean) == [b"%PDF-1", b"%PDF-2"]


@pytest.mark.parametrize("content", [b"", b"TO KHAI", None])
async def test_a_broken_file_of_a_form_keeps_the_last_good_one_across_a_restart(data, clean, content) -> None:
    attach(data, b"%PDF-1")
    await live_of(data).refresh(clean, MONDAY_MORNING)
    path = data / "forms/files/ct01.pdf"
    path.unlink() if content is None else path.write_bytes(content)
    restarted = live_of(data)
    await restarted.refresh(clean, MONDAY_MORNING)
    assert [problem.code for problem in restarted.errors]
    assert restarted.at(MONDAY_MORNING).catalog.forms["ct01"].attached.content == b"%PDF-1"


async def test_a_first_start_with_a_broken_file_keeps_the_files_of_the_rest(data, clean) -> None:
    attach(data, b"%PDF-1")
    break_file(data)
    live = live_of(data)
    await live.refresh(clean, MONDAY_MORNING)
    assert live.errors and live.catalog.forms["ct01"].attached and await kept(clean) == [b"%PDF-1"]


async def test_another_day_can_be_asked_for(data, clean) -> None:
    live = live_of(data, as_of=date(2027, 1, 2))
    await live.refresh(clean, MONDAY_MORNING)
    assert live.at(MONDAY_MORNING).on == date(2027, 1, 2)
