"""The quick reader of training texts gives what Rasa's own gives, and names what it can't read."""

import copy
import time

import pytest
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.importers.rasa import RasaFileImporter

from components.importer import QuickImporter, TrainingText, read_texts
from storage.settings import ROOT

WRITTEN = """version: "3.1"
nlu:
- intent: ask_fee
  metadata: {procedure: tach_ho, case: da_ly_hon}
  examples: |
    - tách hộ mất bao nhiêu tiền
    - "phí" tách khẩu: bn?
- intent: greet
  examples: |
    - chào
"""


@pytest.fixture
def project(tmp_path):
    """A folder of data with a written and a generated file."""
    (tmp_path / "generated").mkdir()
    (tmp_path / "written.yml").write_text(WRITTEN, encoding="utf-8")
    (tmp_path / "generated" / "made.yml").write_text(WRITTEN.replace("chào", "alo"), encoding="utf-8")
    return tmp_path


def texts(importer) -> list:
    return [
        (text.get("text"), text.get("intent"), text.get("metadata")) for text in importer.get_nlu_data().nlu_examples
    ]


def test_reads_the_same_as_rasa_only_quicker() -> None:
    """On a file of the tree, with everything that the metadata of a block may hold."""
    paths = [str(ROOT / "data" / "nlu" / "dang_ky_tam_tru.yml"), str(ROOT / "data" / "nlu" / "acts_ambiguous.yml")]
    started = time.perf_counter()
    quick = texts(QuickImporter(training_data_paths=paths))
    between = time.perf_counter()
    stock = texts(RasaFileImporter(training_data_paths=paths))
    assert quick == stock and len(quick) > 900
    assert between - started < time.perf_counter() - between


def test_generated_copies_are_read_only_when_asked_for(project) -> None:
    read = {text for text, _, _ in texts(QuickImporter(training_data_paths=str(project)))}
    assert read == {"tách hộ mất bao nhiêu tiền", '"phí" tách khẩu: bn?', "chào"}
    assert ("alo", "greet", None) in texts(QuickImporter(training_data_paths=str(project), generated=True))


def test_the_project_is_read_with_it() -> None:
    importer = TrainingDataImporter.load_from_config(str(ROOT / "config.yml"), None, [str(ROOT / "data" / "rules")])
    assert isinstance(importer.importer._importer._importers[0], QuickImporter)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("nlu:\n- intent: greet\n  exampels: |\n    - chào\n", "block 1: expected the keys"),
        ("nlu:\n- intent: greet\n  examples: |\n    chào\n", "not a plain text after a '-'"),
        ("nlu:\n- intent: greet\n  examples: |\n    - chào [bạn](ai)\n", "not a plain text after a '-'"),
        ("nlu:\n- intent: greet\n  examples: |\n    -\n", "not a plain text after a '-'"),
        ("nlu:\n- intent: [\n", "no valid YAML"),
    ],
)
def test_what_it_cannot_read_is_named_with_its_file(tmp_path, wrong, said) -> None:
    file = tmp_path / "wrong.yml"
    file.write_text(wrong, encoding="utf-8")
    with pytest.raises(ValueError, match=r"wrong\.yml") as caught:
        list(read_texts(file))
    assert said in str(caught.value)


def test_a_copy_shares_values_but_is_changed_alone() -> None:
    text = TrainingText({"text": "chào", "intent": "greet"})
    mark = text.fingerprint()
    twin = copy.deepcopy(text)
    assert twin == text and twin.fingerprint() == mark
    twin.set("folded", "chao", add_to_output=True)
    assert twin.fingerprint() != mark == text.fingerprint()
    assert text.get("folded") is None and "folded" not in text.output_properties


def test_setting_what_is_there_keeps_the_fingerprint() -> None:
    text = TrainingText({"text": "chào", "intent": "greet"})
    text.fingerprint()
    text.set("intent", text.get("intent"))
    assert text._cached_fingerprint is not None
    text.set("intent", "thanks")
    assert text._cached_fingerprint is None and text.get("intent") == "thanks"
