import re

import pytest

from web.assets import FOLDER, Assets, content_hash
from web.front import TEMPLATES


def test_names_change_with_the_content() -> None:
    css = FOLDER / "chat.css"
    assert Assets().url("chat.css") == f"/static/chat.{content_hash(css.read_bytes())}.css"


def test_fonts_carry_the_hash_of_their_content() -> None:
    fonts = list((FOLDER / "fonts").glob("*.woff2"))
    assert len(fonts) == 4
    for font in fonts:
        assert font.name.split(".")[1] == content_hash(font.read_bytes())


def test_the_style_sheet_of_the_fonts_names_only_fonts_that_exist() -> None:
    named = set(re.findall(r'url\("([^"]+)"\)', (FOLDER / "fonts.css").read_text(encoding="utf-8")))
    assert named == {f"fonts/{font.name}" for font in (FOLDER / "fonts").glob("*.woff2")}


@pytest.mark.parametrize(("page", "own"), [("base.html", "chat.css"), ("console/base.html", "console.css")])
def test_both_pages_have_the_fonts_before_their_own_style(page, own) -> None:
    html = (TEMPLATES / page).read_text(encoding="utf-8")
    assert re.findall(r"stylesheet.*asset\('(.+)'\)", html) == ["fonts.css", own]
    assert "@font-face" not in (FOLDER / own).read_text(encoding="utf-8")


def test_the_licence_of_the_font_comes_with_it() -> None:
    assert "SIL Open Font License" in (FOLDER / "fonts" / "OFL.txt").read_text(encoding="utf-8")


def test_the_script_stays_small_enough_to_read() -> None:
    assert len((FOLDER / "chat.js").read_text(encoding="utf-8").splitlines()) <= 250
