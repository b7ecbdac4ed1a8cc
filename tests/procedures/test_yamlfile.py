from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from procedures.yamlfile import Map, Reader, read_file

PIECES = """a:·|-·|{|}|[|]|,|"|'|&a·|*a|<<:·*a|>|!!int·|!x·|?·|2026-02-30|0x1F|1_0|+_|-|.inf|yes|Lệ phí|#|:"""
WRITTEN = st.sampled_from(
    [*PIECES.replace("·", " ").split("|"), "\n", "  ", "\t", "|", "---\n", "%YAML 1.1\n---\n", "\x07"]
)


def read(text: str) -> tuple[object, list[str]]:
    reader = Reader("tệp.yml")
    return reader.read(text), [problem.code for problem in reader.problems]


@settings(deadline=None)
@given(st.text() | st.lists(WRITTEN).map("".join))
@example("[" * 1200)
@example("&a [*a]")
@example("a: &a {b: *a}")
@example("{[x]: 1}")
@example('"\\UFFFFFFFF"')
@example("!!int abc")
@example("9" * 5000)
def test_no_text_makes_the_reader_raise(text: str) -> None:
    value, codes = read(text)
    assert value is None or not codes or set(codes) <= {"KB001", "KB002", "KB011"}


def test_a_mapping_knows_the_lines_of_its_keys() -> None:
    value, _ = read("a: 1\nb:\n  c: 2\n")
    assert isinstance(value, Map)
    assert (value.line_of("a"), value.line_of("b"), value["b"].line_of("c")) == (1, 2, 3)
    assert value["b"].line_of("không có") == 3


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12", 12),
        ("0", 0),
        ("-3", -3),
        ("1.5", 1.5),
        ("0912", "0912"),
        ("1.004194", 1.004194),
        ("true", True),
        ("yes", "yes"),
        ("~", None),
        ("2026-07-01", date(2026, 7, 1)),
        ("2026-02-30", "2026-02-30"),
        ('"2026-07-01"', "2026-07-01"),
    ],
)
def test_what_is_written_is_what_is_meant(written: str, meant: object) -> None:
    value, codes = read(f"a: {written}")
    assert isinstance(value, Map) and value["a"] == meant and type(value["a"]) is type(meant)
    assert not codes


def test_a_repeated_key_is_reported_and_the_first_value_stays() -> None:
    value, codes = read("a: 1\na: 2\n")
    assert (value, codes) == ({"a": 1}, ["KB002"])


def test_a_word_of_rasa_is_reported_once_and_left_out() -> None:
    assert read("nlu: []\na: 1") == ({"a": 1}, ["KB011"])


def test_copying_by_reference_is_refused() -> None:
    assert read("a: &x [1]\nb: *x")[1] == ["KB001"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: b: c", "dấu hai chấm"),
        ("a: 'b", "dấu nháy mở mà không đóng"),
        ("a:\n\tb: 1", "phím Tab"),
        ("a: [1, 2", "dấu đóng ngoặc"),
        ("a: **đậm**", "phải đặt trong nháy"),
        ("a: 1\n---\nb: 2", "---"),
    ],
)
def test_syntax_mistakes_are_told_in_vietnamese(text: str, words: str) -> None:
    reader = Reader("tệp.yml")
    reader.read(text)
    assert words in reader.problems[0].cause


def test_the_mark_that_notepad_puts_first_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text("a: 1\r\n", encoding="utf-8-sig")
    assert read_file(path, "a.yml") == ({"a": 1}, [])


def test_a_file_in_another_encoding_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_bytes("a: Lệ phí".encode("utf-16"))
    value, problems = read_file(path, "a.yml")
    assert value is None
    assert [str(problem.code) for problem in problems] == ["KB029"]
