"""Our search among the rules finds the action that Rasa's own finds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.extensions import fast_path

LISTEN = {"prev_action": {"action_name": "action_listen"}}
BY_INTENT = {
    json.dumps([{**LISTEN, "user": {"intent": "greet"}}]): "utter_greet",
    json.dumps([{**LISTEN, "user": {"intent": "greet"}}, {"prev_action": {"action_name": "utter_greet"}}]): (
        "action_listen"
    ),
}
BY_WORDS = {json.dumps([{**LISTEN, "user": {"text": "hi"}}]): "utter_bye"}
AT_ANY_MESSAGE = {json.dumps([LISTEN]): "utter_bye"}
RULE_DOMAIN = Domain.from_dict(
    {
        "intents": ["greet", "other"],
        "actions": ["utter_greet", "utter_bye"],
        "responses": {"utter_greet": [{"text": "Hello"}], "utter_bye": [{"text": "Bye"}]},
    }
)


def rules(lookup: dict[str, str], tmp_path: Any) -> RulePolicy:
    """A rule policy that has learned these rules."""
    schema = GraphSchema({})
    policy = RulePolicy(
        {**RulePolicy.get_default_config(), "core_fallback_action_name": "utter_bye"},
        LocalModelStorage.create(tmp_path),
        Resource("rules"),
        ExecutionContext(schema),
    )
    policy.lookup = {RULES: lookup, "rules_for_loop_unhappy_path": {}}
    return policy


@pytest.mark.parametrize(
    ("lookup", "quick"),
    [
        (BY_INTENT, True),
        ({}, True),
        ({**BY_INTENT, **BY_WORDS}, False),
        ({**BY_INTENT, **AT_ANY_MESSAGE}, False),
    ],
)
@pytest.mark.parametrize("text", ["hi", "what?", ""])
@pytest.mark.parametrize("intent", ["greet", "other", "restart", "unknown"])
@pytest.mark.parametrize("then", [[], [ActionExecuted("utter_greet")]])
def test_rules_find_the_action_that_rasa_finds(
    lookup: dict[str, str], quick: bool, text: str, intent: str, then: list[Event], tmp_path: Any
) -> None:
    events = [ActionExecuted("action_listen"), UserUttered(text, {"name": intent}), *then]
    tracker = DialogueStateTracker.from_events("c", events)
    policy = rules(lookup, tmp_path / "ours")
    assert fast_path._only_intents(policy) == quick
    expected = policy._predict(tracker, RULE_DOMAIN)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(RulePolicy, "_find_action_from_rules", fast_path.find_action_from_rules)
        ours = policy._predict(tracker, RULE_DOMAIN)
    assert ours[1] == expected[1]
    assert vars(ours[0]) == vars(expected[0])
