"""The conversation is weighed in: what follows an answer is mostly about the same matter."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.context import AFTER_ANSWER, in_context

MEMORY = {"procedure": "dang_ky_tam_tru", "question": "documents"}


def parsed(
    acts: list,
    procedures: list | None = None,
    *,
    question: str = "fee",
    intent: str = "",
    sure: float = 0.5,
    text: str = "tách hộ",
) -> dict[str, Any]:
    """Parse data as the classifier writes it; the best procedure is named."""
    act, procedures = acts[0][0], procedures or []
    named = [{"entity": "procedure", "value": procedures[0][0]}] if procedures and procedures[0][0] != "none" else []
    name = intent or (f"ask_{question}" if act == "ask" else act)
    understanding = {"act": act, "acts": acts, "questions": [question], "procedures": procedures}
    understanding["question_confidence"] = sure
    return {
        "text": text,
        "intent": {"name": name, "confidence": acts[0][1]},
        "entities": [{"entity": "age", "value": "7"}, *named],
        "understanding": understanding,
    }


def entities(result: dict[str, Any]) -> list[str]:
    return [entity["value"] for entity in result["entities"]]


@pytest.mark.parametrize("slots", [None, {}, {"procedure": None}])
def test_a_first_message_is_read_alone(slots) -> None:
    message = parsed([("unclear", 0.6), ("ask", 0.4)])
    assert in_context(message, slots) == message


def test_a_vague_question_after_an_answer_is_a_question() -> None:
    """ "giấy tờ gì" alone is too vague; after "đăng ký tạm trú" it is not."""
    vague = [("unclear", 0.97), ("ask", 0.01)]
    assert in_context(parsed(vague, question="documents", sure=0.9), MEMORY)["intent"]["name"] == "ask_documents"
    assert in_context(parsed(vague, question="documents", sure=0.4), MEMORY)["intent"]["name"] == "unclear"


def test_a_question_beside_going_back_is_asked() -> None:
    """ "quay lại vụ khai báo, không khai bị phạt nhiêu"."""
    both = [("go_back", 0.6), ("ask", 0.3)]
    assert in_context(parsed(both, question="penalty", sure=0.95), MEMORY)["intent"]["name"] == "ask_penalty"
    assert in_context(parsed(both, question="penalty", sure=0.5), MEMORY)["intent"]["name"] == "go_back"


@pytest.mark.parametrize("topic", ["ask_status", "report_crime"])
def test_after_a_report_or_a_look_at_progress_more_of_the_same_is_likely(topic) -> None:
    """ "chưa thấy ai gọi" after "hồ sơ của em duyệt chưa", "giấu tên giúp em" after a tip."""
    message = parsed([("unclear", 0.5), (topic, 0.2), ("complaint", 0.2)])
    assert in_context(message, {"topic": topic})["intent"]["name"] == topic
    assert in_context(message, {})["intent"]["name"] == "unclear"


def test_after_the_bots_own_question_an_answer_is_likely() -> None:
    message = parsed([("out_of_scope", 0.5), ("ask", 0.4)], [("tach_ho", 0.9)])
    assert in_context(message, {"asked_back": 1})["intent"]["name"] == "ask_fee"


def test_what_the_classifier_doubted_is_taken_when_the_conversation_makes_it_likely() -> None:
    result = in_context(parsed([("ask", 0.3), ("unclear", 0.3), ("out_of_scope", 0.2)], intent="unclear"), MEMORY)
    assert result["intent"]["name"] == "ask_fee" and result["intent"]["confidence"] > 0.5


@pytest.mark.parametrize("act", ["report_fire", "emergency", "request_officer", "out_of_scope", "thanks"])
def test_a_clear_act_stays_what_it_is(act) -> None:
    message = parsed([(act, 0.9), ("ask", 0.1)])
    assert in_context(message, MEMORY)["intent"] == message["intent"]


@pytest.mark.parametrize(
    ("procedures", "named"),
    [
        ([("tach_ho", 0.9), ("none", 0.05)], True),
        ([("tach_ho", 0.4), ("none", 0.3)], False),
        ([("tach_ho", 0.5), ("dang_ky_tam_tru", 0.3)], False),
        ([("tach_ho", 0.3)], False),
        ([("none", 0.9)], False),
    ],
)
def test_another_matter_must_be_likelier_than_the_one_in_memory(procedures, named) -> None:
    result = in_context(parsed([("ask", 0.9)], procedures), MEMORY)
    assert entities(result) == ["7", "tach_ho"] if named else ["7"]
    assert bool(result["understanding"]["procedures"]) is named


def test_another_matter_that_no_word_names_must_be_nearly_certain() -> None:
    for sure, named in ((0.8, False), (0.95, True)):
        result = in_context(parsed([("ask", 0.9)], [("tach_ho", sure)], text="thế còn bé thì sao"), MEMORY)
        assert ("tach_ho" in entities(result)) is named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("đổi ở chỗ tạm trú được không", False),
        ("mang theo cái sổ hộ khẩu được không", False),
        ("sổ hộ khẩu xanh còn giữ đây", False),
        ("làm tạm trú được không", True),
    ],
)
def test_a_place_or_a_paper_is_not_the_matter(text, named) -> None:
    memory = {"procedure": "cap_doi_the_can_cuoc"}
    result = in_context(parsed([("ask", 0.9)], [("dang_ky_tam_tru", 0.99)], text=text), memory)
    assert ("dang_ky_tam_tru" in entities(result)) is named


@pytest.mark.parametrize(
    ("memory", "other", "text", "named"),
    [
        ("khai_bao_tam_tru_nguoi_nuoc_ngoai", "thong_bao_luu_tru", "khách tới lúc nửa đêm thì sao", False),
        ("khai_bao_tam_tru_nguoi_nuoc_ngoai", "thong_bao_luu_tru", "thế khách Việt thì lưu trú sao", True),
        ("cap_lai_the_can_cuoc", "cap_doi_the_can_cuoc", "thẻ mới có bị đổi số không", False),
        ("cap_lai_the_can_cuoc", "cap_doi_the_can_cuoc", "còn thẻ của mẹ em hết hạn", True),
    ],
)
def test_a_neighbouring_matter_needs_its_words(memory, other, text, named) -> None:
    result = in_context(parsed([("ask", 0.9)], [(other, 0.99)], text=text), {"procedure": memory})
    assert (other in entities(result)) is named


def test_what_speaks_for_the_matter_in_memory_speaks_against_other_offices() -> None:
    """ "cần passport với visa đúng không" after the declaration of a foreigner."""
    acts, memory = [("out_of_scope", 0.95), ("ask", 0.01)], {"procedure": "khai_bao_tam_tru_nguoi_nuoc_ngoai"}
    papers = parsed(acts, [("khai_bao_tam_tru_nguoi_nuoc_ngoai", 0.7)], question="documents", text="cần visa không")
    assert in_context(papers, memory)["intent"]["name"] == "ask_documents"
    extension = parsed(acts, [("none", 0.9)], text="gia hạn visa ở đâu")
    assert in_context(extension, memory)["intent"]["name"] == "out_of_scope"


def test_an_aside_that_asks_is_a_question_after_an_answer() -> None:
    acts = [("chitchat", 0.55), ("ask", 0.15)]
    asking = in_context(parsed(acts, question="where", text="phải ra phường à"), MEMORY)
    assert asking["intent"]["name"] == "ask_where"
    assert in_context(parsed(acts, question="where", text="vui ghê"), MEMORY)["intent"]["name"] == "chitchat"


def test_progress_needs_a_word_of_an_application() -> None:
    acts = [("ask_status", 0.6), ("ask", 0.15)]
    assert in_context(parsed(acts, text="bao giờ có thẻ"), MEMORY)["intent"]["name"] == "ask_fee"
    assert in_context(parsed(acts, text="hồ sơ tới đâu rồi"), MEMORY)["intent"]["name"] == "ask_status"


def test_a_correction_without_another_matter_corrects_what_was_said_of_this_one() -> None:
    told = "không, hồ sơ này là của con tôi chứ không phải của tôi"
    assert in_context(parsed([("correct", 0.9)], [("none", 0.9)], text=told), MEMORY)["intent"]["name"] == "inform_case"
    asked = parsed([("correct", 0.9)], [("none", 0.9)], question="where", sure=0.95, text=told)
    assert in_context(asked, MEMORY)["intent"]["name"] == "ask_where"
    for text in ("không phải cái đó", "nhầm rồi bạn ơi tôi có hỏi thủ tục đó đâu"):
        assert in_context(parsed([("correct", 0.9)], text=text), MEMORY)["intent"]["name"] == "correct"


@pytest.mark.parametrize("intent", ["compare", "start_over"])
def test_acts_that_look_back_by_themselves_are_left_alone(intent) -> None:
    message = parsed([(intent, 0.6), ("ask", 0.4)], [("khai_bao_tam_vang", 0.5), ("none", 0.5)])
    assert in_context(message, MEMORY) is message


@given(st.lists(st.tuples(st.sampled_from([*AFTER_ANSWER, "thanks"]), st.floats(0, 1)), min_size=1, max_size=5))
def test_the_intent_is_always_one_of_those_ranked(acts) -> None:
    names = {"ask_fee" if name == "ask" else name for name, _ in acts}
    result = in_context(parsed(acts), MEMORY)
    assert result["intent"]["name"] in names
    assert 0 <= result["intent"]["confidence"] <= 1
