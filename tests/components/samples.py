"""Texts that break programs, and a corpus small enough to train on in a moment."""

import unicodedata
from collections.abc import Sequence

from hypothesis import strategies as st

from components.features import Views
from components.reading import views_of
from components.text import MAX_CHARACTERS
from components.understanding import Example

NAUGHTY = (
    "",
    " ",
    "\n\t\r\u00a0",
    "?!…",
    "🙂👨‍👩‍👧‍👦 căn cước 🇻🇳",
    "a\u200bb\ufeffc\u00ad",
    "\u0301\u0323 dấu rời",
    unicodedata.normalize("NFD", "Đăng ký tạm trú ở phường Nguyễn Cư Trinh được không ạ?"),
    "ﬁ ß İstanbul Ǆ ٣ tuổi",
    "한국어 漢字 עברית",
    "\x00\x1b[31m",
    "'; DROP TABLE turns; --",
    "{procedure} [x](y) /ask_fee{}",
    "a" * 5_000,
    "đăng ký tạm trú " * 400,
    "😀" * 3_000,
    "\ud83d",
)
"""The last one is half a pair of UTF-16: it can't be encoded, so spaCy never sees it (see `ENCODABLE`)."""
ENCODABLE = NAUGHTY[:-1]

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵfwjz"
vietnamese = st.text(alphabet=LETTERS + LETTERS.upper() + "0123456789 .,/?-\n", max_size=80)
anything = st.one_of(st.text(max_size=200), vietnamese, st.sampled_from(ENCODABLE))
assert all(len(text) < MAX_CHARACTERS for text in NAUGHTY[:11])

PROCEDURES = {"tach_ho": "tách hộ", "khai_bao_tam_vang": "tạm vắng", "cap_lai_the_can_cuoc": "làm lại căn cước"}
QUESTIONS = {
    "ask_fee": ("{} lệ phí bao nhiêu", "phí {} mấy đồng", "{} tốn bao nhiêu tiền ạ"),
    "ask_documents": ("{} cần giấy tờ gì", "giấy tờ {} gồm những gì", "đi {} mang theo giấy tờ nào"),
    "ask_where": ("{} ở đâu", "nộp {} chỗ nào", "{} ra phường nào nộp ạ"),
}
ACTS = {"greet": ("xin chào", "chào ad", "chào em nhé"), "thank": ("cảm ơn ad", "cảm ơn nhiều", "cám ơn em")}
UNSEEN = ("tach_ho", "ask_where")
"""The pair that the corpus never shows together."""


def views(text: str) -> Views:
    return views_of(text, text.split())


def written() -> Sequence[tuple[str, str, str]]:
    """Text, intent and procedure ("" for acts) of the small corpus."""
    asked = [
        (text.format(name), intent, procedure)
        for procedure, name in PROCEDURES.items()
        for intent, texts in QUESTIONS.items()
        if (procedure, intent) != UNSEEN
        for text in texts
    ]
    return asked + [(text, act, "") for act, texts in ACTS.items() for text in texts]


def corpus() -> list[Example]:
    return [Example(views(text), intent, procedure) for text, intent, procedure in written()]
