from pathlib import Path

from tests.web.serving import settings_for
from web.front import WELCOME, read_front


def test_the_page_opens_without_any_knowledge(tmp_path: Path) -> None:
    front = read_front(settings_for("", tmp_path, data=tmp_path))
    page = front.page("chat.html", bubbles=[], after=0, csrf="c", message_id="m", notice="", draft="</textarea><b>")
    assert front.menu == () and WELCOME in page
    assert "&lt;/textarea&gt;&lt;b&gt;" in page
