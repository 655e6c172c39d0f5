"""What we changed in Rasa is still there to be changed, and still does what Rasa's own does."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import pytest
import rasa
from rasa.core import processor
from rasa.core.actions.action import RemoteAction
from rasa.core.policies import rule_policy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import EndpointConfig

from bot.extensions import action_servers, fast_path
from tests.extensions.patched import installed

__all__ = ["installed"]


def test_it_is_the_rasa_that_we_know() -> None:
    assert rasa.__version__ == "3.6.21", "read the changes of this version before you move on"


@pytest.mark.parametrize(
    ("owner", "name", "parameters"),
    [
        (RemoteAction, "_validate_action_result", ["self", "result"]),
        (RemoteAction, "run", ["self", "output_channel", "nlg", "tracker", "domain"]),
        (RemoteAction, "_action_call_format", ["self", "tracker", "domain"]),
        (Event, "resolve_by_type", ["type_name", "default"]),
        (DaskGraphRunner, "run", ["self", "inputs", "targets"]),
        (EndpointConfig, "session", ["self"]),
        (EndpointConfig, "request", ["self", "method", "subpath", "content_type", "compress", "kwargs"]),
        (
            RulePolicy,
            "_find_action_from_rules",
            ["self", "tracker", "domain", "use_text_for_last_user_input"],
        ),
        (Domain, "is_empty", ["self"]),
    ],
)
def test_what_we_replace_exists_and_takes_the_same(owner: Any, name: str, parameters: list[str]) -> None:
    assert list(inspect.signature(getattr(owner, name)).parameters) == parameters


def test_installing_replaces_each_of_them(installed: None) -> None:
    assert RemoteAction._validate_action_result is fast_path.validate_action_result
    assert RemoteAction.run is fast_path.run_action
    assert RemoteAction._action_call_format is fast_path.action_call_format
    assert Event.resolve_by_type is fast_path.resolve_by_type
    assert DaskGraphRunner.run is fast_path.run_graph
    assert EndpointConfig.session is fast_path.session
    assert EndpointConfig.request is action_servers.request
    assert RulePolicy._find_action_from_rules is fast_path.find_action_from_rules
    assert Domain.is_empty is fast_path.is_empty
    assert processor.copy is rule_policy.copy is fast_path.NoCopies


@pytest.mark.parametrize("module", fast_path.COPYING_FOR_LOGS)
def test_rasa_copies_only_for_debug_lines_where_we_let_it_not_copy(module: Any) -> None:
    tree = ast.parse(inspect.getsource(module))
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "copy"]
    logged = [
        node
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "structlogger.debug"
        for keyword in call.keywords
        if isinstance(keyword.value, ast.Call) and ast.unparse(keyword.value.func) == "copy.deepcopy"
        for node in ast.walk(keyword.value.func)
        if isinstance(node, ast.Name)
    ]
    assert uses
    assert set(uses) == set(logged)


def test_a_domain_is_empty_or_not_as_rasa_says() -> None:
    full = Domain.from_dict({"intents": ["greet"]})
    for domain in (Domain.empty(), full):
        for _ in range(2):
            assert fast_path.is_empty(domain) == fast_path._rasa_is_empty(domain)
    assert not fast_path.is_empty(full)


def test_every_event_is_found_as_rasa_finds_it(installed: None) -> None:
    names = {each.type_name for each in all_subclasses(Event)}
    assert "user" in names
    for name in names:
        assert fast_path.resolve_by_type(name) is fast_path._rasa_resolve_by_type(name)
    with pytest.raises(ValueError, match="Unknown event"):
        fast_path.resolve_by_type("no_such_event")
