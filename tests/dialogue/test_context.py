"""The conversation is weighed in: what follows an answer is mostly about the same matter."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.payload import of_question
from components.talk import GROUPS
from components.text import fold
from dialogue.context import AFTER_QUESTION, in_context, talk_before
from procedures import Question

MEMORY = {"procedure": "dang_ky_tam_tru", "question": "documents"}


def parsed(
    acts: list,
    talk: dict[str, Any] | None = None,
    *,
    procedures: list | None = None,
    questions: tuple[str, ...] = ("fee",),
    intent: str = "",
    sure: float = 0.5,
    text: str = "thế thì sao",
    told: tuple[tuple[str, str], ...] = (("age", "7"),),
) -> dict[str, Any]:
    """Parse data as the classifier writes it; the best procedure is named."""
    act, procedures = acts[0][0], procedures or []
    named = [{"entity": "procedure", "value": procedures[0][0]}] if procedures and procedures[0][0] != "none" else []
    name = intent or (f"ask_{questions[0]}" if act == "ask" else act)
    understanding = {"act": act, "acts": acts, "questions": list(questions), "procedures": procedures}
    understanding |= {"question_confidence": sure, **({"talk": talk} if talk else {})}
    return {
        "text": text,
        "intent": {"name": name, "confidence": acts[0][1]},
        "entities": [*({"entity": name, "value": value} for name, value in told), *named],
        "understanding": understanding,
    }


def talk(
    kind: str = "procedure", *, moved: float = 0.1, other: str = "tach_ho", question: str = "fee"
) -> dict[str, Any]:
    """A reading as the next message of a conversation."""
    kinds = [[kind, 0.8], ["smalltalk", 0.1], ["procedure", 0.05]]
    return {"kinds": kinds, "questions": [[question, 0.9]], "other": other, "moved": moved}


def read(message: dict[str, Any], slots: dict[str, Any] | None) -> dict[str, Any]:
    return in_context(message, slots, fold(message["text"]))


def entities(result: dict[str, Any]) -> list[str]:
    return [entity["value"] for entity in result["entities"]]


@pytest.mark.parametrize("slots", [None, {}, {"procedure": None}])
def test_a_first_message_is_read_alone(slots) -> None:
    message = parsed([("unclear", 0.6), ("ask", 0.4)])
    assert read(message, slots) == message
    assert talk_before(slots) is None


def test_what_was_said_before_is_the_last_answer_and_the_matters_before_it() -> None:
    shown = [of_question(Question(name, "fee")) for name in ("tach_ho", "khai_bao_tam_vang", "dang_ky_tam_tru")]
    said = talk_before({**MEMORY, "last": "procedure", "topic": None, "shown": shown})
    assert said is not None
    assert (said.matter, said.question, said.last) == ("dang_ky_tam_tru", "documents", "procedure")
    assert said.before == ("khai_bao_tam_vang", "tach_ho")


def test_a_vague_question_after_an_answer_is_a_question() -> None:
    """ "giấy tờ gì" alone is too vague; after "đăng ký tạm trú" it is not."""
    vague = parsed([("unclear", 0.97), ("ask", 0.01)], talk(question="documents"))
    assert read(vague, MEMORY)["intent"] == {"name": "ask_documents", "confidence": 0.8}


def test_a_message_that_stays_names_no_other_procedure() -> None:
    result = read(parsed([("ask", 0.9)], talk(moved=0.3), procedures=[["tach_ho", 0.9]]), MEMORY)
    assert entities(result) == ["7"]
    assert result["understanding"]["procedures"] == []


def test_a_message_that_leaves_names_the_procedure_it_moves_to() -> None:
    result = read(parsed([("ask", 0.9)], talk(moved=0.9), procedures=[["none", 0.6], ["tach_ho", 0.3]]), MEMORY)
    assert entities(result) == ["7", "tach_ho"]
    assert result["understanding"]["procedures"] == [["tach_ho", 0.9]]


def test_without_a_word_of_our_matters_a_message_leaves_less_easily() -> None:
    assert entities(read(parsed([("ask", 0.9)], talk(moved=0.65), text="đi có phải xin phép không"), MEMORY)) == ["7"]
    named = read(parsed([("ask", 0.9)], talk(moved=0.65), text="tách hộ có phải xin phép không"), MEMORY)
    assert entities(named) == ["7", "tach_ho"]


@pytest.mark.parametrize(
    ("text", "hotline"),
    [
        ("gọi số nào vậy", False),
        ("nhờ mấy chú tới nhà thì gọi ai", False),
        *(
            (text, True)
            for text in (
                "số nào là cấp cứu",
                "cháy thì gọi số nào",
                "bị trộm thì gọi số nào",
                "chồng đánh thì gọi số nào",
                "bé ngất thì gọi số nào",
                "người ta đánh em thì gọi ai",
            )
        ),
    ],
)
def test_whom_to_call_amid_a_talk_is_about_the_talk(text: str, hotline: bool) -> None:
    message = parsed([("ask_hotline", 0.9)], talk(question="where"), text=text)
    assert (read(message, MEMORY)["intent"]["name"] == "ask_hotline") is hotline
    assert read(parsed([("ask_hotline", 0.9)], text=text), None)["intent"]["name"] == "ask_hotline"


def test_a_question_goes_where_a_quick_answer_fits() -> None:
    """ "CMND 9 số của ông còn dùng được không" amid a talk about a first card."""
    there = {"situation/tach_ho": [["chat_hep", 0.6], ["none", 0.3]]}
    here = {f"situation/{MEMORY['procedure']}": [["none", 0.5], ["kt3", 0.45]]}
    nowhere = {"situation/tach_ho": [["none", 0.9], ["chat_hep", 0.1]]}
    for details, moves in (({**there, **here}, True), ({**there}, True), ({**nowhere, **here}, False), ({}, False)):
        message = parsed([("ask", 0.9)], talk(moved=0.4), text="cái đó có được không")
        message["understanding"]["details"] = details
        assert ("tach_ho" in entities(read(message, MEMORY))) is moves


def test_a_message_stays_where_a_quick_answer_fits_better() -> None:
    """ "chủ nhà ở xa thì ký sao" amid a talk about temporary residence, likelier there than of the other matter."""
    here, there = {f"situation/{MEMORY['procedure']}": [["kt3", 0.9]]}, {"situation/tach_ho": [["chat_hep", 0.5]]}
    surer = {"situation/tach_ho": [["chat_hep", 0.95]]}
    for details, moved, moves in (
        ({**here, **there}, 0.75, False),
        ({**here, **surer}, 0.75, True),
        ({**here, **there}, 0.85, True),
        ({**there}, 0.75, True),
    ):
        message = parsed([("ask", 0.9)], talk(moved=moved), text="tách hộ rồi có phải về không")
        message["understanding"]["details"] = details
        assert ("tach_ho" in entities(read(message, MEMORY))) is moves


def test_what_names_another_matter_plainly_is_not_held_back() -> None:
    """ "thế hợp đồng có phải công chứng khi nhập hộ khẩu không" amid a talk about temporary residence."""
    message = parsed(
        [("ask", 0.9)], talk(moved=0.7), text="thế tách hộ có cần ký không", procedures=[["tach_ho", 0.99]]
    )
    message["understanding"]["details"] = {f"situation/{MEMORY['procedure']}": [["kt3", 0.9]]}
    assert "tach_ho" in entities(read(message, MEMORY))


def test_what_may_only_be_told_leaves_less_easily() -> None:
    """ "tạm trú em làm rồi" names a matter that nobody asks about."""
    for tells, moved, moves in ((0.3, 0.85, False), (0.3, 0.95, True), (0.1, 0.85, True)):
        reading = {**talk(moved=moved), "kinds": [["procedure", 0.6], ["tells", tells]]}
        message = parsed([("ask", 0.9)], reading, text="tách hộ em làm rồi", procedures=[["tach_ho", 0.99]])
        assert ("tach_ho" in entities(read(message, MEMORY))) is moves


def test_a_matter_plainly_named_is_gone_to_unless_it_only_names_a_place() -> None:
    def asked(text: str, sure: float = 0.96, moved: float = 0.2) -> dict[str, Any]:
        return parsed([("ask", 0.9)], talk(moved=moved), text=text, procedures=[["khai_bao_tam_vang", sure]])

    named = "còn khai báo tạm vắng thì sao"
    assert "khai_bao_tam_vang" in entities(read(asked(named), MEMORY))
    assert "khai_bao_tam_vang" not in entities(read(asked(named, sure=0.94), MEMORY))
    assert "khai_bao_tam_vang" not in entities(read(asked(named, moved=0.1), MEMORY))
    assert "khai_bao_tam_vang" not in entities(read(asked("đổi ở chỗ tạm trú được không"), MEMORY))


@pytest.mark.parametrize(
    ("kind", "sure", "intent"),
    [
        ("complaint", 0.8, "complaint"),
        ("report_scam", 0.8, "report_scam"),
        ("procedure", 0.8, "ask_fee"),
        ("smalltalk", 0.8, "thanks"),
        ("emergency", 0.8, "unclear"),
        ("tells", 0.8, "unclear"),
        ("complaint", 0.5, "unclear"),
    ],
)
def test_before_any_matter_what_was_said_decides_only_when_it_is_sure(kind: str, sure: float, intent: str) -> None:
    message = parsed([("unclear", 0.6), ("thanks", 0.3)], {**talk(), "kinds": [[kind, sure]]})
    assert read(message, {"last": "complaint"})["intent"]["name"] == intent


def test_an_open_report_is_what_was_said_before() -> None:
    said = talk_before({"last": "smalltalk", "topic": "report_crime"}, ("mất xe", "dạ"), "to_giac_toi_pham")
    assert said is not None and (said.matter, said.question, said.before) == ("", "", ())
    assert (said.last, said.topic, said.about) == ("smalltalk", "report_crime", "to_giac_toi_pham")
    status = talk_before({"last": "status", "topic": "ask_status"})
    assert status is not None and status.topic == "status"


@pytest.mark.parametrize(
    ("text", "intent"),
    [("cho tui số điện thoại phường đi", "request_officer"), ("số cứu hỏa phường là mấy", "ask_hotline")],
)
def test_the_number_of_the_desk_is_for_an_officer(text: str, intent: str) -> None:
    assert read(parsed([("ask_hotline", 0.9)], talk(), text=text), MEMORY)["intent"]["name"] == intent


def test_the_old_place_is_of_the_kind_of_residence_talked_about() -> None:
    old = parsed(
        [("ask", 0.9)], talk(moved=0.9, other="xoa_dang_ky_tam_tru"), text="thế chỗ cũ có phải xin cắt trước không"
    )
    assert entities(read(old, {"procedure": "dang_ky_thuong_tru"})) == ["7", "xoa_dang_ky_thuong_tru"]
    named = {**old, "text": "thế tạm trú chỗ cũ có phải xóa không"}
    assert entities(read(named, {"procedure": "dang_ky_thuong_tru"})) == ["7", "xoa_dang_ky_tam_tru"]


@pytest.mark.parametrize(
    ("kind", "intent"),
    [
        ("tells", "inform_case"),
        ("out_of_scope", "out_of_scope"),
        ("status", "ask_status"),
        ("handoff", "request_officer"),
        ("complaint", "complaint"),
        ("ambiguous", "unclear"),
        ("report_scam", "report_scam"),
    ],
)
def test_kinds_become_intents(kind: str, intent: str) -> None:
    assert read(parsed([("ask", 0.6), ("chitchat", 0.1)], talk(kind)), MEMORY)["intent"]["name"] == intent


@pytest.mark.parametrize(
    ("kind", "about", "answered", "intent"),
    [
        ("status", 0.2, 0.9, "ask_fee"),
        ("complaint", 0.2, 0.9, "complaint"),
        ("handoff", 0.2, 0.9, "request_officer"),
        ("status", 0.05, 0.9, "ask_status"),
        ("status", 0.2, 0.1, "ask_status"),
        ("out_of_scope", 0.2, 0.9, "out_of_scope"),
    ],
)
def test_an_aside_that_a_quick_answer_of_the_matter_fits_is_about_it(kind, about, answered, intent) -> None:
    """ "em hỏi thẻ của em, mất giấy hẹn thì nhận sao" is no question about one's own file."""
    reading = {**talk(kind), "kinds": [[kind, 0.7], ["procedure", about]]}
    message = parsed([("ask_status", 0.6), ("ask", 0.2)], reading)
    message["understanding"]["details"] = {f"situation/{MEMORY['procedure']}": [["kt3", answered]]}
    assert read(message, MEMORY)["intent"]["name"] == intent


@pytest.mark.parametrize("slots", [None, MEMORY])
def test_who_says_that_it_is_no_complaint_is_asking(slots) -> None:
    reading = {**talk("complaint"), "kinds": [["complaint", 0.8], ["procedure", 0.2]]} if slots else None
    message = parsed([("complaint", 0.7), ("ask", 0.2)], reading, text="ủa đâu có phản ánh gì đâu, em hỏi lệ phí mà")
    assert read(message, slots)["intent"]["name"] == "ask_fee"
    for text in (
        "em muốn phản ánh lệ phí",
        "cán bộ làm việc không có trách nhiệm gì hết",
        "em phải ra ở đâu khiếu nại ạ",
        "gọi hoài không phản ánh được",
        "em chưa khiếu nại bao giờ nhưng cán bộ quát em",
    ):
        message["text"] = text
        assert read(message, slots)["intent"]["name"] == "complaint"


def test_a_complaint_denied_never_becomes_a_report() -> None:
    message = parsed([("complaint", 0.5), ("report_scam", 0.4)], text="em đâu có phản ánh gì đâu")
    assert read(message, None)["intent"]["name"] == "complaint"


def test_small_talk_is_of_the_likeliest_sort() -> None:
    acts = [("ask", 0.6), ("thanks", 0.2), ("greet", 0.1)]
    assert read(parsed(acts, talk("smalltalk")), MEMORY)["intent"]["name"] == "thanks"
    assert read(parsed([("ask", 0.9)], talk("smalltalk"), told=()), MEMORY)["intent"]["name"] == "chitchat"


@pytest.mark.parametrize(("act", "name"), [("deny", "inform_case"), ("thanks", "thanks"), ("ask", "inform_case")])
def test_an_aside_that_tells_of_the_case_is_heard(act: str, name: str) -> None:
    """ "sai rồi, e chưa quá hạn mà" denies and tells; thanks stay thanks."""
    told = (("validity", "con_han"),)
    assert read(parsed([(act, 0.9)], talk("smalltalk"), told=told), MEMORY)["intent"]["name"] == name


def test_a_conversation_alone_raises_no_alarm_and_ends_none() -> None:
    """Alarms come from the phrases of danger and from the text alone (dialogue/alarm.py)."""
    assert read(parsed([("ask", 0.9)], talk("emergency"), told=()), MEMORY)["intent"]["name"] == "chitchat"
    assert read(parsed([("emergency", 0.9)], talk()), MEMORY)["intent"]["name"] == "emergency"


@pytest.mark.parametrize("act", ["compare", "start_over", "repeat", "not_understood", "more", "go_back"])
def test_acts_that_look_back_are_left_alone(act: str) -> None:
    assert read(parsed([(act, 0.9)], talk(), text="làm lại từ đầu"), MEMORY)["intent"]["name"] == act
    assert read(parsed([(act, 0.3)], talk(), text="làm lại từ đầu"), MEMORY)["intent"]["name"] == "ask_fee"


def test_a_question_about_doing_it_again_does_not_start_over() -> None:
    asked = parsed([("start_over", 0.9)], talk(), text="giờ làm lại từ đầu hả")
    assert read(asked, MEMORY)["intent"]["name"] == "ask_fee"


def test_an_application_that_came_back_lacks_papers() -> None:
    returned = parsed([("ask_status", 0.9)], talk("status", question="documents"), text="hồ sơ bị trả lại rồi")
    assert read(returned, MEMORY)["intent"]["name"] == "ask_documents"


def test_two_questions_stay_two_when_the_conversation_knows_one_of_them() -> None:
    both = parsed([("ask", 0.9)], talk(question="fee"), questions=("documents", "fee"))
    assert read(both, MEMORY)["understanding"]["questions"] == ["fee", "documents"]
    other = parsed([("ask", 0.9)], talk(question="where"), questions=("documents", "fee"))
    assert read(other, MEMORY)["understanding"]["questions"] == ["where"]


def test_a_correction_that_tells_more_is_about_the_matter() -> None:
    told = "không em ở trọ nhà chú em ở Thủ Đức mà"
    assert read(parsed([("correct", 0.9)], talk(), text=told), MEMORY)["intent"]["name"] == "inform_case"
    asked = parsed([("correct", 0.9)], talk(), questions=("where",), sure=0.9, text=told)
    assert read(asked, MEMORY)["intent"]["name"] == "ask_where"
    for text in ("sai rồi", "không phải cái này, em hỏi việc khác cơ mà anh"):
        assert read(parsed([("correct", 0.9)], talk(), text=text), MEMORY)["intent"]["name"] == "correct"
    moved = parsed([("correct", 0.9)], talk(moved=0.9), text=told)
    assert read(moved, MEMORY) == moved


@pytest.mark.parametrize("topic", ["report_crime", "ask_status"])
def test_more_of_the_same_follows_a_report(topic: str) -> None:
    message = parsed([("unclear", 0.5), (topic, 0.3)])
    assert read(message, {"topic": topic})["intent"]["name"] == topic
    assert read(message, {})["intent"]["name"] == "unclear"


def test_after_a_clarifying_question_a_question_is_likely() -> None:
    message = parsed([("out_of_scope", 0.5), ("ask", 0.3)], procedures=[["tach_ho", 0.8]], intent="out_of_scope")
    assert read(message, {"asked_back": 1})["intent"]["name"] == "ask_fee"


def test_no_act_is_taken_that_is_not_likely_enough() -> None:
    acts = [("unclear", 0.3), ("ask", 0.14), ("complaint", 0.28), ("out_of_scope", 0.28)]
    message = parsed(acts)
    assert AFTER_QUESTION["ask"] * 0.14 > AFTER_QUESTION["unclear"] * 0.3
    assert read(message, {"asked_back": 1})["intent"] == message["intent"]


@given(st.sampled_from(sorted({act for group in GROUPS.values() for act in group})), st.floats(0, 1), st.floats(0, 1))
def test_reading_in_context_never_fails_nor_loses_an_entity_of_the_case(act: str, sure: float, moved: float) -> None:
    result = read(parsed([(act, sure)], talk(moved=moved)), MEMORY)
    assert result["intent"]["name"]
    assert entities(result)[0] == "7"


def test_telephone_numbers_have_a_matter_of_their_own() -> None:
    asked = parsed([("ask_hotline", 0.9)], talk(), procedures=[["hotlines", 0.9]])
    assert read(asked, MEMORY) == asked


@pytest.mark.parametrize(
    "text",
    [
        "trời ơi bạn trả lời không đúng câu em hỏi",
        "hỏi 1 đằng nói 1 nẻo",
        "tra loi lung tung qua",
        "ko phải cái em hỏi",
        "đọc kỹ giúp",
    ],
)
def test_a_protest_is_about_the_answer_and_not_about_a_matter(text: str) -> None:
    result = read(parsed([("ask", 0.9)], talk(moved=0.9), procedures=[["tach_ho", 0.9]], text=text, told=()), MEMORY)
    assert result["intent"]["name"] == "correct" and not entities(result)
    assert not result["understanding"]["procedures"]


@pytest.mark.parametrize(
    "text",
    ["trả lời em câu lệ phí với", "giấy đó ghi sai ngày sinh", "chủ nhà không đúng tên thì nói sao", "noi lam o dau"],
)
def test_other_words_are_no_protest(text: str) -> None:
    assert read(parsed([("ask", 0.9)], talk(), text=text), MEMORY)["intent"]["name"] == "ask_fee"
