"""What we replace in Rasa, put in for one test."""

from __future__ import annotations

import inspect

import pytest
from rasa.core import processor
from rasa.core.actions.action import RemoteAction
from rasa.core.policies import rule_policy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.utils.endpoints import EndpointConfig

from bot.extensions import fast_path

PATCHED = [
    (RemoteAction, "_validate_action_result"),
    (RemoteAction, "run"),
    (RemoteAction, "_action_call_format"),
    (Event, "resolve_by_type"),
    (DaskGraphRunner, "run"),
    (EndpointConfig, "session"),
    (EndpointConfig, "request"),
    (processor, "copy"),
    (rule_policy, "copy"),
    (RulePolicy, "_find_action_from_rules"),
    (Domain, "is_empty"),
]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our replacements, for one test."""
    for owner, name in PATCHED:
        monkeypatch.setattr(owner, name, inspect.getattr_static(owner, name))
    fast_path.install()
