"""A client of Rasa's REST channel: one request, and the reply comes with its response."""

from __future__ import annotations

import http.client
import json
import socket
import time
import uuid

from tests.bench.asking import Answer, NoReply

WAIT_SECONDS = 60.0


class RestPatient:
    """One conversation with the stock stack; keeps its connection open, as our widget's client does."""

    def __init__(self, port: int) -> None:
        self._sender = uuid.uuid4().hex
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, text: str) -> Answer:
        """See `Asker.ask`. An empty list is a lost question."""
        body = json.dumps({"sender": self._sender, "message": text}).encode()
        started = time.perf_counter()
        try:
            self._connection.request(
                "POST", "/webhooks/rest/webhook", body, {"Content-Type": "application/json"}
            )
            response = self._connection.getresponse()
            messages = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NoReply(f"No reply came: {type(error).__name__}.") from error
        if response.status != 200 or not messages:
            raise NoReply(f"Rasa answered {response.status} with {len(messages)} messages.")
        cited = any(message.get("custom", {}).get("citations") for message in messages)
        return Answer(time.perf_counter() - started, cited)

    def missing(self) -> int:
        """The stock stack keeps no transcript to compare with."""
        return 0

    def close(self) -> None:
        """See `Asker.close`."""
        self._connection.close()
