"""The matches as Rasa entities."""

from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.matchers import VietnameseMatcher


def test_matches_are_added_to_what_others_found() -> None:
    text, other = "con 5 tuổi, thuê trọ", {"entity": "x", "value": "y"}
    message = Message({TEXT: text, ENTITIES: [other]})
    [read] = VietnameseMatcher().process([message])
    first, *found = read.get(ENTITIES)
    assert first == other
    assert [(one["entity"], one["value"], text[one["start"] : one["end"]]) for one in found] == [
        ("age", "5", "5 tuổi"),
        ("dwelling", "nha_thue", "thuê trọ"),
    ]
    assert {one["extractor"] for one in found} == {"VietnameseMatcher"}
    assert ENTITIES in read.output_properties


def test_a_message_without_text_has_no_entities() -> None:
    messages = [Message({}), Message({TEXT: "xin chào"})]
    assert [message.get(ENTITIES) for message in VietnameseMatcher().process(messages)] == [[], []]


def test_it_is_made_without_configuration() -> None:
    made = VietnameseMatcher.create({}, None, None, None)
    assert made.process([Message({TEXT: "bị mất thẻ"})])[0].get(ENTITIES)[0]["value"] == "mat"
    assert VietnameseMatcher.required_packages() == ["spacy"]
