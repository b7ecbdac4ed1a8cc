"""The pure parts of the benchmark: what it computes from measurements, and the project it makes for stock Rasa."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from procedures.load import read_catalog
from storage.settings import ROOT, child_environment, read_bench_settings
from tools import bench, bench_processes
from tools.baseline import stock_actions
from tools.bench_measure import (
    bars,
    epoch_of,
    epoch_seconds,
    estimate_training,
    fit_seconds,
    guides,
    percentile,
    ratios,
    split,
    spread,
)
from tools.bench_stock import joint_intent, read_joint, texts_of, write_project

OURS = {
    "training_seconds": 50.0,
    "ready_cold_seconds": 20.0,
    "parse_ms_p50": 4.0,
    "turn_ms_p50": 20.0,
    "turn_ms_p99": 60.0,
    "http_turn_ms_p50": 25.0,
    "load_workers_1": {"turns_per_second": 40.0},
}
STOCK = {
    "training_seconds_estimated_100_epochs": 5000.0,
    "ready_cold_seconds": 30.0,
    "parse_ms_p50": 20.0,
    "turn_ms_p50": 110.0,
    "turn_ms_p99": 180.0,
    "load": {"turns_per_second": 8.0},
}
RASA_LOG = """\
2026-11-22 23:59:50 INFO     rasa.engine.training.hooks  - Starting to train component 'RulePolicy'.
2026-11-22 23:59:52 INFO     rasa.engine.training.hooks  - Finished training component 'RulePolicy'.
Processed trackers: 100%|██████████| 40/40 [00:00<00:00, 2478.72it/s]
2026-11-22 23:59:55 INFO     rasa.engine.training.hooks  - Starting to train component 'FactorisedClassifier'.
2026-11-23 00:00:06 INFO     rasa.engine.training.hooks  - Finished training component 'FactorisedClassifier'.
"""
NLU = """\
version: "3.1"
nlu:
- intent: ask_fee
  metadata: {procedure: tach_ho, case: mua_nha}
  examples: |
    - tách hộ mất bao nhiêu tiền
    - "phí tách hộ: bao nhiêu"
- intent: ask_fee
  metadata: {procedure: tach_ho}
  examples: |
    - tách hộ mất bao nhiêu tiền
    - lệ phí tách hộ
- intent: ask_fee
  examples: |
    - thế lệ phí thì sao
- intent: greet
  examples: |
    - chào em
- synonym: cccd
  examples: |
    - can cuoc
"""


# Figures


def test_percentiles_lie_between_neighbours():
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.5
    assert percentile([7.0], 0.99) == 7.0
    assert percentile(list(range(101)), 0.99) == 99


def test_nothing_measured_is_an_error_and_not_a_zero():
    with pytest.raises(ValueError, match="nothing was measured"):
        percentile([], 0.5)


def test_a_spread_names_its_unit():
    assert spread("turn", [0.010, 0.020, 0.030]) == {"turn_ms_p50": 20.0, "turn_ms_p99": 29.8}


def test_texts_to_warm_up_to_parse_and_to_take_turns_with_are_different_ones():
    texts = split([f"câu {number}" for number in range(700)], 300)
    assert (len(texts.parse), len(texts.turn)) == (300, 300)
    assert not set(texts.warm) & set(texts.parse) and not set(texts.parse) & set(texts.turn)
    assert len(set(texts.load)) == 700


def test_the_same_texts_are_chosen_whatever_the_order_of_the_file():
    names = [f"câu {number}" for number in range(100)]
    assert split(names, 10) == split(names[::-1], 10)


def test_fewer_texts_than_wanted_are_shared():
    texts = split([f"câu {number}" for number in range(50)], 300)
    assert (len(texts.parse), len(texts.turn)) == (10, 10)


# Training with fewer epochs than the baseline is due


def test_epochs_are_read_from_the_progress_bar_that_overwrites_itself():
    output = "Epochs:   0%|          | 0/2 [00:00<?, ?it/s]\rEpochs:  50%|█████     | 1/2 [01:10<01:10, 70.1s/it]"
    assert epoch_of(output) == (1, 2)
    assert epoch_of("Processed trackers: 100%|███| 40/40 [00:00<00:00, 2478.72it/s]") is None


def test_an_epoch_lasts_from_one_mark_to_the_next():
    assert epoch_seconds({0: 100.0, 1: 170.0, 2: 220.0}) == [70.0, 50.0]


def test_an_epoch_whose_start_was_not_seen_is_not_counted():
    assert epoch_seconds({0: 100.0, 2: 220.0}) == []


def test_the_estimate_counts_missing_epochs_as_the_fastest_one():
    assert estimate_training(160.0, [70.0, 50.0], wanted=100) == 160.0 + 98 * 50.0


def test_the_estimate_of_a_full_training_is_what_was_measured():
    assert estimate_training(160.0, [70.0, 50.0], wanted=2) == 160.0


def test_one_epoch_gives_no_estimate():
    with pytest.raises(ValueError, match="two measured epochs"):
        estimate_training(90.0, [70.0])


def test_fitting_is_read_from_the_log_of_rasa_across_midnight():
    assert fit_seconds(RASA_LOG) == 13.0
    assert fit_seconds("nothing of the kind") is None


# Ratios


def test_ratios_say_how_many_times_faster_we_are():
    found = ratios(OURS, STOCK)
    assert found["training"] == 100.0
    assert found["turn_p50"] == 5.5
    assert found["turn_p50_over_http"] == 4.4
    assert found["turns_per_second_load_workers_1"] == 5.0


def test_no_ratio_without_both_figures():
    assert "ready_warm" not in ratios(OURS, STOCK)
    assert ratios({}, STOCK) == {} == ratios(OURS, {})


def test_a_measured_training_comes_before_an_estimated_one():
    assert ratios(OURS, {**STOCK, "training_seconds": 4000.0})["training"] == 80.0


def test_a_bar_says_whether_it_is_met_and_whether_it_rests_on_an_estimate():
    found = bars({"training": 7.9, "turn_p50": 5.0}, estimated=True)
    assert found["training"] == {"at_least": 8.0, "ratio": 7.9, "met": False, "estimated": True}
    assert found["turn_p50"]["met"] and "estimated" not in found["turn_p50"]


def test_guides_are_given_for_what_was_measured_only():
    assert guides({"turn_ms_p50": 26.0}) == {"turn_ms_p50": {"at_most": 25.0, "measured": 26.0, "met": False}}


# The stock project


def test_a_question_and_its_procedure_become_one_intent():
    assert joint_intent({"intent": "ask_fee", "metadata": {"procedure": "tach_ho", "case": "x"}}) == "ask_fee__tach_ho"
    assert joint_intent({"intent": "ask_fee"}) == "ask_fee"
    assert joint_intent({"intent": "out_of_scope", "metadata": {"field": "thue"}}) == "out_of_scope"


def test_blocks_of_one_joint_intent_are_merged_and_their_texts_kept_once(tmp_path: Path):
    (tmp_path / "nlu.yml").write_text(NLU, encoding="utf-8")
    joint = read_joint(tmp_path)
    assert list(joint) == ["ask_fee", "ask_fee__tach_ho", "greet"]
    assert joint["ask_fee__tach_ho"] == ["tách hộ mất bao nhiêu tiền", '"phí tách hộ: bao nhiêu"', "lệ phí tách hộ"]


def test_the_project_holds_every_text_a_rule_an_intent_and_the_epochs(tmp_path: Path):
    texts = {"ask_fee__tach_ho": ["phí: bao nhiêu " * 20 + "#1", "- tiền"], "greet": ["chào em"]}
    write_project(tmp_path / "stock", texts, epochs=7)
    read = YAML(typ="safe").load
    config = read((tmp_path / "stock/config.yml").read_text(encoding="utf-8"))
    assert config["pipeline"][-1] == {"name": "DIETClassifier", "epochs": 7}
    domain = read((tmp_path / "stock/domain.yml").read_text(encoding="utf-8"))
    assert domain["intents"] == list(texts) and domain["actions"] == ["action_answer_stock"]
    blocks = read((tmp_path / "stock/data/nlu.yml").read_text(encoding="utf-8"))["nlu"]
    assert {block["intent"]: [text.strip() for text in texts_of(block)] for block in blocks} == texts
    rules = read((tmp_path / "stock/data/rules.yml").read_text(encoding="utf-8"))["rules"]
    assert [rule["steps"][0]["intent"] for rule in rules] == list(texts)


def test_every_joint_intent_of_our_data_has_something_to_answer_with():
    catalog, _ = read_catalog(ROOT / "data")
    named = [intent.partition("__") for intent in read_joint(ROOT / "data" / "nlu")]
    assert {procedure for _, _, procedure in named if procedure} <= set(catalog.procedures)
    assert stock_actions.OTHERWISE in catalog.replies


# Processes


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["python", "-W", "ignore", "-m", "dialogue.worker", "dialogue-2"], "dialogue-2"),
        (["python", "-W", "ignore", "-m", "web"], "web"),
        (["python", "-W", "ignore", "-m", "supervisor.supervisord", "-c", "x"], "supervisor"),
        (["python", "-m", "tools.run"], "launcher"),
        (["/opt/bin/postgres", "-D", "/x"], "postgres"),
        (["postgres: walwriter "], "postgres"),
        ([], "unknown"),
    ],
)
def test_processes_are_named_as_people_know_them(command: list[str], name: str):
    assert bench_processes.name_of(command) == name


def _run(code: str, log: Path) -> None:
    with bench_processes.running(
        [sys.executable, "-c", code], cwd=log.parent, log=log, environment=child_environment()
    ) as process:
        bench_processes.wait_for(lambda: "up" in log.read_text(), process, seconds=30, log=log)


def test_a_process_that_ends_on_interrupt_leaves_nothing(tmp_path: Path):
    # A shell starts background jobs with SIGINT ignored, and children inherit that.
    code = (
        "import signal, time\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "try:\n print('up', flush=True); time.sleep(60)\nexcept KeyboardInterrupt: print('bye')"
    )
    _run(code, tmp_path / "log")
    assert "bye" in (tmp_path / "log").read_text()


def test_a_child_left_behind_is_killed_and_reported(tmp_path: Path):
    child = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}], start_new_session=True).wait()"
    with pytest.raises(RuntimeError, match="still running after SIGINT: python"):
        _run(code, tmp_path / "log")


def test_a_process_that_dies_is_reported_with_the_end_of_its_log(tmp_path: Path):
    with pytest.raises(RuntimeError, match=r"(?s)ended with code 3.*no luck"):
        _run("print('no luck', flush=True); raise SystemExit(3)", tmp_path / "log")


# The report


def test_a_part_that_fails_is_reported_and_the_others_go_on(capsys: pytest.CaptureFixture[str]):
    def broken() -> dict[str, float]:
        raise OSError("no space left")

    report = bench.Report()
    assert report.measure("training", broken) == {}
    assert report.measure("turns", lambda: {"turn_ms_p50": 1.0}) == {"turn_ms_p50": 1.0}
    assert report.errors == [{"part": "training", "error": "OSError: no space left"}]
    assert capsys.readouterr().out == ""


def test_stdout_is_one_json_object_also_when_something_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def half(report: bench.Report, *_: object) -> dict[str, float]:
        print("a library speaks")
        report.figures["training_seconds"] = 5.0
        raise RuntimeError("half way")

    monkeypatch.setattr(bench, "run", half)
    monkeypatch.setattr(bench.signal, "signal", lambda *_: None)
    assert bench.main([]) == 1
    result = json.loads(capsys.readouterr().out)
    assert result["training_seconds"] == 5.0
    assert result["errors"] == [{"part": "benchmark", "error": "RuntimeError: half way"}]


def test_the_facts_name_the_day_the_machine_and_the_data():
    settings = bench.read_settings({})
    facts = bench.facts(settings, bench.local_now())
    assert facts["machine"]["cores"] >= 1 and math.isfinite(facts["machine"]["load_average_1_minute_before"])
    assert facts["data"]["training_texts"] > 1000 and len(facts["date"]) == 25


def test_the_benchmark_does_not_import_rasa_before_it_must():
    code = "import sys, tools.bench; print('rasa' in sys.modules, 'rasa_sdk' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_texts_are_read_from_the_column_of_that_name(tmp_path: Path):
    (tmp_path / "x.tsv").write_text("id\ttext\tkind\n1\tđi đâu\tprocedure\n\n2\tchào\tsmalltalk\n", encoding="utf-8")
    assert bench.read_texts(tmp_path / "x.tsv") == ["đi đâu", "chào"]


# Settings


def test_the_baseline_is_measured_only_on_demand_with_100_epochs():
    plain, full = read_bench_settings({}), read_bench_settings({"BASELINE": "1"})
    assert (plain.baseline, full.baseline, full.epochs) == (False, True, 100)


@pytest.mark.parametrize("value", ["1", "ten", "-5"])
def test_too_few_epochs_are_refused_by_name(value: str):
    with pytest.raises(ValueError, match="BASELINE_EPOCHS"):
        read_bench_settings({"BASELINE_EPOCHS": value})
