"""The two views of a text: what is undone, what is kept, and where each word stands."""

import unicodedata

import pytest
from hypothesis import given

from components.text import MAX_CHARACTERS, fold, folded_tokens, has_accents, lexicon, plain_words, strip_accents, typed
from tests.components.samples import NAUGHTY, anything, vietnamese


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        # telex
        ("ddawng kys tajm trus", "dang ky tam tru"),
        ("cawn cuowcs heets hajn", "can cuoc het han"),
        ("nhw", "nhu"),
        # VNI
        ("dang9 ky1 tam5 tru1", "dang ky tam tru"),
        ("d9ang8 ky1", "dang ky"),
        # teencode
        ("Đk tạm trú cần jấy tờ j ạ?", "dang ky tam tru can giay to gi a"),
        ("đi đc k", "di duoc khong"),
        ("hs gồm j z ad", "ho so gom gi vay admin"),
        ("lm lai the bn tien", "lam lai the bao nhieu tien"),
        ("em ở ktx", "em o ky tuc xa"),
        # runs of words
        ("đk k", "duoc khong"),
        ("ca xa", "cong an xa"),
        # held-down keys
        ("duocccc khonggg", "duoc khong"),
        ("nhieuuuu", "nhieu"),
        # no spaces
        ("dangkytamtru", "dang ky tam tru"),
        ("thẻcủachồng emsaingàysinh", "the cua chong em sai ngay sinh"),
        ("ởcôngantỉnh đượckhôngạ", "o cong an tinh duoc khong a"),
        ("chobé5tuổi nhà 2tuổirồimà", "cho be 5 tuoi nha 2 tuoi roi ma"),
        ("emtraphong ve malaysia hop marathon", "em tra phong ve malaysia hop marathon"),
        ("ct01 kt3 8h30 sim4g", "ct01 kt3 8h30 sim4g"),
        ("lamcancuoc", "lam can cuoc"),
        # regions
        ("hông", "khong"),
    ],
)
def test_typing_is_undone(text, folded) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("thẻ hỏng", "the hong"),
        ("hẻm 12", "hem 12"),
        ("mẫu CT01", "mau ct01"),
        ("q12", "q12"),
        ("12/5 Lê Lợi", "12/5 le loi"),
        ("app VNeID", "app vneid"),
        ("đi bus, taxi", "di bus taxi"),
        ("", ""),
        ("🙂 ?!", ""),
    ],
)
def test_what_is_no_leftover_is_kept(text, folded) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize("text", NAUGHTY)
def test_no_text_breaks_the_views(text) -> None:
    for view in (fold(text), typed(text)):
        assert view == " ".join(view.split())
    assert len(typed(text)) <= MAX_CHARACTERS * 2
    assert has_accents(text) in (True, False)


@given(anything)
def test_the_folded_view_has_no_accents_and_no_capitals(text) -> None:
    folded = fold(text)
    assert folded == strip_accents(folded).lower()


@given(anything)
def test_folding_again_only_reads_short_words(text) -> None:
    """`hẻm` folds to `hem`, which typed without accents means "không"; every other word stays."""
    known, once = lexicon(), fold(text)
    readable = set(known.words) | {word for run in known.phrases for word in run.split()}
    if not readable & set(once.split()):
        assert fold(once) == once


@given(vietnamese)
def test_composed_and_decomposed_letters_are_the_same(text) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert fold(composed) == fold(decomposed)
    assert typed(composed) == typed(decomposed)
    assert has_accents(composed) == has_accents(decomposed)


def test_both_tone_placements_are_one() -> None:
    assert typed("HÒA  thủy") == typed("hoà thuỷ")


@pytest.mark.parametrize(
    ("text", "expected"), [("chào", True), ("đi", True), ("ĐI", True), ("chao", False), ("123 🙂", False)]
)
def test_accents_are_noticed(text, expected) -> None:
    assert has_accents(text) is expected


def test_one_typed_word_may_mean_several() -> None:
    assert plain_words("cccd") == ("can", "cuoc", "cong", "dan")
    assert plain_words("cước") == ("cuoc",)


@given(anything)
def test_places_of_folded_words_are_true(text) -> None:
    before = 0
    for word, start, end in folded_tokens(text):
        assert word and before <= start < end <= min(len(text), MAX_CHARACTERS)
        assert word in plain_words(typed(text[start:end]))
        before = start


def test_a_short_form_at_the_end_is_a_particle_unless_a_word_before_it_makes_it_a_noun() -> None:
    assert fold("phai co ba me di chung hk") == "phai co ba me di chung khong"
    assert fold("em muon nhap hk") == "em muon nhap ho khau"
    assert fold("hk cua em") == "ho khau cua em"


def test_places_point_into_decomposed_text_with_its_accents() -> None:
    text = unicodedata.normalize("NFD", "🙂 Tạm trú")
    assert [(word, text[start:end]) for word, start, end in folded_tokens(text)] == [
        ("tam", unicodedata.normalize("NFD", "Tạm")),
        ("tru", unicodedata.normalize("NFD", "trú")),
    ]


def test_the_words_of_a_short_form_share_its_place() -> None:
    assert folded_tokens("mất cccd") == (
        ("mat", 0, 3), ("can", 4, 8), ("cuoc", 4, 8), ("cong", 4, 8), ("dan", 4, 8),
    )  # fmt: skip


def test_the_lexicon_reads_only_plain_words() -> None:
    known = lexicon()
    assert all(word == strip_accents(word) for word in known.words)
    assert all(has_accents(word) for word in known.accented if word != "thui")
    assert all(2 <= len(run.split()) <= 3 for run in known.phrases)
