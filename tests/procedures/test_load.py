from __future__ import annotations

from pathlib import Path

from procedures.load import digest, knowledge_files, read_catalog
from procedures.problems import Problem
from tests.procedures.samples import VALID, tree


def read(data: Path) -> list[tuple[str, str]]:
    return [(problem.file, problem.code) for problem in read_catalog(data)[1]]


def test_the_small_tree_reads_without_a_problem() -> None:
    catalog, problems = read_catalog(VALID)
    assert problems == []
    assert set(catalog.procedures) == {"dang_ky_mau", "the_mau"}
    assert catalog.procedures["the_mau"].field_name == "can_cuoc"
    assert (set(catalog.laws), set(catalog.forms)) == ({"luat_mau", "luat_cu"}, {"ct01"})
    assert (set(catalog.replies), set(catalog.out_of_scope), set(catalog.choices)) == ({"greet"}, {"ho_tich"}, {"menu"})
    assert set(catalog.units) == {"don_vi_mau"}


def test_shared_facts_are_put_in_place_with_the_cases_of_the_user(tmp_path: Path) -> None:
    data = tree(tmp_path)
    path = data / "procedures/cu_tru/dang_ky_mau.yml"
    text = path.read_text(encoding="utf-8").replace("{use: noi_nop}", "{use: noi_nop, cases: [nha_thue]}")
    path.write_text(text, encoding="utf-8")
    catalog, _ = read_catalog(data)
    (here,) = catalog.procedures["dang_ky_mau"].questions["where"]
    (there,) = catalog.procedures["the_mau"].questions["where"]
    assert (here.cases, there.cases) == (frozenset({"nha_thue"}), frozenset())
    assert here.file == "data/procedures/chung/chung.yml"


def test_a_situation_takes_shared_facts_too(tmp_path: Path) -> None:
    data = tree(tmp_path)
    path = data / "procedures/cu_tru/dang_ky_mau.yml"
    text = path.read_text(encoding="utf-8").replace(
        "    facts:\n      - since", "    facts:\n      - use: noi_nop\n      - since", 1
    )
    path.write_text(text, encoding="utf-8")
    catalog, problems = read_catalog(data)
    (one,) = catalog.procedures["dang_ky_mau"].situations
    assert not problems and [fact.item for fact in one.facts] == ["noi_nop", "chinh"]


def test_a_situation_takes_an_item_of_its_own_file_for_every_case(tmp_path: Path) -> None:
    data = tree(tmp_path)
    path = data / "procedures/cu_tru/dang_ky_mau.yml"
    before, _ = read_catalog(data)
    fee = before.procedures["dang_ky_mau"].questions["fee"]
    text = path.read_text(encoding="utf-8").replace(
        "    facts:\n      - since", f"    facts:\n      - use: {fee[0].item}\n      - since", 1
    )
    path.write_text(text, encoding="utf-8")
    catalog, problems = read_catalog(data)
    (one,) = catalog.procedures["dang_ky_mau"].situations
    same = [entry for entry in fee if entry.item == fee[0].item]
    assert not problems and [fact.text for fact in one.facts[:-1]] == [entry.text for entry in same]
    assert not any(fact.cases for fact in one.facts)


def test_a_registry_that_is_no_list_is_reported(tmp_path: Path) -> None:
    data = tree(tmp_path)
    (data / "units/don_vi.yml").write_text("id: a", encoding="utf-8")
    assert read(data) == [("data/units/don_vi.yml", "KB005")]


def test_a_procedure_file_that_is_a_list_is_reported(tmp_path: Path) -> None:
    data = tree(tmp_path)
    (data / "procedures/cu_tru/them.yml").write_text("- a", encoding="utf-8")
    assert read(data) == [("data/procedures/cu_tru/them.yml", "KB005")]


def test_an_empty_file_is_no_procedure(tmp_path: Path) -> None:
    data = tree(tmp_path)
    (data / "procedures/cu_tru/them.yml").write_text("# chưa viết\n", encoding="utf-8")
    assert set(read_catalog(data)[0].procedures) == {"dang_ky_mau", "the_mau"}


def test_one_id_in_both_folders_is_reported_and_the_first_kept(tmp_path: Path) -> None:
    data = tree(tmp_path)
    text = (data / "procedures/can_cuoc/the_mau.yml").read_text(encoding="utf-8")
    (data / "procedures/cu_tru/the_mau.yml").write_text(text, encoding="utf-8")
    catalog, problems = read_catalog(data)
    cause = 'Mã "the_mau" đã có ở data/procedures/cu_tru/the_mau.yml.'
    assert problems == [Problem("data/procedures/can_cuoc/the_mau.yml", 1, "KB027", cause)]
    assert catalog.procedures["the_mau"].field_name == "cu_tru"


def test_a_file_without_its_id_is_still_known_by_its_name(tmp_path: Path) -> None:
    data = tree(tmp_path)
    path = data / "procedures/can_cuoc/the_mau.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("procedure: the_mau\n", ""), encoding="utf-8")
    catalog, problems = read_catalog(data)
    assert "the_mau" in catalog.procedures
    assert [problem.code for problem in problems] == ["KB004"]


def test_a_file_in_a_folder_nobody_reads_is_reported(tmp_path: Path) -> None:
    data = tree(tmp_path)
    (data / "procedures/lac.yml").write_text("a: 1", encoding="utf-8")
    assert read(data) == [("data/procedures/lac.yml", "KB033")]


def test_the_digest_changes_with_any_content_and_with_nothing_else(tmp_path: Path) -> None:
    data = tree(tmp_path)
    before = digest(data)
    assert before == digest(VALID) and len(before) == 12
    (data / "ghi_chu.txt").write_text("không tính", encoding="utf-8")
    assert digest(data) == before
    path = knowledge_files(data)[0]
    path.write_text(path.read_text(encoding="utf-8") + "\n# thêm\n", encoding="utf-8")
    assert digest(data) != before
