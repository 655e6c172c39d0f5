"""A patient with an open widget: posts a message, and sees the reply on the event stream.

Plain `http.client`, because what measures should take little of the two cores that are measured.
"""

from __future__ import annotations

import http.client
import json
import socket
import time
import uuid
from typing import Any
from urllib.parse import urlsplit

from tests.bench.asking import Answer, NoReply

WAIT_SECONDS = 15.0


class Widget:
    """One conversation through the patient API. `url` is the web process's address."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname or "127.0.0.1", address.port or 80
        self._posts = _connection(self._host, self._port)
        opened = self._json("POST", "/api/conversations", {}, {})
        self._path = f"/api/conversations/{opened['conversation_id']}"
        self._headers = {"Authorization": f"Bearer {opened['token']}"}
        self._asked: list[int] = []
        self._events = _connection(self._host, self._port)
        self._events.request("GET", f"{self._path}/events", headers=self._headers)
        self._stream = self._events.getresponse()
        if self._stream.status != 200:
            raise NoReply(f"The event stream was refused with {self._stream.status}.")

    def ask(self, text: str) -> Answer:
        """See `Asker.ask`: from sending the message until its reply arrived on the stream."""
        started = time.perf_counter()
        body = {"client_message_id": str(uuid.uuid4()), "text": text}
        try:
            sent = self._json("POST", f"{self._path}/messages", body, self._headers)
            acknowledged = time.perf_counter() - started
            seq = int(sent["message"]["seq"])
            self._asked.append(seq)
            while True:
                message = self._next_message()
                if message["author"] == "bot" and message["in_reply_to"] == seq:
                    took = time.perf_counter() - started
                    cited = message["kind"] == "answer" and bool(message["citations"])
                    return Answer(took, cited, acknowledged)
        except (OSError, http.client.HTTPException) as error:
            raise NoReply(f"No reply came: {type(error).__name__}.") from error

    def missing(self) -> int:
        """See `Asker.missing`; read from the log through the API, where a gap in the numbers counts too."""
        found = self._json("GET", f"{self._path}/messages?after=0", None, self._headers)["messages"]
        replied = [message["in_reply_to"] for message in found if message["author"] == "bot"]
        wrong: int = sum(replied.count(seq) != 1 for seq in self._asked)
        wrong += sum(message["seq"] != number for number, message in enumerate(found, 1))
        return wrong

    def close(self) -> None:
        """See `Asker.close`."""
        self._stream.close()
        self._events.close()
        self._posts.close()

    def _next_message(self) -> dict[str, Any]:
        """The data of the next `message` event."""
        event = ""
        while line := self._stream.readline():
            if line.startswith(b"event: "):
                event = line[7:].strip().decode()
            elif line.startswith(b"data: ") and event == "message":
                message: dict[str, Any] = json.loads(line[6:])
                return message
        raise NoReply("The event stream ended.")

    def _json(self, method: str, path: str, body: object, headers: dict[str, str]) -> Any:
        content = None if body is None else json.dumps(body).encode()
        kind = {} if body is None else {"Content-Type": "application/json"}
        self._posts.request(method, path, content, {**headers, **kind})
        response = self._posts.getresponse()
        answer = response.read()
        if response.status >= 300:
            raise NoReply(f"{method} {path.split('?')[0]} was refused with {response.status}.")
        return json.loads(answer)


def _connection(host: str, port: int) -> http.client.HTTPConnection:
    """A connection that stays open and sends at once, as browsers do."""
    connection = http.client.HTTPConnection(host, port, timeout=WAIT_SECONDS)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection
