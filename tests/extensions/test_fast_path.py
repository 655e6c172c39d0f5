"""What we changed in Rasa is still there to be changed, and still does what Rasa's own does."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import numpy as np
import pytest
import rasa
from jsonschema import ValidationError
from rasa.core import processor
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.core.policies import rule_policy
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import EndpointConfig

from bot.extensions import action_servers, fast_path, log_lines
from bot.extensions.failures import TurnFailed
from knowledge.encoder import LATEST, Encoded

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


SOUND = {
    "events": [{"event": "followup", "name": "action_listen"}, {"event": "slot", "name": "a", "value": 1}],
    "responses": [{"custom": {"kind": "answer"}}],
}

OURS: dict[str, Any] = {
    "events": [{"event": "followup", "timestamp": None, "name": "action_listen"}],
    "responses": [{"custom": {"kind": "answer"}, "text": None, "buttons": []}],
}


@pytest.mark.parametrize(
    "result",
    [
        SOUND,
        OURS,
        {"events": OURS["events"] * 2, "responses": []},
        {"events": [{**OURS["events"][0], "timestamp": "now"}], "responses": []},
        {"events": [{**OURS["events"][0], "metadata": 1}], "responses": []},
        {**OURS, "responses": [1]},
        {**OURS, "responses": {}},
        {**OURS, "events": {}},
        {**OURS, "events": None},
        {"events": OURS["events"]},
        {},
        [],
        None,
        {"events": "x"},
        {"responses": ["x"]},
        {"events": [{"no": "name"}]},
        {"events": [{"event": "slot"}]},
    ],
)
def test_the_same_replies_of_actions_are_sound(result: Any) -> None:
    def verdict(check: Any) -> bool:
        try:
            return bool(check(RemoteAction("action_answer", None), result))
        except ValidationError:
            return False

    assert verdict(fast_path.validate_action_result) == verdict(RemoteAction._validate_action_result)


def test_unsound_replies_exist() -> None:
    with pytest.raises(ValidationError):
        fast_path.validate_action_result(RemoteAction("action_answer", None), {"events": "x"})


def test_what_our_actions_answer_is_recognised_without_the_schema() -> None:
    assert fast_path._is_ours(OURS)
    assert not fast_path._is_ours(SOUND)


def test_an_action_is_sent_what_the_encoder_made_of_the_message() -> None:
    action = RemoteAction("action_answer", EndpointConfig("http://127.0.0.1:1/webhook"))
    tracker = DialogueStateTracker.from_events("c", [UserUttered("how long?")])
    plain = fast_path._rasa_action_call_format(action, tracker, Domain.empty())
    assert fast_path.action_call_format(action, tracker, Domain.empty()) == plain
    encoded = Encoded("an-encoder", (1, 2), np.ones((2, 768), np.float32))
    LATEST.name("how long?", encoded)
    call = fast_path.action_call_format(action, tracker, Domain.empty())
    assert call == {**plain, "encoded": encoded.to_json()}


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


def test_every_event_is_found_as_rasa_finds_it(installed: None) -> None:
    names = {each.type_name for each in all_subclasses(Event)}
    assert "user" in names
    for name in names:
        assert fast_path.resolve_by_type(name) is fast_path._rasa_resolve_by_type(name)
    with pytest.raises(ValueError, match="Unknown event"):
        fast_path.resolve_by_type("no_such_event")


class Adds(GraphComponent):
    """Adds its `by` to a number, and counts how often it ran."""

    runs: ClassVar[dict[str, int]] = {}

    def __init__(self, by: int) -> None:
        self._by = by

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Adds:
        return cls(config["by"])

    def add(self, number: int) -> int:
        self.runs[str(self._by)] = self.runs.get(str(self._by), 0) + 1
        return number + self._by

    def both(self, one: int, two: int) -> int:
        if one < 0:
            raise RuntimeError("negative")
        return one * two


def node(needs: dict[str, str], fn: str, by: int = 0) -> SchemaNode:
    return SchemaNode(needs=needs, uses=Adds, constructor_name="create", fn=fn, config={"by": by}, eager=True)


@pytest.fixture
def runner(tmp_path: Any) -> DaskGraphRunner:
    schema = GraphSchema(
        {
            "one": node({"number": "start"}, "add", 1),
            "two": node({"number": "one"}, "add", 2),
            "end": node({"one": "one", "two": "two"}, "both"),
        }
    )
    storage = LocalModelStorage.create(tmp_path)
    return DaskGraphRunner(schema, storage, ExecutionContext(schema))


def test_a_graph_gives_what_rasas_runner_gives(runner: DaskGraphRunner) -> None:
    for targets in (["end"], ["two"], ["one", "end"]):
        Adds.runs.clear()
        ours = fast_path.run_graph(runner, {"start": 4}, targets)
        assert Adds.runs["1"] == 1, "a node runs once, whoever needs it"
        assert ours == DaskGraphRunner.run(runner, {"start": 4}, targets)
    assert fast_path.run_graph(runner, {"start": 4}, ["end"]) == {"end": 35}


def test_a_graph_fails_as_rasas_runner_fails(runner: DaskGraphRunner) -> None:
    for run in (fast_path.run_graph, DaskGraphRunner.run):
        with pytest.raises(Exception, match="Error running graph component for node end") as failure:
            run(runner, {"start": -10}, ["end"])
        assert not isinstance(failure.value, AssertionError)
        with pytest.raises(GraphRunError, match="Missing input"):
            run(runner, {}, ["end"])


class ActionServer:
    """A real HTTP server that answers action calls as the test says and counts connections."""

    def __init__(self) -> None:
        self.status, self.body, self.connections = 200, b'{"events": [], "responses": []}', 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                outer.connections += 1
                super().setup()

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(outer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *_: Any) -> None:
                return None

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/webhook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def action_server() -> Iterator[ActionServer]:
    server = ActionServer()
    yield server
    server.server.shutdown()
    server.server.server_close()


async def run_action(endpoint: EndpointConfig) -> list[Event]:
    return await RemoteAction("action_answer", endpoint).run(
        CollectingOutputChannel(),
        TemplatedNaturalLanguageGenerator({}),
        DialogueStateTracker.from_events("c", []),
        Domain.empty(),
    )


def test_actions_share_a_connection_and_find_a_restarted_server(
    installed: None, action_server: ActionServer
) -> None:
    async def many() -> None:
        endpoint = EndpointConfig(action_server.url)
        for _ in range(5):
            assert await run_action(endpoint) == []
        assert action_server.connections == 1
        await endpoint.session().inner.close()
        assert await run_action(endpoint) == []
        await endpoint.session().inner.close()

    asyncio.run(many())


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"),
        (503, b'{"error": {"code": "not_ready"}}'),
        (400, b"canary"),
        (404, b"{}"),
        (200, b'{"events": 1}'),
        (200, b"canary"),
    ],
)
def test_a_failing_action_ends_the_turn(
    installed: None,
    action_server: ActionServer,
    caplog: pytest.LogCaptureFixture,
    status: int,
    body: bytes,
) -> None:
    action_server.status, action_server.body = status, body

    async def fail() -> None:
        endpoint = EndpointConfig(action_server.url)
        try:
            with pytest.raises(TurnFailed) as failure:
                await run_action(endpoint)
            assert failure.value.status == 502
        finally:
            await endpoint.session().inner.close()

    asyncio.run(fail())
    assert "action_answer failed" in caplog.text
    assert "canary" not in caplog.text


def test_an_action_server_that_is_away_ends_the_turn(installed: None, action_server: ActionServer) -> None:
    action_server.server.shutdown()
    action_server.server.server_close()

    async def fail() -> None:
        endpoint = EndpointConfig(action_server.url)
        try:
            with pytest.raises(TurnFailed):
                await run_action(endpoint)
        finally:
            await endpoint.session().inner.close()

    asyncio.run(fail())


def test_an_action_is_told_what_its_log_lines_are_about() -> None:
    action = RemoteAction("action_answer", EndpointConfig("http://127.0.0.1:1/webhook"))
    tracker = DialogueStateTracker.from_events("c", [UserUttered("how long?")])
    with log_lines.about("0" * 32, "c.1"):
        call = fast_path.action_call_format(action, tracker, Domain.empty())
    assert call["about"] == {"request": "0" * 32, "turn": "c.1"}
