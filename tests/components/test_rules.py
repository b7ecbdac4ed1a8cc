"""The rule policy that remembers decides as Rasa's own does."""

import pytest
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.events import ActionExecuted, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from components.rules import RememberingRulePolicy


@pytest.fixture
def policy(brain):
    nodes = brain.agent.processor.graph_runner._nodes.values()
    return next(node._component for node in nodes if isinstance(node._component, RememberingRulePolicy))


def tracker_of(brain, intent):
    events = [
        ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen"),
        UserUttered("lời", {"name": intent, "confidence": 1.0}),
    ]  # fmt: skip
    return DialogueStateTracker.from_events("ai do", events, brain.agent.domain.slots)


def test_every_intent_is_decided_as_by_the_rule_policy_the_first_time_and_again(brain, policy) -> None:
    domain = brain.agent.domain
    for intent in sorted(domain.intents):
        tracker = tracker_of(brain, intent)
        assert RulePolicy._find_action_from_rules(policy, tracker, domain, True)[0] is None
        assert policy._find_action_from_rules(tracker, domain, True)[0] is None
        wanted = RulePolicy._find_action_from_rules(policy, tracker, domain, False)
        assert policy._find_action_from_rules(tracker, domain, False) == wanted
        assert policy._find_action_from_rules(tracker, domain, False) == wanted


def test_a_rule_about_a_slot_ends_the_memory(policy, monkeypatch) -> None:
    assert policy._only_intents()
    monkeypatch.setattr(policy, "_simple", None)
    monkeypatch.setitem(policy.lookup, RULES, {'[{"slots": {"topic": [1.0]}}]': "action_answer"})
    assert not policy._only_intents()
