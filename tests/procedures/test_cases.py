from __future__ import annotations

import pytest

from procedures.cases import (
    Said,
    after_a_death,
    card_told,
    case_for,
    leading_item,
    neighbour_for,
    procedure_for,
)


@pytest.mark.parametrize(
    ("procedure", "said", "case"),
    [
        ("dang_ky_tam_tru", Said(dwelling="nha_thue"), "nha_thue"),
        ("dang_ky_tam_tru", Said(age=5, dwelling="nha_thue"), "tre_em"),
        ("dang_ky_tam_tru", Said(age=17), "tre_em"),
        ("dang_ky_tam_tru", Said(age=18), None),
        ("dang_ky_thuong_tru", Said(age=0), "tre_duoi_6"),
        ("dang_ky_thuong_tru", Said(age=5, dwelling="nha_minh"), "tre_duoi_6"),
        ("dang_ky_thuong_tru", Said(age=6, dwelling="nha_minh"), "nha_cua_minh"),
        ("dang_ky_thuong_tru", Said(dwelling="nha_thue"), "nha_thue_o_nho"),
        ("gia_han_tam_tru", Said(loss="het_han", age=5), "qua_han"),
        ("gia_han_tam_tru", Said(age=5), "tre_em"),
        ("gia_han_tam_tru", Said(dwelling="ky_tuc_xa"), "ky_tuc_xa"),
        ("gia_han_tam_tru", Said(dwelling="nha_thue"), None),
        ("cap_the_can_cuoc_duoi_14", Said(age=5), "duoi_6"),
        ("cap_the_can_cuoc_duoi_14", Said(age=6), "tu_6_den_14"),
        ("cap_the_can_cuoc_duoi_14", Said(age=14), None),
        ("dinh_danh_dien_tu", Said(age=5), "tre_duoi_6"),
        ("dinh_danh_dien_tu", Said(age=13), "tre_6_den_14"),
        ("dinh_danh_dien_tu", Said(age=14), None),
        ("cap_lai_the_can_cuoc", Said(loss="mat"), "mat_the"),
        ("cap_lai_the_can_cuoc", Said(loss="hong"), "hong_the"),
        ("cap_lai_the_can_cuoc", Said(loss="hong", made="2021"), "mat_cccd_cu"),
        ("cap_lai_the_can_cuoc", Said(loss="mat", made="2023-11"), "mat_cccd_cu"),
        ("cap_lai_the_can_cuoc", Said(loss="mat", made="2025-05"), "mat_the"),
        ("cap_lai_the_can_cuoc", Said(loss="mat", made="@45"), "mat_the"),
        ("thong_bao_luu_tru", Said(dwelling="nha_nguoi_than"), "ho_gia_dinh"),
        ("khai_bao_thong_tin_cu_tru", Said(age=1), "tre_em"),
        ("tach_ho", Said(age=1, dwelling="nha_thue"), None),
    ],
)
def test_the_case_follows_from_what_was_said(procedure: str, said: Said, case: str | None) -> None:
    assert case_for(procedure, said) == case


@pytest.mark.parametrize("age", [0, 5, 13])
def test_a_first_card_below_14_is_another_procedure(age: int) -> None:
    assert procedure_for("cap_the_can_cuoc", Said(age=age)) == "cap_the_can_cuoc_duoi_14"
    assert procedure_for("cap_the_can_cuoc_duoi_14", Said(age=age)) == "cap_the_can_cuoc_duoi_14"


def test_a_first_card_from_14_on_is_the_ordinary_one() -> None:
    assert procedure_for("cap_the_can_cuoc_duoi_14", Said(age=14)) == "cap_the_can_cuoc"
    assert procedure_for("cap_the_can_cuoc", Said()) == "cap_the_can_cuoc"
    assert procedure_for("tach_ho", Said(age=5)) == "tach_ho"


def test_a_way_of_filing_says_nothing_about_the_case() -> None:
    assert Said(channel="online").empty and Said().empty
    assert not Said(age=0).empty


def test_an_exempt_age_leads_with_the_exemption_where_a_fee_is_asked() -> None:
    assert leading_item("cap_doi_the_can_cuoc", "can_cuoc", "fee", Said(age=62)) == "mien_le_phi_can_cuoc"
    assert leading_item("tach_ho", "cu_tru", "fee", Said(age=15)) == "mien_le_phi_cu_tru"
    assert leading_item("cap_doi_the_can_cuoc", "can_cuoc", "fee", Said(age=59)) is None
    assert leading_item("cap_the_can_cuoc", "can_cuoc", "fee", Said(age=16)) is None
    assert leading_item("cap_doi_the_can_cuoc", "can_cuoc", "documents", Said(age=62)) is None
    assert leading_item("cap_doi_the_can_cuoc", "can_cuoc", "fee", Said()) is None


@pytest.mark.parametrize(
    ("age", "item"),
    [(57, None), (58, "lam_trong_hai_nam"), (59, "lam_trong_hai_nam"), (60, "den_tuoi"), (67, "den_tuoi")],
)
def test_whoever_is_near_the_last_milestone_hears_that_the_card_lasts_for_life(age, item) -> None:
    assert leading_item("cap_doi_the_can_cuoc", "can_cuoc", "eligibility", Said(age=age)) == item
    assert leading_item("cap_lai_the_can_cuoc", "can_cuoc", "eligibility", Said(age=age)) is None


@pytest.mark.parametrize(("days", "case"), [(179, None), (180, "vang_6_thang"), (None, None)])
def test_six_months_away_is_a_case_of_removal(days, case) -> None:
    assert case_for("xoa_dang_ky_tam_tru", Said(stay=days)) == case


@pytest.mark.parametrize(
    ("procedure", "said", "neighbour"),
    [
        ("thong_bao_luu_tru", Said(person="nuoc_ngoai"), "khai_bao_tam_tru_nguoi_nuoc_ngoai"),
        ("dang_ky_tam_tru", Said(person="nuoc_ngoai"), "khai_bao_tam_tru_nguoi_nuoc_ngoai"),
        ("dang_ky_thuong_tru", Said(person="nuoc_ngoai"), "dang_ky_thuong_tru"),
        ("thong_bao_luu_tru", Said(stay=29), "thong_bao_luu_tru"),
        ("thong_bao_luu_tru", Said(stay=30), "dang_ky_tam_tru"),
        ("dang_ky_tam_tru", Said(stay=29), "thong_bao_luu_tru"),
        ("dang_ky_tam_tru", Said(stay=30), "dang_ky_tam_tru"),
        ("dang_ky_thuong_tru", Said(stay=90), "dang_ky_tam_tru"),
        ("dang_ky_thuong_tru", Said(stay=1095), "dang_ky_thuong_tru"),
        ("cap_the_can_cuoc", Said(loss="hong"), "cap_lai_the_can_cuoc"),
        ("cap_doi_the_can_cuoc", Said(loss="mat"), "cap_lai_the_can_cuoc"),
        ("cap_lai_the_can_cuoc", Said(loss="het_han"), "cap_doi_the_can_cuoc"),
        ("cap_lai_the_can_cuoc", Said(loss="mat"), "cap_lai_the_can_cuoc"),
        ("tach_ho", Said(age=5, stay=3, loss="mat", person="nuoc_ngoai"), "tach_ho"),
    ],
)
def test_what_is_told_later_switches_to_the_neighbouring_procedure(procedure, said, neighbour) -> None:
    assert neighbour_for(procedure, said) == neighbour


@pytest.mark.parametrize(
    ("loss", "state", "procedure"),
    [(None, "da_mat", "xoa_dang_ky_thuong_tru"), ("mat", "da_mat", None), (None, None, None)],
)
def test_the_card_of_the_dead_is_no_lost_card(loss, state, procedure) -> None:
    assert after_a_death("cap_lai_the_can_cuoc", Said(loss=loss, state=state)) == procedure


@pytest.mark.parametrize(
    ("said", "case"),
    [
        (Said(state="dang_tai_ngu", age=20), "dang_di_nghia_vu"),
        (Said(state="tuoi_nghia_vu"), "nghia_vu_quan_su"),
        (Said(age=17), "chua_du_18"),
        (Said(stay=730), "vang_12_thang"),
        (Said(stay=90), None),
    ],
)
def test_who_is_away_depends_on_service_age_and_time(said: Said, case) -> None:
    assert case_for("khai_bao_tam_vang", said) == case


def test_whoever_serves_is_not_removed_for_being_away() -> None:
    assert case_for("xoa_dang_ky_thuong_tru", Said(state="dang_tai_ngu", age=20)) == "di_nghia_vu"
    assert case_for("xoa_dang_ky_thuong_tru", Said(state="tuoi_nghia_vu")) is None
    assert case_for("xoa_dang_ky_thuong_tru", Said(state="da_mat")) is None


def test_after_a_divorce_a_household_is_split_without_consent() -> None:
    assert case_for("tach_ho", Said(state="da_ly_hon")) == "da_ly_hon"
    assert case_for("tach_ho", Said()) is None


@pytest.mark.parametrize(("age", "card"), [(13, None), (14, "cap_the_can_cuoc"), (17, "cap_the_can_cuoc"), (18, None)])
def test_a_card_at_an_age_without_another_is_the_first(age: int, card) -> None:
    assert card_told(["cap_doi_the_can_cuoc", "cap_the_can_cuoc"], Said(age=age), only_told=False) == card
    assert card_told(["cap_doi_the_can_cuoc"], Said(age=age), only_told=False) is None


@pytest.mark.parametrize("procedure", ["xac_nhan_so_cmnd", "cap_the_can_cuoc"])
def test_who_has_nothing_but_the_old_paper_exchanges_it(procedure: str) -> None:
    """ "ngân hàng không cho rút, bác chỉ có CMND" is after a card, not after a paper about two numbers."""
    assert procedure_for(procedure, Said(paper="chi_cmnd")) == "cap_doi_the_can_cuoc"
    assert procedure_for(procedure, Said(paper="cmnd")) == procedure
    assert case_for("cap_doi_the_can_cuoc", Said(paper="chi_cmnd")) == "chi_co_cmnd"


@pytest.mark.parametrize(("paper", "case"), [("cmnd", "chi_co_cmnd"), (None, "cccd_het_han")])
def test_a_card_that_has_run_out_is_exchanged_and_the_old_kind_is_worth_nothing(paper, case) -> None:
    assert case_for("cap_doi_the_can_cuoc", Said(loss="het_han", paper=paper)) == case


def test_a_paper_that_is_still_good_has_not_run_out() -> None:
    good = Said(loss="het_han", validity="con_han")
    assert case_for("cap_doi_the_can_cuoc", good) is None
    assert case_for("gia_han_tam_tru", good) == case_for("gia_han_tam_tru", Said(validity="con_han")) == "con_han"


@pytest.mark.parametrize("loss", [None, "sap_het_han", "het_han"])
def test_who_has_the_old_paper_hears_that_it_is_void_whatever_its_day(loss) -> None:
    assert case_for("cap_doi_the_can_cuoc", Said(age=92, paper="cmnd", loss=loss)) == "chi_co_cmnd"


@pytest.mark.parametrize("loss", ["mat", "hong"])
def test_an_old_paper_that_is_lost_or_broken_is_another_matter(loss) -> None:
    assert case_for("cap_doi_the_can_cuoc", Said(paper="cmnd", loss=loss)) is None
    assert case_for("cap_doi_the_can_cuoc", Said()) is None


def test_who_only_tells_of_an_old_paper_has_to_exchange_it() -> None:
    said = Said(age=82, paper="cmnd")
    assert card_told([], said, only_told=True) == "cap_doi_the_can_cuoc"
    assert card_told([], said, only_told=False) is None


def test_a_foreign_citizen_is_declared_and_who_comes_back_from_abroad_registers() -> None:
    assert neighbour_for("dang_ky_thuong_tru", Said(person="quoc_tich_khac")) == "khai_bao_tam_tru_nguoi_nuoc_ngoai"
    assert neighbour_for("dang_ky_thuong_tru", Said(person="nuoc_ngoai")) == "dang_ky_thuong_tru"
    assert case_for("dang_ky_thuong_tru", Said(person="viet_kieu")) == "tu_nuoc_ngoai_ve"


def test_an_extension_tells_the_day_to_come_from_the_day_past() -> None:
    assert case_for("gia_han_tam_tru", Said(loss="sap_het_han")) == "con_han"
    assert case_for("gia_han_tam_tru", Said(loss="het_han")) == "qua_han"
