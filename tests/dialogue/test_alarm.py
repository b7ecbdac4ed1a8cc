"""Where the phrases of danger and the model disagree."""

from typing import Any

import pytest

from dialogue.alarm import calmed, plainly_another


def parsed(intent: str, *acts: tuple[str, float]) -> dict[str, Any]:
    sure = dict(acts).get(intent, 0.0)
    understanding = {"acts": [list(act) for act in acts], "questions": ["where"]}
    return {"intent": {"name": intent, "confidence": sure}, "understanding": understanding}


@pytest.mark.parametrize(
    ("acts", "fire", "cry"),
    [
        ([("out_of_scope", 0.97), ("emergency", 0.001)], True, True),
        ([("complaint", 0.97)], True, True),
        ([("out_of_scope", 0.5), ("chitchat", 0.4), ("emergency", 0.01)], True, False),
        ([("out_of_scope", 0.8), ("report_crime", 0.2)], False, False),
        ([("out_of_scope", 0.88), ("emergency", 0.03)], False, False),
        ([("inform_case", 0.99)], False, False),
        ([("chitchat", 0.99)], True, False),
        ([("insult", 0.99)], False, False),
        ([], False, False),
    ],
)
def test_only_what_is_beyond_doubt_overrules_a_phrase_and_least_of_all_a_cry(acts, fire, cry) -> None:
    read = parsed("out_of_scope", *acts)
    assert (plainly_another(read, "fire"), plainly_another(read, "suicide_self")) == (fire, cry)


@pytest.mark.parametrize(
    ("kinds", "alarm", "overruled"),
    [
        ([["procedure", 0.99]], 0.05, True),
        ([["procedure", 0.79]], 0.05, False),
        ([["report_crime", 0.99]], 0.05, False),
        ([["tells", 0.99]], 0.05, False),
        ([["smalltalk", 0.99]], 0.05, False),
        ([["procedure", 0.95], ["emergency", 0.02]], 0.05, False),
        ([["procedure", 0.99]], 0.11, False),
        ([["emergency", 0.99]], 0.05, False),
    ],
)
def test_amid_a_talk_what_goes_on_surely_overrules_a_phrase_but_no_cry(kinds, alarm, overruled) -> None:
    read = parsed("ask", ("ask", 0.5), ("emergency", alarm))
    read["understanding"]["talk"] = {"kinds": kinds}
    assert plainly_another(read, "fire") is overruled
    assert not plainly_another(read, "suicide_self")


def test_an_alarm_of_the_model_has_to_be_surer_where_something_else_follows() -> None:
    told = {"last": "complaint"}
    read = parsed("emergency", ("emergency", 0.7), ("complaint", 0.2))
    assert calmed(read, "3 người, 1 người không mặc đồ công an", told) is read
    read["understanding"]["talk"] = {"kinds": [["complaint", 0.9]]}
    assert calmed(read, "3 người, 1 người không mặc đồ công an", told)["intent"]["name"] == "complaint"


def test_an_alarm_over_a_saying_becomes_the_next_act() -> None:
    found = calmed(parsed("report_fire", ("report_fire", 0.4), ("out_of_scope", 0.3)), "cháy vé concert rồi ad ơi")
    assert found["intent"] == {"name": "out_of_scope", "confidence": 0.3}


def test_the_next_act_may_be_a_question() -> None:
    found = calmed(parsed("report_fire", ("report_fire", 0.4), ("ask", 0.3)), "quán em cháy hàng rồi, làm ở đâu")
    assert found["intent"]["name"] == "ask_where"


@pytest.mark.parametrize(
    ("text", "sure"),
    [("cháy vé concert rồi", 0.7), ("khói đen bốc lên ở chợ", 0.4), ("cháy nhà rồi, quán cháy hàng gì nữa", 0.4)],
)
def test_an_alarm_that_is_sure_or_has_no_saying_stays(text, sure) -> None:
    alarm = parsed("report_fire", ("report_fire", sure), ("out_of_scope", 0.2))
    assert calmed(alarm, text) is alarm


def test_other_acts_are_left_alone() -> None:
    question = parsed("ask", ("ask", 0.9))
    assert calmed(question, "cháy vé") is question
