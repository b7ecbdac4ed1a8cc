"""What citizens say about themselves: what is found, and what only looks like it."""

import pytest
from hypothesis import given

from components.patterns import DAYS, NUMBERS, Extractor, stay, years
from components.text import folded_tokens
from tests.components.samples import anything

FIND = Extractor().find


def found(text: str) -> list[tuple[str, str]]:
    return [(entity, value) for entity, value, _, _ in FIND(text)]


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("con 5 tuổi", "age", "5"), ("bé 5t", "age", "5"), ("con năm tuổi", "age", "5"), ("bé ba tuổi", "age", "3"),
        ("cháu 8 tháng tuổi", "age", "0"), ("bé mới sinh", "age", "0"), ("bé 20 ngày tuổi", "age", "0"),
        ("mẹ em 72", "age", "72"), ("em 25 tuoi", "age", "25"),
        ("ở 2 tuần", "stay", "14"), ("ở nửa tháng", "stay", "15"), ("hơn 1 tháng", "stay", "30"),
        ("ba ngày", "stay", "3"), ("năm ngày", "stay", "5"), ("3 hôm", "stay", "3"), ("ba năm", "stay", "1095"),
        ("thuê trọ", "dwelling", "nha_thue"), ("ở ktx", "dwelling", "ky_tuc_xa"),
        ("ở nhà bà ngoại", "dwelling", "nha_ho_hang"), ("nhà vợ", "dwelling", "nha_nguoi_than"),
        ("nhà mình mua", "dwelling", "nha_minh"),
        ("chồng em là người Hàn thì sao", "person", "quoc_tich_khac"),
        ("vo toi nguoi nhat ban", "person", "quoc_tich_khac"),
        ("em chi co chung minh cu", "paper", "chi_cmnd"), ("bác vẫn xài cái chứng minh cũ", "paper", "chi_cmnd"),
        ("bị mất thẻ", "loss", "mat"), ("thẻ bị gãy", "loss", "hong"), ("sắp hết hạn", "loss", "sap_het_han"),
        ("hết hạn rồi", "loss", "het_han"),
        ("nộp online", "channel", "online"), ("nộp trực tiếp", "channel", "direct"),
    ],
)  # fmt: skip
def test_is_found(text, entity, value) -> None:
    assert found(text) == [(entity, value)]


@pytest.mark.parametrize(
    "text",
    ["bố năm nay", "năm 2026", "bà nằm liệt giường", "ba em ở quê", "q12", "ct01", "phường 5", "số 12 đường 3",
     "tháng 5", "tầng 5", "mất bao lâu", "200 tuổi", "lớp 1", "9 số", "chung cư", "xin chào", "", "12/5/2010"],
)  # fmt: skip
def test_only_looks_like_it(text) -> None:
    assert found(text) == []


def test_the_longest_match_wins() -> None:
    assert found("thẻ sắp hết hạn") == [("loss", "sap_het_han")]


def test_several_are_found_in_the_order_of_the_text() -> None:
    text = "bé 5 tuổi ở 2 tuần, thuê trọ, nộp online"
    assert found(text) == [("age", "5"), ("stay", "14"), ("dwelling", "nha_thue"), ("channel", "online")]
    assert [text[start:end] for _, _, start, end in FIND(text)] == ["5 tuổi", "2 tuần", "thuê trọ", "online"]


@given(anything)
def test_any_text_gives_places_inside_it_that_do_not_overlap(text) -> None:
    last = 0
    words = folded_tokens(text)
    for entity, value, start, end in FIND(text):
        assert entity and value and start < end <= len(text)
        assert {start, end} <= {place for _, *places in words for place in places}
        assert start >= last or any(place == start for _, place, _ in words)
        last = end


@pytest.mark.parametrize(("word", "number"), NUMBERS.items())
def test_numbers_in_words(word, number) -> None:
    assert years([word, "tuoi"]) == str(number)


@pytest.mark.parametrize(("unit", "days"), DAYS.items())
def test_units_in_days(unit, days) -> None:
    assert stay(["2", unit]) == str(2 * days)
    assert stay(["nua", unit]) == str(days // 2)


def test_no_number_is_no_value() -> None:
    assert years(["tuoi"]) is None
    assert stay(["thang"]) is None
    assert stay(["2", "tuoi"]) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mẹ em mất rồi, thẻ căn cước xử lý sao", ("state", "da_mat")),
        ("ông nội mới mất hôm qua", ("state", "da_mat")),
        ("thẻ của mẹ em mất rồi", ("loss", "mat")),
        ("con đang đi nghĩa vụ", ("state", "dang_tai_ngu")),
        ("cháu chưa đi nghĩa vụ", ("state", "tuoi_nghia_vu")),
        ("em ly hôn rồi", ("state", "da_ly_hon")),
    ],
)
def test_what_people_live_through(text: str, found: tuple[str, str]) -> None:
    assert found in [(entity, value) for entity, value, _, _ in Extractor().find(text)]


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("vợ em là người Nhật", True),
        ("khach la nguoi nhat o 2 dem", True),
        ("tui la nguoi nhat duoc vi", False),
        ("tôi là người nhặt ví hôm qua", False),
    ],
)
def test_who_found_something_is_no_foreigner(text, foreign) -> None:
    assert (("person", "nuoc_ngoai") in [(name, value) for name, value, _, _ in Extractor().find(text)]) is foreign
