"""The conversations of `data/talks` become training messages."""

import pytest

from components.talks import read_talks
from dialogue.evaluation import read_items
from procedures.model import QUESTIONS
from storage.settings import ROOT

FILES = sorted((ROOT / "data" / "talks").glob("*.yml"))
WRITTEN = """
- id: t1
  turns:
    - {user: "khách ngủ lại khai sao", kind: procedure, procedure: thong_bao_luu_tru, question: overview, named: true}
    - {user: "ở 3 tháng cơ", kind: procedure, procedure: dang_ky_tam_tru, question: overview, tells: true,
       situation: doi_cho_tro}
    - {user: "ok", kind: smalltalk}
    - {user: "còn chỗ cũ", kind: procedure, procedure: xoa_dang_ky_tam_tru, question: overview,
       alt: [dang_ky_tam_tru/overview]}
"""
REPORTED = """
- id: t2
  turns:
    - {user: "mất xe", kind: report_crime}
    - {user: "dạ", kind: smalltalk}
    - {user: "thẻ cũng mất, làm lại sao", kind: procedure, procedure: cap_lai_the_can_cuoc, question: overview}
    - {user: "mấy ngày", kind: procedure, procedure: cap_lai_the_can_cuoc, question: processing_time}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "talk.yml"
    path.write_text(WRITTEN, encoding="utf-8")
    return path


def test_a_first_message_is_a_text_and_the_others_are_lessons(file) -> None:
    first, second, third, fourth = read_talks(file)
    labels = {"procedure": "thong_bao_luu_tru", "case": "", "situation": ""}
    assert (first["intent"], first["metadata"]) == ("ask_overview", {"intent": labels})
    procedure = "dang_ky_tam_tru"
    taught = {"kind": "tells", "moved": procedure, "question": "overview", "procedure": procedure, "case": ""}
    assert second["metadata"]["lesson"] == {**taught, "situation": "doi_cho_tro"}
    said = {"matter": "dang_ky_tam_tru", "question": "overview", "last": "procedure", "before": ("thong_bao_luu_tru",)}
    assert third["metadata"]["talk"] == {**said, "said": ("khách ngủ lại khai sao", "ở 3 tháng cơ"), "topic": ""}
    empty = dict.fromkeys(("moved", "question", "procedure", "case", "situation"), "")
    assert third["metadata"]["lesson"] == {"kind": "smalltalk", **empty}
    assert fourth["metadata"]["talk"]["last"] == "smalltalk"
    assert not fourth["metadata"]["lesson"]["moved"], "an accepted reading stays with the matter"


def test_what_follows_a_report_is_a_lesson_without_a_matter(tmp_path) -> None:
    file = tmp_path / "report.yml"
    file.write_text(REPORTED, encoding="utf-8")
    first, second, third, fourth = (message["metadata"] for message in read_talks(file))
    assert set(first) == {"intent"}, "a first report is a text"
    said = {"matter": "", "question": "", "last": "report_crime", "before": (), "topic": "report_crime"}
    assert second["talk"] == {**said, "said": ("mất xe",)} and second["lesson"]["kind"] == "smalltalk"
    assert third["talk"]["last"] == "smalltalk" and third["talk"]["topic"] == "report_crime"
    assert third["lesson"]["moved"] == "cap_lai_the_can_cuoc"
    assert fourth["talk"]["topic"] == "" and fourth["talk"]["matter"] == "cap_lai_the_can_cuoc"


@pytest.mark.parametrize(
    ("old", "new"), [("kind: smalltalk", "kind: chat"), ("tells: true", "told: true"), ("- id: t1", "- id: [t1")]
)
def test_a_broken_file_is_named(file, old: str, new: str) -> None:
    file.write_text(WRITTEN.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=r"talk\.yml"):
        list(read_talks(file))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_label_is_known(path, catalog) -> None:
    known = set(catalog.procedures)
    for item in read_items(path):
        for pair in item.expected.pairs if item.expected.kind == "procedure" else ():
            procedure, question = pair.split("/")
            assert procedure in known, (item.id, pair)
            assert question in QUESTIONS, (item.id, pair)


def test_no_text_of_the_held_back_sets_is_taught() -> None:
    held_back = ROOT / "data" / "evaluation"
    tested = {item.text for name in ("conversations.yml", "singles.tsv") for item in read_items(held_back / name)}
    taught = {str(data["text"]) for path in FILES for data in read_talks(path)}
    shared = {text for text in taught & tested if len(text.split()) > 4}
    assert not shared
