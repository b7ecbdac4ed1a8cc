"""What is read before and around the model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.hearing import (
    NUMBER_OF_NOTHING,
    typed_button,
    typed_earlier,
    typed_name,
    undenied,
    understood,
    unreadable,
)
from procedures.load import read_catalog
from storage.settings import ROOT
from storage.turns import TEXT_CHARACTERS

CATALOG = read_catalog(ROOT / "data")[0]
OFFERED = [{"title": "Giấy tờ cần có", "payload": "/a"}, {"title": "Lệ phí", "payload": "/b"}]


@given(st.text(max_size=300))
def test_typed_text_is_a_button_only_by_number_or_label(text) -> None:
    assert typed_button(text, OFFERED) in (None, "/a", "/b", NUMBER_OF_NOTHING)


@pytest.mark.parametrize("text", ["2 tháng", "con tôi 2 tuổi", "2 người", "CT01", "", "!!!", "113 là gì"])
def test_a_number_in_a_sentence_is_no_button(text) -> None:
    assert typed_button(text, OFFERED) is None


@pytest.mark.parametrize("text", ["/restart", '/ask_fee{"procedure": "tach_ho"}', "#huy", " /request_officer{"])
def test_a_command_or_payload_typed_by_hand_means_nothing(text) -> None:
    assert typed_button(text, OFFERED) == NUMBER_OF_NOTHING


def test_a_label_of_an_older_reply_means_what_it_stood_under_unless_it_is_common() -> None:
    """A button offered under one matter is not read as another one's when the talk has moved on."""
    older = [*OFFERED, {"title": "Có", "payload": "/c"}, {"title": "Cha mẹ chưa có VNeID", "payload": "/d"}]
    assert typed_earlier("cha me chua co vneid", older) == "/d"
    assert [typed_earlier(text, older) for text in ("giấy tờ cần có", "lệ phí", "có", "tạm trú")] == [None] * 4


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("nhà đã bán, sang tên", '/ask_overview{"procedure": "xoa_dang_ky_thuong_tru", "case": "'),
        ("Chu nha khong cho giu", '/ask_overview{"procedure": "xoa_dang_ky_thuong_tru", "case": "'),
        ("điều chỉnh thông tin về cư trú", '/ask_overview{"procedure": "dieu_chinh_thong_tin_cu_tru"'),
    ],
)
def test_what_an_answer_names_can_be_typed(text: str, payload: str, catalog) -> None:
    assert (typed_name(text, catalog, {"procedure": "xoa_dang_ky_thuong_tru"}) or "").startswith(payload)


def test_every_name_of_a_case_and_quick_answer_is_its_own(catalog) -> None:
    for procedure in catalog.procedures.values():
        for one in (*procedure.cases, *procedure.situations):
            payload = typed_name(one.label, catalog, {"procedure": procedure.id, "question": "fee"})
            assert payload is not None and procedure.id in payload


@given(st.text(max_size=60))
def test_other_texts_are_no_names(text: str) -> None:
    assert typed_name(text + " xyz", CATALOG, {"procedure": "tach_ho"}) is None
    assert typed_name("", CATALOG, {"procedure": "tach_ho"}) is None


@given(st.text(max_size=TEXT_CHARACTERS + 5))
def test_texts_are_unreadable_for_a_named_reason_only(text) -> None:
    assert unreadable(text) in (None, "empty", "too_long", "attachment")


@pytest.mark.parametrize("text", ["[x] cần gì", "xem https://a.vn giúp em", "(hình)"])
def test_a_picture_or_link_with_words_is_read(text) -> None:
    assert unreadable(text) is None


class Parser:
    """Greets whatever holds "chào", asks whatever holds "phí"; both together look like a greeting."""

    def __init__(self, sure: float = 0.9) -> None:
        self.sure, self.seen = sure, []

    async def understand(self, text: str, matter: str | None = None):
        self.seen.append(text)
        name = "greet" if "chào" in text else "ask_fee" if "phí" in text else "unclear"
        return {"text": text, "intent": {"name": name, "confidence": self.sure}}


@pytest.mark.parametrize("text", ["chào em, lệ phí tạm trú", "em chào ạ cho em hỏi lệ phí", "chào.\nphí bao nhiêu?"])
async def test_a_question_after_a_greeting_counts_and_keeps_the_whole_text(text) -> None:
    parsed = await understood(text, Parser())
    assert (parsed["intent"]["name"], parsed["text"]) == ("ask_fee", text)


@pytest.mark.parametrize("text", ["chào em", "chào em, ngày mới tốt lành", "chào, phí"])
async def test_a_greeting_without_a_question_stays_a_greeting(text) -> None:
    assert (await understood(text, Parser()))["intent"]["name"] == "greet"


async def test_a_doubtful_clause_does_not_win() -> None:
    assert (await understood("chào em, lệ phí tạm trú", Parser(sure=0.4)))["intent"]["name"] == "greet"


async def test_an_ordinary_message_is_parsed_once() -> None:
    parser = Parser()
    await understood("lệ phí, tạm trú, bao nhiêu", parser)
    assert len(parser.seen) == 1


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("nhà mua, không phải nhà thuê", ["nha_minh"]),
        ("tôi đâu có thuê nhà thuê", ["nha_thue"]),
        ("nhà thuê có được không phải làm gì", ["nha_thue"]),
    ],
)
def test_what_is_denied_is_not_heard(text: str, kept: list[str]) -> None:
    words = {"nhà mua": "nha_minh", "nhà thuê": "nha_thue"}
    found = [
        {"entity": "dwelling", "value": value, "start": text.index(word), "end": text.index(word) + len(word)}
        for word, value in words.items()
        if word in text
    ]
    assert [entity["value"] for entity in undenied({"entities": found}, text)["entities"]] == kept
