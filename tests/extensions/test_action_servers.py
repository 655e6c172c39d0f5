"""Rasa with several action servers: one that is down, hangs or is not ready is not noticed."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import aiohttp
import pytest
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.extensions import action_servers

TOKEN = {"Authorization": "Bearer a-token"}


class Server:
    """An action server that says who it is; `status` and `hang` change how it behaves."""

    def __init__(self, name: str) -> None:
        self.status, self.calls, self.go_on = 200, [], threading.Event()
        self.go_on.set()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                owner.calls.append((self.path, self.headers["Authorization"], call["sender_id"]))
                owner.go_on.wait(10)
                body = json.dumps({"name": name}).encode()
                self.send_response(owner.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def servers() -> Iterator[dict[str, Server]]:
    made = {name: Server(name) for name in ("a", "b")}
    yield made
    for each in made.values():
        each.stop()


@pytest.fixture
def endpoint(servers: dict[str, Server]) -> EndpointConfig:
    """As `endpoints.yml` gives it: the path stands behind the last address only."""
    return EndpointConfig(" ".join(each.url for each in servers.values()) + "/webhook", headers=TOKEN)


def ask(endpoint: EndpointConfig, conversation: str) -> str:
    call = action_servers.request(endpoint, json={"sender_id": conversation}, timeout=10)
    answer: Any = asyncio.run(call)
    return str(answer["name"])


def test_conversations_are_shared_out_with_path_and_token(
    servers: dict[str, Server], endpoint: EndpointConfig
) -> None:
    for number in range(30):
        assert ask(endpoint, f"c{number}") == ask(endpoint, f"c{number}")
    for each in servers.values():
        assert 10 <= len(each.calls) <= 50
        assert {call[:2] for call in each.calls} == {("/webhook", TOKEN["Authorization"])}


@pytest.mark.parametrize("how", ["down", "hangs", "not ready", "fails"])
def test_the_other_answers_when_one_does_not(
    servers: dict[str, Server], endpoint: EndpointConfig, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(action_servers, "SHARE_SECONDS", 0.5)
    first = ask(endpoint, "c")
    other = "b" if first == "a" else "a"
    if how == "down":
        servers[first].stop()
    elif how == "hangs":
        servers[first].go_on.clear()
    else:
        servers[first].status = 503 if how == "not ready" else 500
    began = time.monotonic()
    assert ask(endpoint, "c") == other
    assert time.monotonic() - began < 1.5
    if how in ("down", "hangs", "not ready"):  # nobody waits for it a second time
        began = time.monotonic()
        assert ask(endpoint, "c") == other
        assert time.monotonic() - began < 0.3


def test_what_is_wrong_with_the_call_is_told_at_once(
    servers: dict[str, Server], endpoint: EndpointConfig
) -> None:
    for each in servers.values():
        each.status = 404
    with pytest.raises(ClientResponseError):
        ask(endpoint, "c")
    assert sum(len(each.calls) for each in servers.values()) == 1


def test_when_none_answers_the_turn_fails(servers: dict[str, Server], endpoint: EndpointConfig) -> None:
    for each in servers.values():
        each.stop()
    with pytest.raises(aiohttp.ClientConnectionError):
        ask(endpoint, "c")


def test_a_single_action_server_is_left_to_rasa(servers: dict[str, Server]) -> None:
    endpoint = EndpointConfig(f"{servers['a'].url}/webhook", headers=TOKEN)
    assert ask(endpoint, "c") == "a"
    assert not hasattr(endpoint, "_servers")
