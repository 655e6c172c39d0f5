"""Our channel behind a real socket, in Rasa's own web framework, with a turn that the test decides."""

from __future__ import annotations

import asyncio
import functools
import http.client
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from sanic import Sanic

from bot.extensions.channel import NkBotInput

TOKEN = "the-token-of-this-test-0123456789"
TOKEN_BEFORE = "the-token-before-this-one-0123456789"
Turn = Callable[[UserMessage], Awaitable[None]]


class Client:
    """Sends requests over one connection, as the web process does."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = TOKEN,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Status and decoded body; `body` is bytes, or anything that becomes JSON."""
        sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        known = {} if token is None else {"Authorization": f"Bearer {token}"}
        self.connection.request(method, f"/webhooks/nkbot{path}", sent, {**known, **(headers or {})})
        response = self.connection.getresponse()
        read = response.read()
        return response.status, json.loads(read) if read else None

    def say(self, text: Any, conversation: Any = "c1", seq: Any = 1) -> tuple[int, Any]:
        """One turn."""
        return self.ask(
            "POST", "/messages", {"conversation_id": conversation, "message_seq": seq, "text": text}
        )


class Server:
    """The channel, serving. Sanic can start only once in a process, so all tests share one."""

    def __init__(self) -> None:
        self.channel = NkBotInput([TOKEN, TOKEN_BEFORE])
        self.turn: Turn = _no_turn
        self.app = Sanic("test_channel", configure_logging=False)
        self.app.blueprint(self.channel.blueprint(self._take), url_prefix="/webhooks/nkbot")
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._up = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()
        assert self._up.wait(10), "the server did not start"

    async def _take(self, message: UserMessage) -> None:
        await self.turn(message)

    async def _serve(self) -> None:
        server: Any = await self.app.create_server(
            sock=self._listening, return_asyncio_server=True, access_log=False
        )
        await server.startup()
        await server.start_serving()
        self._up.set()

    def _run(self) -> None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        serving = loop.create_task(self._serve())
        loop.run_forever()
        del serving


async def _no_turn(message: UserMessage) -> None:
    raise AssertionError("the test did not say what a turn does")


@functools.lru_cache(maxsize=1)
def _server() -> Server:
    return Server()


@contextmanager
def served(turn: Turn, store: TrackerStore, *, deadline: float = 6.0, ready: bool = True) -> Iterator[Client]:
    """A client of the channel; `turn` stands for Rasa's own handling of a message."""
    server = _server()
    server.turn = turn
    server.channel._deadline = deadline
    server.app.ctx.agent = SimpleNamespace(
        is_ready=lambda: ready, tracker_store=FailSafeTrackerStore(store), model_id="the-model"
    )
    client = Client(server.port)
    try:
        yield client
    finally:
        client.connection.close()
        server.turn = _no_turn
