"""Buttons as payloads and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions import payload
from procedures import Button, Question
from procedures.model import QUESTIONS, Choice, Option

IDS = st.text(min_size=1, max_size=20)
ASKED = st.builds(
    Question, IDS, st.sampled_from(QUESTIONS), st.none() | IDS, st.none() | IDS,
    st.none() | st.sampled_from(["online", "direct"]), st.integers(0, 99),
)  # fmt: skip


@given(ASKED)
def test_a_question_survives_the_round_trip(question) -> None:
    assert payload.to_question(payload.of_question(question)) == question


def test_an_act_is_a_bare_intent() -> None:
    assert payload.of_button(Button("Gặp cán bộ", act="request_officer"))["payload"] == "/request_officer"


@pytest.mark.parametrize("text", ["/request_officer", "/ask_nothing{}", "/ask_fee", '/unclear{"choice": "menu"}'])
def test_other_payloads_are_no_questions(text) -> None:
    assert payload.to_question(text) is None


@pytest.mark.parametrize("text", ["", "ask_fee", "lệ phí", '/ask_fee{"procedure": ', "/ask_fee{]"])
def test_what_is_no_payload_is_refused_without_quoting_it(text) -> None:
    with pytest.raises(ValueError) as refused:
        payload.to_parse(text, "x")
    assert "lệ phí" not in str(refused.value)


def test_the_parse_of_a_button_is_sure_and_keeps_what_the_citizen_saw() -> None:
    parse = payload.to_parse('/ask_fee{"procedure": "tach_ho"}', "Lệ phí")
    assert (parse["intent"], parse["text"]) == ({"name": "ask_fee", "confidence": 1.0}, "Lệ phí")
    assert [(e["entity"], e["value"]) for e in parse["entities"]] == [("procedure", "tach_ho")]


def test_options_lead_where_they_say_and_keep_the_question() -> None:
    choice = Choice(
        "c", "?",
        (
            Option("a", procedure="tach_ho"),
            Option("b", procedure="tach_ho", question="steps", case="x"),
            Option("c", choice="menu"),
            Option("d", field="thue"),
            Option("e", act="report_crime"),
        ),
    )  # fmt: skip
    payloads = [button["payload"] for button in payload.of_choice(choice, question="fee")]
    assert payload.to_question(payloads[0]) == Question("tach_ho", "fee")
    assert payload.to_question(payloads[1]) == Question("tach_ho", "steps", case="x")
    assert payloads[2:] == ['/unclear{"choice": "menu"}', '/out_of_scope{"field": "thue"}', "/report_crime"]
    assert payload.to_question(payload.of_choice(choice, question=None)[0]["payload"]) == Question(
        "tach_ho", "overview"
    )
