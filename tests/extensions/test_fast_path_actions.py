"""How an action is called: what it is sent, which replies are sound, and one that fails ends the turn."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.extensions import fast_path, log_lines
from bot.extensions.failures import TurnFailed
from knowledge.encoder import LATEST, Encoded
from tests.extensions.patched import installed

__all__ = ["installed"]

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


def test_an_action_is_told_what_its_log_lines_are_about() -> None:
    action = RemoteAction("action_answer", EndpointConfig("http://127.0.0.1:1/webhook"))
    tracker = DialogueStateTracker.from_events("c", [UserUttered("how long?")])
    with log_lines.about("0" * 32, "c.1"):
        call = fast_path.action_call_format(action, tracker, Domain.empty())
    assert call["about"] == {"request": "0" * 32, "turn": "c.1"}


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
