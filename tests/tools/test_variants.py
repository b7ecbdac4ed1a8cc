"""`make variants`: the same files every time, which say what their sources say."""

import csv

import pytest
from ruamel.yaml import YAML

from components.text import fold, has_accents
from storage.settings import ROOT
from tools import variants as module
from tools.variants import (
    GENERATED,
    HEADER,
    LEAST_COMMON,
    NLU,
    common,
    is_chosen,
    respell,
    short_forms,
    sources,
    variants,
    write,
)

WRITTEN = """\
version: "3.1"
nlu:
- intent: ask_fee
  metadata: {procedure: tach_ho, case: da_ly_hon}
  examples: |
    - TEXTS
"""


@pytest.fixture(scope="module")
def files():
    return sources()


@pytest.fixture(scope="module")
def made(files):
    return variants(files)


def test_the_committed_files_are_what_the_texts_give(made) -> None:
    folder = NLU / GENERATED
    expected = {file.as_posix(): module.render(blocks) for file, blocks in made.items() if blocks}
    present = {path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8") for path in folder.rglob("*.yml")}
    assert sorted(present) == sorted(expected)
    assert not [file for file, text in expected.items() if present[file] != text], "run `make variants`"


def test_every_variant_reads_nearly_like_its_source(files, made) -> None:
    for file, blocks in made.items():
        readings = {respell(text): text for block in files[file] for text in block.texts if is_chosen(text)}
        for text in (text for block in blocks for text in block.texts):
            assert text != readings[text]
            assert common(readings[text], text) >= LEAST_COMMON, text


def test_blocks_keep_their_labels_and_say_that_they_are_generated(files, made) -> None:
    for file, blocks in made.items():
        labels = [(block.intent, {**block.metadata, GENERATED: True}) for block in files[file]]
        assert [label for label in labels if label in [(block.intent, dict(block.metadata)) for block in blocks]]
        assert all((block.intent, dict(block.metadata)) in labels for block in blocks)


def test_about_half_of_the_accented_texts_are_covered(files, made) -> None:
    accented = sum(has_accents(text) for blocks in files.values() for block in blocks for text in block.texts)
    respelled = sum(len(block.texts) for blocks in made.values() for block in blocks)
    assert 0.4 < respelled / accented < 0.55


def test_both_kinds_of_variants_are_made(made) -> None:
    texts = [text for blocks in made.values() for block in blocks for text in block.texts]
    plain = sum(not has_accents(text) for text in texts) / len(texts)
    assert 0.7 < plain < 0.95


def test_no_variant_is_a_text_of_the_evaluation(made) -> None:
    folder = ROOT / "data" / "evaluation"
    asked = set()
    for name in ("singles.tsv", "danger.tsv"):
        with (folder / name).open(encoding="utf-8", newline="") as lines:
            asked |= {row["text"] for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}
    for conversation in YAML(typ="safe").load((folder / "conversations.yml").read_text(encoding="utf-8")):
        asked |= {turn["user"] for turn in conversation["turns"]}
    texts = {text for blocks in made.values() for block in blocks for text in block.texts}
    # What is said in three words or less is said by everybody.
    assert not {text for text in texts & asked if len(fold(text).split()) > 3}


def test_no_variant_is_a_written_text_or_made_twice(files, made) -> None:
    texts = [text for blocks in made.values() for block in blocks for text in block.texts]
    assert len(texts) == len(set(texts))
    assert not set(texts) & {text for blocks in files.values() for block in blocks for text in block.texts}


def chosen(text: str) -> str:
    """The text with a tail that makes it one of the chosen half."""
    return next(made for n in range(100) if is_chosen(made := f"{text} {n}"))


def write_source(folder, *texts: str, name: str = "a.yml") -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(WRITTEN.replace("TEXTS", "\n    - ".join(texts)), encoding="utf-8")


def test_a_file_is_made_for_each_source(tmp_path) -> None:
    text, other = chosen("tách hộ lệ phí bao nhiêu"), chosen("tách hộ sau ly hôn mất bao nhiêu tiền")
    write_source(tmp_path, text, "khong dau")
    write_source(tmp_path, other, name="styles/b.yml")
    assert write(tmp_path) == 2
    for name, source in (("a.yml", text), ("styles/b.yml", other)):
        content = (tmp_path / GENERATED / name).read_text(encoding="utf-8")
        assert content.startswith(HEADER)
        [block] = YAML(typ="safe").load(content)["nlu"]
        assert block["intent"] == "ask_fee"
        assert block["metadata"] == {"procedure": "tach_ho", "case": "da_ly_hon", "generated": True}
        assert block["examples"] == f"- {respell(source)}\n"


def test_writing_again_changes_nothing_and_drops_what_has_no_source(tmp_path) -> None:
    write_source(tmp_path, chosen("tách hộ lệ phí bao nhiêu"))
    write(tmp_path)
    before = (tmp_path / GENERATED / "a.yml").read_bytes()
    write_source(tmp_path / GENERATED, "cũ", name="gone.yml")
    write(tmp_path)
    assert [path.name for path in (tmp_path / GENERATED).iterdir()] == ["a.yml"]
    assert (tmp_path / GENERATED / "a.yml").read_bytes() == before


def test_a_variant_that_reads_like_another_label_is_left_out(tmp_path) -> None:
    text = chosen("tách hộ lệ phí bao nhiêu")
    write_source(tmp_path, text)
    write_source(tmp_path, fold(text), name="b.yml")
    other = (tmp_path / "b.yml").read_text(encoding="utf-8").replace("ask_fee", "ask_form")
    (tmp_path / "b.yml").write_text(other, encoding="utf-8")
    assert write(tmp_path) == 0
    assert not (tmp_path / GENERATED).exists()


def test_short_forms_read_back_as_what_they_shorten() -> None:
    assert {"k", "ko"} <= set(short_forms()["khong"])
    assert "cccd" in short_forms()["can cuoc cong dan"]
    assert all(fold(short) == meaning for meaning, shorts in short_forms().items() for short in shorts)


@pytest.mark.parametrize("text", ["ê bot", "tụi em ở trọ", "Đăng ký tạm trú ở đâu ạ?", "căn cước công dân"])
def test_respelling_is_the_same_every_time(text) -> None:
    assert respell(text) == respell(text)


def test_a_text_without_accents_is_never_chosen() -> None:
    assert not [n for n in range(50) if is_chosen(f"dang ky tam tru {n}")]


def test_the_verb_says_how_many(capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(module, "write", lambda: 12)
    assert module.main() == 0
    assert capsys.readouterr().out == "12 texts in data/nlu/generated\n"
