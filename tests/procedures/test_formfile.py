"""The files of forms: what is taken, what is refused and why, and which an answer carries."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from procedures import Question, answer
from procedures.formfile import FILE_BYTES, MOST, PICTURE_BYTES, WORD_BODY, FormFiles
from procedures.load import digest, read_catalog
from tests.procedures.samples import TODAY, VALID, fields, tree

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def archive(name: str = WORD_BODY) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr(name, "<w/>")
    return stream.getvalue()


GOOD = {
    "ct01.pdf": b"%PDF-1.4\n",
    "CT01.DOC": OLE + b"x",
    "ct-01.v2.docx": archive(),
    "mau_1.jpg": b"\xff\xd8\xff\xe0x",
    "mau.jpeg": b"\xff\xd8\xff\xe1x",
    "mau.png": b"\x89PNG\r\n\x1a\nx",
}


def attach(folder: Path, name: str, content: bytes | None) -> tuple[object, list[str]]:
    if content is not None:
        (folder / name).write_bytes(content)
    one, problems = fields(f'file: "{name}"')
    return FormFiles(folder).attached(one), [problem.code for problem in problems]


@pytest.mark.parametrize("name", GOOD)
def test_a_file_whose_content_is_what_its_ending_says_is_taken(tmp_path: Path, name: str) -> None:
    found, problems = attach(tmp_path, name, GOOD[name])
    assert problems == [] and (found.name, found.content) == (name, GOOD[name])
    assert found.sha256 == hashlib.sha256(GOOD[name]).hexdigest()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("ct01.pdf", None, "KB034"),
        ("../forms.pdf", None, "KB034"),
        ("tờ khai.pdf", b"%PDF-", "KB034"),
        ("a" * 78 + ".pdf", b"%PDF-", "KB034"),
        ("ct01.svg", b"<svg/>", "KB035"),
        ("ct01", b"%PDF-", "KB035"),
        ("ct01.pdf", GOOD["mau.png"], "KB035"),
        ("ct01.docx", archive("xl/workbook.xml"), "KB035"),
        ("ct01.docx", b"PK\x03\x04 cut off", "KB035"),
        ("ct01.pdf", b"", "KB036"),
        ("ct01.pdf", b"%PDF-" + bytes(FILE_BYTES), "KB036"),
        ("ct01.png", GOOD["mau.png"] + bytes(PICTURE_BYTES), "KB036"),
    ],
)
def test_any_other_file_is_refused_with_the_reason(tmp_path: Path, name: str, content: bytes | None, code: str) -> None:
    assert attach(tmp_path, name, content) == (None, [code])


def test_the_largest_files_are_taken(tmp_path: Path) -> None:
    for name, start, most in (("a.pdf", b"%PDF-", FILE_BYTES), ("a.jpg", b"\xff\xd8\xff", PICTURE_BYTES)):
        found, problems = attach(tmp_path, name, start.ljust(most, b"\0"))
        assert problems == [] and len(found.content) == most


def with_files(folder: Path, count: int = 1) -> Path:
    """The small tree, whose procedure has a fact that names that many forms, each with a file."""
    data = tree(folder)
    (data / "forms/files").mkdir()
    lines, names = [], [f"ct{number:02}" for number in range(1, count + 1)]
    for name in names:
        (data / f"forms/files/{name}.pdf").write_bytes(b"%PDF-" + name.encode())
        lines.append(f'- {{id: {name}, code: {name}, title: "Tờ khai", issued_by: luat_mau, file: {name}.pdf}}\n')
    (data / "forms/forms.yml").write_text("".join(lines), encoding="utf-8")
    path = data / "procedures/cu_tru/dang_ky_mau.yml"
    fact = (
        f'form: [{{since: 2026-01-01, text: "Tờ khai.", forms: [{", ".join(names)}],'
        ' source: {document: luat_mau, article: "1"}, checked: {on: 2026-11-22, by: "", confidence: high},'
        " origin: cu_tru:common.fee.0}]"
    )
    lines = [fact if line.startswith("form:") else line for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return data


def carried_by(data: Path, question: str, on: date = TODAY) -> list[str]:
    catalog, problems = read_catalog(data)
    assert problems == []
    return [form.id for form in answer(Question("dang_ky_mau", question), catalog, on).files]


def test_the_answer_about_the_form_carries_it_and_no_other_answer_does(tmp_path: Path) -> None:
    data = with_files(tmp_path)
    assert carried_by(data, "form") == ["ct01"]
    assert carried_by(data, "fee") == carried_by(data, "overview") == carried_by(data, "documents") == []


def test_an_answer_carries_at_most_three(tmp_path: Path) -> None:
    assert carried_by(with_files(tmp_path, 5), "form") == ["ct01", "ct02", "ct03"] and MOST == 3


def test_a_form_without_a_file_is_carried_by_nothing(tmp_path: Path) -> None:
    data = with_files(tmp_path, 2)
    path = data / "forms/forms.yml"
    path.write_text(path.read_text(encoding="utf-8").replace(", file: ct01.pdf", ""), encoding="utf-8")
    (data / "forms/files/ct01.pdf").unlink()
    assert carried_by(data, "form") == ["ct02"]


def test_the_digest_changes_with_the_file_of_a_form_and_not_with_a_hidden_one(tmp_path: Path) -> None:
    data = with_files(tmp_path)
    before = digest(data)
    (data / "forms/files/.DS_Store").write_bytes(b"x")
    assert digest(data) == before != digest(VALID)
    (data / "forms/files/ct01.pdf").write_bytes(b"%PDF-2")
    changed = digest(data)
    assert changed != before
    with (data / "forms/files/ct01.pdf").open("ab") as file:
        file.truncate(FILE_BYTES + 1)
    assert digest(data) not in (before, changed)
