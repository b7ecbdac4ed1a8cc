"""What the processes of an installation are started with."""

import configparser
from dataclasses import replace

import pytest

from storage.settings import read_settings
from tools.emulated import pointed_at_emulator
from tools.process import model_digest, model_path, programs, supervisor_config, wait_until


@pytest.fixture
def tree(tmp_path):
    for name in (
        "config.yml",
        "domain.yml",
        "data/nlu/a.yml",
        "data/talks/t.yml",
        "data/rules/r.yml",
        "components/c.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a: 1\n", encoding="utf-8")
    (tmp_path / "data" / "procedures").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        "config.yml",
        "domain.yml",
        "data/nlu/a.yml",
        "data/nlu/new.yml",
        "data/talks/t.yml",
        "data/rules/r.yml",
        "components/c.py",
    ],
)
def test_a_changed_training_file_is_another_model(tree, name) -> None:
    before = model_digest(tree)
    assert before == model_digest(tree) and len(before) == 12
    (tree / name).write_text("a: 2\n", encoding="utf-8")
    assert model_digest(tree) != before


def test_a_changed_fact_is_the_same_model(tree) -> None:
    before = model_digest(tree)
    (tree / "data" / "procedures" / "p.yml").write_text("a: 2\n", encoding="utf-8")
    assert model_digest(tree) == before


def test_the_model_is_named_by_its_digest() -> None:
    assert model_digest() in model_path(read_settings({})).name


def test_the_supervisor_runs_web_every_worker_and_every_courier_and_restarts_them() -> None:
    url = "postgresql://u:p%40x@/db?host=/tmp"
    text = supervisor_config(replace(read_settings({}), workers=2, couriers=2), url)
    parser = configparser.ConfigParser()
    parser.read_string(text)
    assert [s for s in parser.sections() if s.startswith("program:")] == [
        "program:web",
        "program:dialogue-1",
        "program:dialogue-2",
        "program:courier-1",
        "program:courier-2",
    ]
    assert parser.get("program:courier-2", "command").endswith("connectors.courier courier-2")
    assert parser.get("program:dialogue-2", "command").endswith("dialogue.worker dialogue-2")
    assert parser.get("program:web", "autorestart") == "true"
    assert url in parser.get("program:web", "environment")


def test_the_local_platform_runs_only_when_it_is_wanted_and_the_others_are_told_where_it_is() -> None:
    settings = pointed_at_emulator(replace(read_settings({}), emulator_port=8099))
    parser = configparser.ConfigParser()
    parser.read_string(supervisor_config(settings, "postgresql://", emulator=True))
    command = parser.get("program:emulator", "command")
    assert "-m emulator --port 8099" in command and f"--state {settings.var}/emulator.json" in command
    told = parser.get("program:courier-1", "environment")
    assert 'MOTCUA_PLATFORM_API="http://127.0.0.1:8099/openapi"' in told and 'HOSTS="127.0.0.1"' in told
    assert "emulator" not in [program.name for program in programs(settings)]


def test_waiting_ends_when_it_is_true_or_nobody_lives() -> None:
    assert wait_until(lambda: True, seconds=5, alive=lambda: True)
    assert not wait_until(lambda: False, seconds=5, alive=lambda: False)
    assert not wait_until(lambda: False, seconds=0, alive=lambda: True)
