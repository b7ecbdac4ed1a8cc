"""Which facts use the words of a question: on the knowledge base of the tree."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.nearest import COMMON, grams, nearest, told_in

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("text", "procedure", "found"),
    [
        ("bo me em khai ho duoc khong", "khai_bao_tam_vang", "nho_nguoi_khai_ho"),
        ("ngan hang doi giay do", "xac_nhan_so_cmnd", "noi_khac_doi_giay"),
        ("nha do nhieu nguoi dung ten", "dang_ky_thuong_tru", "nha_nhieu_chu"),
        ("mat so ho khau roi", "dang_ky_thuong_tru", "so_ho_khau_giay"),
    ],
)
def test_the_fact_with_the_words_of_the_question_comes_first(catalog, text, procedure, found) -> None:
    assert nearest(text, catalog.procedures[procedure], TODAY)[0].id == found


def test_the_name_of_the_procedure_tells_nothing(catalog) -> None:
    assert nearest("dang ky tam tru", catalog.procedures["dang_ky_tam_tru"], TODAY) == []


def test_facts_of_other_cases_are_left_out(catalog) -> None:
    procedure = catalog.procedures["thong_bao_luu_tru"]
    text = "nguoi dai dien nha tro bao"
    assert "nguoi_bao_nha_tro" not in [near.id for near in nearest(text, procedure, TODAY)]
    assert nearest(text, procedure, TODAY, "nha_tro")[0].id == "nguoi_bao_nha_tro"


def test_what_is_not_in_force_is_not_found(catalog) -> None:
    assert nearest("cong dan so", catalog.procedures["tach_ho"], date(2019, 1, 1)) == []


@given(st.text(alphabet="abcdehiknotuv đỏ?1", max_size=60))
def test_any_text_has_finite_scores_in_order_and_a_share(catalog, text) -> None:
    found = nearest(text, catalog.procedures["tach_ho"], TODAY)
    assert [near.score for near in found] == sorted((near.score for near in found), reverse=True)
    assert all(near.score > 0 and 0 <= near.coverage <= 1 for near in found)


def test_common_words_count_only_beside_a_telling_one() -> None:
    assert grams("cho toi hoi") == frozenset()
    assert grams("toi mat so") == {"mat", "toi mat", "mat so", "so"}
    assert "mat" not in COMMON


@pytest.mark.parametrize(
    ("fact", "said", "again"),
    [
        ("Có phiếu trong **1 ngày làm việc**; phức tạp thì không quá 2 ngày làm việc.",
         ["Công an cấp phiếu trong 1 ngày làm việc, phức tạp không quá 2 ngày làm việc."], True),
        ("Có phiếu trong 3 ngày làm việc.", ["Công an cấp phiếu trong 1 ngày làm việc."], False),
        ("Chủ hộ ký tờ khai CT01.", ["Công an cấp phiếu trong 1 ngày làm việc."], False),
        ("Chủ hộ ký tờ khai.", [], False),
        ("Có được không?", ["Được."], False),
    ],
)  # fmt: skip
def test_a_fact_in_other_words_is_told_already(fact, said, again) -> None:
    assert told_in(fact, said) is again
