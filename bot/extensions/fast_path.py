"""The one place where we change how Rasa 3.6.21 works through a turn.

1. `RemoteAction._validate_action_result`: Rasa checks the JSON schema itself anew before every check of an
   action's reply, a third of a turn. The schema never changes, so the validator is made once; the form that
   our own actions answer in is recognised without it.
2. `RemoteAction.run`: Rasa catches what an action raises and goes on without it. Here it ends the turn
   (see `failures`).
3. `Event.resolve_by_type`: Rasa looks through all event classes for every event it reads. They do not
   change either.
4. `DaskGraphRunner.run`: Rasa plans the graph of components anew, three times in a turn, with a scheduler
   made for clusters. A dozen functions can simply be called one after the other.
5. `EndpointConfig.session`: Rasa opens a connection for every action. Here it stays open.
6. `copy` in the modules of the processor and the rules: they copy events and states for debug lines, which
   are never written here (the channel switches them off).
7. `RemoteAction._action_call_format`: what the encoder made of the message goes along, in `encoded`, so that
   the action need not do it again; and in `about` the request and the turn that log lines name.
8. `RulePolicy._find_action_from_rules`: Rasa looks for a rule by the message's words before it looks by its
   intent. Where every rule that follows a message names an intent, as ours do, words cannot find one.
9. `Domain.is_empty`: Rasa builds an empty domain for every message to compare ours with it.
10. `EndpointConfig.request`: Rasa knows one action server. Here there may be several (see `action_servers`).

`install()` is called by the channel, so training and validation run with Rasa's own code. Tests check
that the names exist in the installed Rasa, and that each replacement does what Rasa's own does.
"""

from __future__ import annotations

import logging
from typing import Any, Dict, List, Optional, Text, Tuple, Type

import aiohttp
from jsonschema import Draft7Validator
from rasa.core import processor
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies import rule_policy
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.constants import ACTION_LISTEN_NAME, PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import EndpointConfig

from bot.extensions import action_servers, log_lines
from bot.extensions.failures import TurnFailed, where
from knowledge.encoder import LATEST

logger = logging.getLogger(__name__)

_validator = Draft7Validator(RemoteAction.action_response_format_spec())
_rasa_run = RemoteAction.run
_rasa_resolve_by_type = Event.resolve_by_type
_rasa_session = EndpointConfig.session
_rasa_action_call_format = RemoteAction._action_call_format
_rasa_find_action_from_rules = RulePolicy._find_action_from_rules
_rasa_is_empty = Domain.is_empty
_OVER = ({"event": "followup", "timestamp": None, "name": "action_listen"},)
COPYING_FOR_LOGS = (processor, rule_policy)
_event_classes: Dict[Text, Type[Event]] = {}


def install() -> None:
    """Patch Rasa's classes; calling it again changes nothing."""
    for each in reversed(all_subclasses(Event)):  # Rasa takes the first of a name
        _event_classes[each.type_name] = each
    RemoteAction._validate_action_result = validate_action_result
    RemoteAction.run = run_action
    RemoteAction._action_call_format = action_call_format
    Event.resolve_by_type = staticmethod(resolve_by_type)
    DaskGraphRunner.run = run_graph
    EndpointConfig.session = session
    EndpointConfig.request = action_servers.request
    for module in COPYING_FOR_LOGS:
        module.copy = NoCopies
    RulePolicy._find_action_from_rules = find_action_from_rules
    Domain.is_empty = is_empty


def validate_action_result(_self: RemoteAction, result: Dict[Text, Any]) -> bool:
    """As Rasa's own: True, or raises jsonschema's `ValidationError`."""
    if _is_ours(result):
        return True
    for error in _validator.iter_errors(result):
        raise error
    return True


def _is_ours(result: Any) -> bool:
    """Whether this is what our own actions answer: some replies, and at most that the turn is over."""
    if not isinstance(result, dict):
        return False
    events, responses = result.get("events"), result.get("responses")
    return (
        isinstance(events, list)
        and all(isinstance(event, dict) and event in _OVER for event in events)
        and isinstance(responses, list)
        and all(isinstance(response, dict) for response in responses)
    )


async def run_action(
    self: RemoteAction,
    output_channel: OutputChannel,
    nlg: NaturalLanguageGenerator,
    tracker: DialogueStateTracker,
    domain: Domain,
) -> List[Event]:
    """Run the action; raises `TurnFailed` (502) when the action server is away or the action failed."""
    try:
        events: List[Event] = await _rasa_run(self, output_channel, nlg, tracker, domain)
    except Exception as error:  # Rasa's, aiohttp's, jsonschema's…
        logger.error("The action %s failed: %s", self.name(), where(error))  # noqa: TRY400
        raise TurnFailed(502, "action_failed", f"The action {self.name()} failed.") from error
    return events


def action_call_format(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> Dict[Text, Any]:
    """As Rasa's own, with `encoded` where the message's encoding is at hand, and what log lines are `about`."""
    call: Dict[Text, Any] = _rasa_action_call_format(self, tracker, domain)
    told = log_lines.current().named()
    if told:
        call["about"] = told
    message = tracker.latest_message
    encoded = LATEST.take(message.text) if message is not None and message.text else None
    return call if encoded is None else {**call, "encoded": encoded.to_json()}


def resolve_by_type(type_name: Text, default: Optional[Type[Event]] = None) -> Optional[Type[Event]]:
    """The event class of that name; what is not known is left to Rasa."""
    return _event_classes.get(type_name) or _rasa_resolve_by_type(type_name, default)


def run_graph(
    self: DaskGraphRunner,
    inputs: Optional[Dict[Text, Any]] = None,
    targets: Optional[List[Text]] = None,
) -> Dict[Text, Any]:
    """The targets' outputs by name; each node runs once, after what it needs."""
    nodes = self._graph_schema.nodes
    done: Dict[Text, Any] = {name: (name, value) for name, value in (inputs or {}).items()}

    def output(name: Text) -> Any:
        if name not in done:
            if name not in nodes:
                return name  # Rasa's nodes take a bare name for "not provided" and complain
            needed = [output(each) for each in nodes[name].needs.values()]
            done[name] = self._instantiated_nodes[name](*needed)
        return done[name]

    try:
        return dict(output(name) for name in targets or self._graph_schema.target_names)
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error


class _KeptOpen:
    """A client session that `async with` does not close."""

    def __init__(self, inner: aiohttp.ClientSession) -> None:
        self.inner = inner

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self.inner

    async def __aexit__(self, *_: object) -> None:
        """Stay open; the process's end closes it."""


def session(self: EndpointConfig) -> _KeptOpen:
    """The endpoint's session, made at its first use and again when it was closed."""
    kept: Optional[_KeptOpen] = getattr(self, "_kept_open", None)
    if kept is None or kept.inner.closed:
        kept = self._kept_open = _KeptOpen(_rasa_session(self))
    return kept


class NoCopies:
    """Stands for the module `copy` where copies are only logged."""

    @staticmethod
    def deepcopy(value: Any) -> Any:
        """The value itself."""
        return value


def is_empty(self: Domain) -> bool:
    """As Rasa's own; a domain never changes while it is in use, so it is asked until it is not empty."""
    if getattr(self, "_known_to_be_full", False):
        return False
    empty: bool = _rasa_is_empty(self)
    self._known_to_be_full = not empty
    return empty


def find_action_from_rules(
    self: RulePolicy, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
) -> Tuple[Optional[Text], Optional[Text], bool]:
    """As Rasa's own; the rule's description is left out where no rule was found by words: nobody reads it then."""
    if use_text_for_last_user_input and tracker.active_loop_name is None and _only_intents(self):
        return None, None, False
    found: Tuple[Optional[Text], Optional[Text], bool] = _rasa_find_action_from_rules(
        self, tracker, domain, use_text_for_last_user_input
    )
    return found


def _only_intents(policy: RulePolicy) -> bool:
    """Whether each rule that may follow a message names its intent. Looked up once: a loaded model stays as it is."""
    known: Optional[bool] = getattr(policy, "_only_intents", None)
    if known is None:
        last = [policy._rule_key_to_state(key)[-1] for key in policy.lookup[RULES]]
        known = all(
            state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME) not in (None, ACTION_LISTEN_NAME)
            or state.get(USER, {}).get(INTENT) not in (None, "", SHOULD_NOT_BE_SET)
            for state in last
        )
        policy._only_intents = known
    return known
