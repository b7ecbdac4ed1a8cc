"""No answer twice: what is said instead, on the knowledge base of the tree."""

from dataclasses import replace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.fresh import already_said, instead, not_sure
from actions.payload import of_question
from actions.turn import Conversation
from procedures import Question
from tests.pipeline import MONDAY_MORNING

WHO, CARD = Question("khai_bao_tam_vang", "eligibility"), Question("cap_lai_the_can_cuoc", "fee")


@pytest.fixture
def turn_of(knowledge):
    """A turn after answers to `shown`, newest last."""

    def turn_of(
        *shown: Question, text: str = "", intent: str = "ask_eligibility", **understanding: Any
    ) -> Conversation:
        told = {"at": MONDAY_MORNING.isoformat(), "folded": text}
        read = {"questions": [intent.removeprefix("ask_")], "question_confidence": 0.9, **understanding}
        message = {"intent": {"name": intent, "confidence": 0.9}, "metadata": told, "understanding": read}
        slots = {"shown": [of_question(question) for question in shown]}
        return Conversation(CollectingDispatcher(), Tracker("c", slots, message, [], False, None, {}, "action_listen"))

    return turn_of


def test_an_answer_is_said_once_in_a_row(turn_of) -> None:
    assert not already_said(turn_of(), WHO)
    assert already_said(turn_of(WHO), WHO)
    assert already_said(turn_of(CARD, WHO), WHO)


def test_after_another_matter_it_may_be_wanted_again(turn_of) -> None:
    assert not already_said(turn_of(WHO, CARD), WHO)


def test_the_same_facts_in_another_order_are_the_same_answer(turn_of) -> None:
    short = Question(CARD.procedure, "eligibility")
    turn = turn_of(short)
    last = turn.knowledge.catalog.procedures[short.procedure].questions["eligibility"][-1].item
    assert already_said(turn, replace(short, first=last))


def test_a_narrow_question_asked_plainly_once_more_is_answered_once_more(turn_of) -> None:
    assert not already_said(turn_of(CARD, intent="ask_fee"), CARD)
    assert already_said(turn_of(CARD, intent="ask_fee", question_confidence=0.5), CARD)


def test_another_question_is_not_answered_with_the_same_quick_answer(turn_of) -> None:
    """ "quê quán trên VNeID sai" and then "ra phường hay ủy ban": the section that says where."""
    first = Question("dieu_chinh_thong_tin_cu_tru", "overview", situation="sai_ngay_sinh_vneid")
    again = replace(first, question="where")
    turn = turn_of(first, intent="ask_where")
    assert already_said(turn, again)
    assert instead(turn, again) == replace(again, situation=None)


def test_a_likely_situation_or_a_fact_with_the_words_is_told_instead(turn_of) -> None:
    likely = {"situation/khai_bao_tam_vang": [["none", 0.7], ["di_nuoc_ngoai", 0.2]]}
    by_meaning = instead(turn_of(WHO, details=likely), WHO)
    assert by_meaning and by_meaning.situation == "di_nuoc_ngoai"
    by_words = instead(turn_of(WHO, text="nho nguoi khac khai ho duoc khong, uy quyen cho ai"), WHO)
    assert by_words and by_words.situation == "nho_nguoi_khai_ho"


def test_the_next_likely_question_of_a_talk_is_answered_instead(turn_of) -> None:
    talk = {"talk": {"questions": [["eligibility", 0.6], ["penalty", 0.3], ["fee", 0.05]]}}
    other = instead(turn_of(WHO, **talk), WHO)
    assert other == replace(WHO, question="penalty")
    assert instead(turn_of(replace(WHO, question="penalty"), WHO, **talk), WHO) is None
    assert instead(turn_of(WHO, intent="inform_case", **talk), WHO) is None


def test_a_likely_situation_comes_before_another_question_and_a_faint_one_after(turn_of) -> None:
    talk = {"questions": [["eligibility", 0.6], ["penalty", 0.3]]}
    for sure, expected in ((0.3, "di_nuoc_ngoai"), (0.15, None)):
        read = {"situation/khai_bao_tam_vang": [["none", 0.6], ["di_nuoc_ngoai", sure]]}
        other = instead(turn_of(WHO, details=read, talk=talk), WHO)
        assert other and (other.situation, other.question == "penalty") == (expected, expected is None)
    faint = {"situation/khai_bao_tam_vang": [["none", 0.8], ["di_nuoc_ngoai", 0.15]]}
    said = instead(turn_of(replace(WHO, question="penalty"), WHO, details=faint, talk=talk), WHO)
    assert said and said.situation == "di_nuoc_ngoai"


def test_what_was_told_instead_is_not_told_again(turn_of) -> None:
    told = Question(WHO.procedure, "eligibility", situation="nho_nguoi_khai_ho")
    again = instead(turn_of(WHO, told, text="nho nguoi khac khai ho duoc khong, uy quyen cho ai"), WHO)
    assert again is None or again.situation != "nho_nguoi_khai_ho"


def test_with_nothing_new_to_tell_an_officer_comes_first_then_the_likely_situations(turn_of) -> None:
    likely = {"situation/khai_bao_tam_vang": [["none", 0.9], ["di_nuoc_ngoai", 0.02]]}
    turn = turn_of(WHO, details=likely)
    assert instead(turn, WHO) is None
    events = not_sure(turn, WHO)
    (message,) = turn.dispatcher.messages
    titles = [button["title"] for button in message["buttons"]]
    assert titles[:2] == ["Gặp cán bộ", "Đi nước ngoài"] and "chưa có câu trả lời chắc chắn" in message["text"]
    outcome = next(event["value"] for event in events if event["name"] == "outcome")
    assert (outcome["status"], outcome["procedure"]) == ("clarified", WHO.procedure)


def test_who_only_told_something_is_not_said_to_have_no_answer(turn_of) -> None:
    turn = turn_of(WHO, intent="inform_case")
    not_sure(turn, WHO)
    (message,) = turn.dispatcher.messages
    assert "ghi nhận" in message["text"] and message["buttons"][0]["title"] == "Gặp cán bộ"
