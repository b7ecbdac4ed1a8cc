"""Files."""

from pathlib import Path

from emulator.cdn import Cdn, media_type


def test_a_file_is_found_by_its_name_in_memory_and_in_a_folder(tmp_path: Path) -> None:
    for cdn in (Cdn(), Cdn(tmp_path / "files")):
        name = cdn.put(b"noi dung", "PDF")
        assert name.endswith(".pdf") and cdn.get(name) == b"noi dung"
    assert Cdn(tmp_path / "files").get(name) == b"noi dung"


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("x")
    cdn = Cdn(tmp_path / "files")
    cdn.put(b"x", "png")
    assert cdn.get("../secret.txt") is None and cdn.get("a" * 24 + ".png") is None


def test_an_extension_is_cleaned() -> None:
    assert Cdn().put(b"x", "../../x").endswith(".x") and Cdn().put(b"x", "??").endswith(".bin")


def test_recordings_have_their_type() -> None:
    assert media_type("a.amr") == "audio/amr" and media_type("a.png") == "image/png"
