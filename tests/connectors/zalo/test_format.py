import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.zalo.format import (
    BUTTONS,
    CHARACTERS,
    TITLE_CHARACTERS,
    Piece,
    file_pieces,
    picture_pieces,
    pieces,
    plain,
)
from dialogue.hearing import typed_button

WORDS = st.text(alphabet=st.sampled_from(list("aếổđ.!?…;:*_•0\U0001f6a8e\u0301")), min_size=1, max_size=30)
GAPS = st.sampled_from([" ", " ", " ", "\n", "\n\n", "\n\n\n", ". ", "! "])
LONG = st.lists(st.tuples(WORDS, GAPS), max_size=60).map(lambda pairs: "".join(word + gap for word, gap in pairs) * 5)


def offered(count: int) -> list[tuple[str, str]]:
    return [(f"Nút {n}", f"#b:{n}") for n in range(1, count + 1)]


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_a_short_reply_is_one_piece_in_plain_text() -> None:
    reply = "**Lệ phí – Tạm trú**\n• **Trực tiếp:** 15.000 đồng\n• https://dichvucong.gov.vn/a_b_c\n_Căn cứ: Điều 4_"
    assert pieces(reply, [], numbered=False) == (
        Piece("Lệ phí – Tạm trú\n• Trực tiếp: 15.000 đồng\n• https://dichvucong.gov.vn/a_b_c\nCăn cứ: Điều 4"),
    )


def test_signs_that_mark_nothing_stay() -> None:
    assert plain("2 ** 3 và a_b_ _c_ d") == "2 ** 3 và a_b_ _c_ d"


def test_a_reply_without_words_and_buttons_is_no_message() -> None:
    assert pieces(" \n\n ", [], numbered=False) == pieces("", [], numbered=True) == ()


def test_buttons_without_words_get_some() -> None:
    (piece,) = pieces("", offered(2), numbered=False)
    assert piece.text and piece.buttons == tuple(offered(2))


def test_buttons_are_under_the_last_piece_only() -> None:
    made = pieces("Một câu dài. " * 400, offered(3), numbered=False)
    assert len(made) > 2 and [len(piece.buttons) for piece in made] == [0] * (len(made) - 1) + [3]


def test_five_buttons_are_buttons_and_the_sixth_is_a_line_with_its_number() -> None:
    assert pieces("Chọn", offered(5), numbered=False) == (Piece("Chọn", tuple(offered(5))),)
    (piece,) = pieces("Chọn", offered(7), numbered=False)
    assert piece.buttons == tuple(offered(5))
    assert piece.text == "Chọn\n\nHoặc nhắn số để chọn:\n6. Nút 6\n7. Nút 7"


def test_without_buttons_every_choice_has_a_number() -> None:
    (piece,) = pieces("Chọn", offered(3), numbered=True)
    assert piece == Piece("Chọn\n\nAnh/chị nhắn số để chọn:\n1. Nút 1\n2. Nút 2\n3. Nút 3")


@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize("count", [6, 12, 120])
def test_a_number_means_the_same_button_to_the_dialogue(numbered, count) -> None:
    buttons = [{"title": f"Nút {n}", "payload": f"/p{n}"} for n in range(1, count + 1)]
    made = pieces("Chọn", [(b["title"], b["payload"]) for b in buttons], numbered=numbered)
    lines = re.findall(r"^(\d+)\. (.+)$", "\n".join(piece.text for piece in made), re.MULTILINE)
    assert len(lines) == min(count, 99) - (0 if numbered else BUTTONS)
    for number, title in lines:
        assert typed_button(number, buttons) == next(b["payload"] for b in buttons if b["title"] == title)


def test_a_long_title_is_cut_and_a_number_line_is_not() -> None:
    title = "Đăng ký " * 20
    (piece,) = pieces("a", [(title, "#b:1")], numbered=False)
    assert len(piece.buttons[0][0]) <= TITLE_CHARACTERS and piece.buttons[0][0].endswith("ký…")
    assert title.strip() in pieces("a", [(title, "#b:1")], numbered=True)[0].text
    assert pieces("a", [("**\n**", "#b:1")], numbered=False)[0].buttons[0][0]


def test_a_text_is_cut_at_a_paragraph_before_a_sentence_before_a_word() -> None:
    sentence = "Câu này có đúng ba mươi ký tự. "
    paragraphs = "\n\n".join([sentence * 40, sentence * 40])
    assert [piece.text for piece in pieces(paragraphs, [], numbered=False)] == [(sentence * 40).strip()] * 2
    first, second = pieces(sentence * 80, [], numbered=False)
    assert first.text.endswith("tự.") and second.text.startswith("Câu")
    first, _ = pieces("từ " * 1000, [], numbered=False)
    assert first.text.endswith("từ") and len(first.text) == 1_898


def test_no_border_is_taken_that_would_leave_a_crumb() -> None:
    first, _ = pieces("Tiêu đề\n\n" + "từ " * 700, [], numbered=False)
    assert len(first.text) > CHARACTERS // 2


def test_a_word_longer_than_a_message_is_cut() -> None:
    assert [len(piece.text) for piece in pieces("a" * 4_000, [], numbered=False)] == [1_900, 1_900, 200]
    assert [units(piece.text) for piece in pieces("🚨" * 1_000, [], numbered=False)] == [1_900, 100]


@given(LONG)
def test_no_word_is_lost_and_the_order_stays(text) -> None:
    made = pieces(text, [], numbered=False)
    assert [word for piece in made for word in piece.text.split()] == plain(text).split()


@given(LONG | st.text(max_size=5_000), st.integers(0, 12), st.booleans())
def test_every_piece_can_be_sent(text, count, numbered) -> None:
    made = pieces(text, offered(count), numbered=numbered)
    for piece in made:
        assert 1 <= len(piece.text) <= units(piece.text) <= CHARACTERS
        assert piece.text == piece.text.strip() == unicodedata.normalize("NFC", piece.text)
        assert len(piece.buttons) <= BUTTONS and not (numbered and piece.buttons)
    whole = "".join("".join(piece.text.split()) for piece in made)
    assert whole.startswith("".join(plain(text).split()))


def test_a_picture_has_its_caption_under_it() -> None:
    assert picture_pieces("**CT01** – Tờ khai") == (Piece("CT01 – Tờ khai", kind="image"),)
    assert picture_pieces("") == (Piece("", kind="image"),)
    first, last = picture_pieces("từ " * 700)
    assert (first.kind, last.kind) == ("text", "image") and last.text


@pytest.mark.parametrize(
    ("said", "texts"),
    [
        ("Tờ khai cư trú **CT01**, bản mới.\nct01.pdf", []),
        ("TỜ KHAI cư trú.\nct01.pdf", []),
        ("Tờ khai.\nct01.pdf", ["CT01 – Tờ khai cư trú"]),
        ("", ["CT01 – Tờ khai cư trú"]),
    ],
)
def test_a_caption_goes_before_a_file_where_it_says_something_new(said, texts) -> None:
    *before, file = file_pieces("CT01 – Tờ khai cư trú", said)
    assert file == Piece("", kind="file") and [piece.text for piece in before] == texts
    assert file_pieces("", said) == (file,)
