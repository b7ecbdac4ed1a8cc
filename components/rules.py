"""Rasa's rule policy, which remembers what it decided: our rules only look at the intent and the action before it."""

from __future__ import annotations

import json
from typing import Any

from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

Found = tuple[str | None, str | None, bool]
NOTHING: Found = (None, None, False)
SEEN = {"user": {"intent"}, "prev_action": {"action_name"}}
"""What of a state of the conversation a rule may look at to be decided from memory."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class RememberingRulePolicy(RulePolicy):  # type: ignore[misc]
    """Decides as `RulePolicy` does, once for every intent. A rule about slots, entities or forms ends the memory."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._known: dict[tuple[str, str], Found] = {}
        self._simple: bool | None = None

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> Found:
        message = tracker.latest_message
        if message is None or tracker.active_loop_name or not self._only_intents():
            found: Found = super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)
            return found
        if use_text_for_last_user_input:
            return NOTHING
        key = (str(tracker.latest_action_name), str(message.intent.get("name")))
        if key in self._known:
            return self._known[key]
        found = super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)
        # Where no rule fits, Rasa names the whole state, which is not for keeping.
        if found[0] is not None:
            self._known[key] = found
        return found

    def _only_intents(self) -> bool:
        """Whether no rule looks at anything but intents and actions."""
        if self._simple is None:
            states = [state for rule in self.lookup.get(RULES, {}) for state in json.loads(rule)]
            self._simple = all(
                set(values) <= SEEN.get(part, set()) for state in states for part, values in state.items()
            )
        return self._simple
