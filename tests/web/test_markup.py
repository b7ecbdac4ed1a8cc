from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.markup import reply_html

NOTATION = st.text(alphabet=st.sampled_from(list("*_• \n<>&\"'=/ab1345.0đ")), max_size=80)
ALLOWED = {"p": {"class"}, "ul": {"role"}, "li": set(), "strong": set(), "a": {"class", "href"}}


class Reader(HTMLParser):
    """Fails on a tag that is not allowed or not closed; collects the text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attrs} <= ALLOWED[tag]
        assert all(str(value).startswith("tel:") for name, value in attrs if name == "href")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


@given(st.one_of(st.text(max_size=200), NOTATION))
def test_any_text_becomes_allowed_and_balanced_tags_and_keeps_its_words(text: str) -> None:
    shown = read(str(reply_html(text))).text
    kept = [c for c in text if not c.isspace() and c not in "*_•\x1c\x1d\x1e\x1f"]
    assert [c for c in shown if not c.isspace() and c not in "*_•\x1c\x1d\x1e\x1f"] == kept


def test_tags_in_a_reply_are_shown_and_not_obeyed() -> None:
    assert reply_html('<script>x</script> **<b onclick="y">**') == (
        "<p>&lt;script&gt;x&lt;/script&gt; <strong>&lt;b onclick=&#34;y&#34;&gt;</strong></p>"
    )


def test_lines_points_and_small_print() -> None:
    html = reply_html("**Lệ phí**\n• Online: 7.000 đồng\n• Trực tiếp: 15.000 đồng\n\nHết.\n_Căn cứ: Điều 4._")
    assert html == (
        '<p><strong>Lệ phí</strong></p><ul role="list"><li>Online: 7.000 đồng</li><li>Trực tiếp: 15.000 đồng</li></ul>'
        '<p>Hết.</p><p class="small">Căn cứ: Điều 4.</p>'
    )


def test_stars_without_a_partner_stay() -> None:
    assert reply_html("2 ** 3 **a") == "<p>2 ** 3 **a</p>"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Gọi **113**, 114, 115.", ["113", "114", "115"]),
        ("🚨 **Gọi 114 ngay** (bị thương: 115).", ["114", "115"]),
        ("Trẻ em: gọi thêm 111. Gọi 112 (thiên tai)", ["111", "112"]),
        ("Tổng đài 1900.0368 ạ", ["19000368"]),
        ("115.000 đồng; 115 đồng; 114 ngày; 1113; 0113", []),
        ("NĐ 112/2020, Điều 113, khoản 114, TT 115/2021, số 111", []),
        ("_Căn cứ: gọi 113._", []),
    ],
)
def test_only_telephone_numbers_can_be_called(text: str, numbers: list[str]) -> None:
    links = [part.split('"')[0] for part in str(reply_html(text)).split('href="tel:')[1:]]
    assert links == numbers
