"""A Rasa tracker store of one turn: the slots come from the conversation's row and go back to it.

The tracker is written in the same transaction as the reply, and its size does not grow with the conversation:
rules need the slots and the current message only, so earlier events are not kept (ADR 0004).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

OUTCOME = "outcome"


class TurnTrackerStore(TrackerStore):  # type: ignore[misc]
    """Holds the slots of the conversations that are being worked on right now."""

    def __init__(self, domain: Domain) -> None:
        super().__init__(domain)
        self.slots: dict[str, dict[str, Any]] = {}

    def begin(self, sender_id: str, slots: dict[str, Any] | None) -> None:
        """Make the stored slots of a conversation available to Rasa."""
        self.slots[sender_id] = dict(slots or {})

    def end(self, sender_id: str) -> dict[str, Any]:
        """Forget a conversation and return its slots as Rasa left them."""
        return self.slots.pop(sender_id, {})

    async def retrieve(self, sender_id: str) -> DialogueStateTracker:
        events: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
        known = {slot.name for slot in self.domain.slots}
        events += [SlotSet(name, value) for name, value in self.slots.get(sender_id, {}).items() if name in known]
        events.append(ActionExecuted(ACTION_LISTEN_NAME))
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        values = tracker.current_slot_values()
        self.slots[tracker.sender_id] = {name: value for name, value in values.items() if value is not None}

    async def keys(self) -> Iterable[str]:
        return list(self.slots)
