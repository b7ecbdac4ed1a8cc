"""What the tests of the actions share: an action run on an invented message."""

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.payload import to_parse
from tests.pipeline import MONDAY_MORNING

TOLD = {"at": MONDAY_MORNING.isoformat(), "offered": [], "waiting": False}


class Result:
    def __init__(self, events: list[dict[str, Any]], messages: list[dict[str, Any]]) -> None:
        self.slots = {event["name"]: event["value"] for event in events}
        self.outcome = self.slots["outcome"]
        self.texts = [message["text"] for message in messages]
        self.buttons = [button["title"] for message in messages for button in message["buttons"] or []]
        self.payloads = [button["payload"] for message in messages for button in message["buttons"] or []]


@pytest.fixture
def run(knowledge):
    """Run an action on a message of `intent` after slots; `told` is what the pipeline tells."""

    def run(action, intent: str, slots=None, told=None, text="x", button=None, said=(), **understanding) -> Result:
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.87654},
            "metadata": {**TOLD, **(told or {})},
        }
        message["entities"] = (
            [{"entity": "procedure", "value": named}] if (named := understanding.get("procedure")) else []
        )
        message["entities"] += [{"entity": name, "value": value} for name, value in said]
        message["understanding"] = {"procedures": [[named, 0.9]] if named else [["none", 0.9]], **understanding}
        if button:
            message = {**to_parse(button, text), "metadata": message["metadata"]}
        tracker = Tracker("c", dict(slots or {}), message, [], False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        events = action().run(dispatcher, tracker, {})
        return Result(events, dispatcher.messages)

    return run
