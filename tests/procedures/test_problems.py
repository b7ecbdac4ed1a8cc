"""One broken example a message: its file, line, code, and the words of its cause."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from procedures.problems import FIXES, Problem
from procedures.yamlfile import Reader
from tests.procedures.samples import BROKEN, GUIDE, codes, problems_of

FILE = "data/procedures/cu_tru/dang_ky_mau.yml"
# example, line, what the cause must say; the file is FILE unless a fourth value names another
EXAMPLES: tuple[tuple[str, int, str, str], ...] = (
    ("KB001_open_quote", 5, "thụt lề hoặc dấu nháy không khớp", FILE),
    ("KB002_key_twice", 3, 'Khóa "name" bị lặp (đã có ở dòng 2)', FILE),
    ("KB003_unknown_key", 18, 'Khóa "note" không có trong mẫu. Được phép: amounts, cases', FILE),
    ("KB004_no_name", 1, 'Thiếu khóa "name"', FILE),
    ("KB005_number_for_text", 2, '"name" phải là chữ, không phải: 2026', FILE),
    ("KB006_no_such_day", 16, '"since" không phải là ngày: 2026-02-30', FILE),
    ("KB007_unknown_law", 15, 'Không có văn bản "luat_la"', FILE),
    ("KB008_unknown_form", 28, 'Không có biểu mẫu "ct99"', FILE),
    ("KB009_unknown_case", 15, 'Không có trường hợp "nha_la"', FILE),
    (
        "KB010_other_file_name",
        1,
        'Tệp tên "dang_ky_khac" nhưng procedure là',
        "data/procedures/cu_tru/dang_ky_khac.yml",
    ),
    ("KB011_word_of_rasa", 31, 'Không được dùng khóa "rules"', FILE),
    ("KB012_two_values_one_day", 22, 'Mục "fee" có hai dòng "muc_thu" cùng ngày 2026-01-01 (dòng 15)', FILE),
    ("KB013_no_penalty", 1, 'Thiếu mục "penalty"', FILE),
    ("KB014_text_and_unknown", 15, "Dòng này có: text, unknown", FILE),
    ("KB015_unknown_shared_fact", 10, 'Không có sự thật chung "noi_la"', FILE),
    ("KB016_accented_id", 6, 'Mã "Nhà-mình" không đúng dạng', FILE),
    ("KB017_long_label", 33, '"label" dài 38 ký tự, tối đa 24', FILE),
    ("KB018_placeholder", 17, "Chỗ điền tiền không khớp: fee, le_phi", FILE),
    ("KB019_typed_money", 24, 'Số tiền viết thẳng trong câu: "7.000 đồng"', FILE),
    ("KB020_unknown_procedure", 3, 'related: không có thủ tục "the_la"', FILE),
    ("KB021_low_confidence", 15, 'Dòng "muc_thu" có confidence low', FILE),
    ("KB022_old_check", 15, "Kiểm tra lần cuối 2026-01-05, đã quá 180 ngày", FILE),
    ("KB023_check_in_the_future", 15, "Ngày kiểm tra 2027-11-22 ở tương lai", FILE),
    ("KB024_unknown_channel", 18, '"channel" là "qua_mang"; chỉ được: online, direct', FILE),
    ("KB025_replaced_law", 15, "Luật cũ đã bị thay thế từ 2020-01-01", FILE),
    ("KB026_origin_without_pack", 21, 'origin "trang" không đúng dạng', FILE),
    ("KB027_same_id_twice", 4, 'Mã "nha_thue" có hai lần trong "cases"', FILE),
    ("KB028_unused_shared_fact", 2, 'Sự thật chung "noi_thua" chưa được dùng', "data/procedures/chung/chung.yml"),
    ("KB029_not_utf8", 1, "Tệp không phải UTF-8", "data/legal/them.yml"),
    ("KB030_not_yet_in_force", 29, 'Mục "result" không có dòng nào còn hiệu lực ngày 2026-11-22', FILE),
    ("KB031_no_source", 15, "chưa có căn cứ (source) hoặc lần kiểm tra (checked)", FILE),
    ("KB032_unknown_choice", 5, 'Câu hỏi "menu": không có câu hỏi "khong_co"', "data/replies/choices.yml"),
    ("KB033_wrong_ending", 1, 'Tệp "dang_ky_them.yaml" không được đọc', "data/procedures/cu_tru/dang_ky_them.yaml"),
    ("KB034_no_such_file", 1, 'Không có tệp "ct01.pdf" trong forms/files/', "data/forms/forms.yml"),
    ("KB035_text_called_pdf", 1, 'Nội dung tệp "ct01.pdf" không đúng với đuôi .pdf', "data/forms/forms.yml"),
    ("KB036_empty_file", 1, 'Tệp "ct01.pdf" có 0 byte; phải từ 1 byte đến 5 MB', "data/forms/forms.yml"),
    ("KB037_file_nobody_names", 1, 'Không biểu mẫu nào có file: "thua.pdf"', "data/forms/files/thua.pdf"),
)


@pytest.mark.parametrize(("example", "line", "words", "file"), EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_a_broken_file_gives_exactly_its_own_message(
    tmp_path: Path, example: str, line: int, words: str, file: str
) -> None:
    (problem,) = problems_of(tmp_path, BROKEN / example)
    assert (problem.file, problem.line, problem.code) == (file, line, example[:5])
    assert words in problem.cause


def test_the_small_tree_itself_is_without_problems(tmp_path: Path) -> None:
    assert problems_of(tmp_path) == []


def test_every_code_has_an_example() -> None:
    assert sorted(path.name for path in BROKEN.iterdir()) == sorted(example[0] for example in EXAMPLES)
    assert {example[0][:5] for example in EXAMPLES} == set(FIXES)


def test_every_code_has_its_heading_in_the_guide() -> None:
    headings = re.findall(r"^### (KB\d{3})", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == sorted(FIXES)


def test_the_anchor_of_a_message_leads_to_its_heading() -> None:
    """Readers of Markdown make `#kb012` of a heading that is `KB012` alone."""
    for line in GUIDE.read_text(encoding="utf-8").splitlines():
        assert not line.startswith("### KB") or line in {f"### {code}" for code in FIXES}


def test_what_the_guide_calls_right_can_be_read() -> None:
    right = re.findall(r"```yaml\n(# đúng\n.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(right) == len(FIXES)
    for example in right:
        reader = Reader("ví dụ")
        reader.read(example)
        assert not reader.problems, example


def test_mistakes_in_several_files_are_all_reported_at_once(tmp_path: Path) -> None:
    broken = ["KB032_unknown_choice", "KB010_other_file_name", "KB028_unused_shared_fact", "KB003_unknown_key"]
    found = problems_of(tmp_path, *(BROKEN / name for name in broken))
    assert sorted(codes(found)) == sorted(name[:5] for name in broken)
    assert found == sorted(found)


def test_several_mistakes_in_one_file_are_all_reported(tmp_path: Path) -> None:
    folder = tmp_path / "nhieu_loi"
    shutil.copytree(BROKEN / "KB016_accented_id", folder)
    path = folder / "procedures/cu_tru/dang_ky_mau.yml"
    text = path.read_text(encoding="utf-8").replace("{fee: 15000}", "{fee: mười lăm}").replace("[the_mau]", "[the_la]")
    path.write_text(text, encoding="utf-8")
    assert codes(problems_of(tmp_path, folder)) == ["KB020", "KB016", "KB018", "KB005"]


@pytest.mark.parametrize("unreadable", ["KB001_open_quote", "KB029_not_utf8"])
def test_an_unreadable_file_does_not_hide_the_others(tmp_path: Path, unreadable: str) -> None:
    found = problems_of(tmp_path, BROKEN / unreadable, BROKEN / "KB032_unknown_choice")
    assert sorted(codes(found)) == sorted([unreadable[:5], "KB032"])


def test_a_message_says_where_what_how_and_where_to_read_on() -> None:
    text = str(Problem("data/a.yml", 12, "KB012", "Hai giá trị."))
    assert text.splitlines()[0] == "data/a.yml:12  KB012  LỖI: Hai giá trị."
    assert FIXES["KB012"][0] in text
    assert text.endswith("docs/huong_dan_sua_thu_tuc.md#kb012")


def test_a_warning_is_called_so() -> None:
    assert "Lưu ý:" in str(Problem("data/a.yml", 12, "KB021", "Thấp."))
