"""Talking with the real Rasa as the web process does: through the channel, with the token."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bot.operations.stack import Stack


class Rasa:
    """A client of the channel of a running stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.http = httpx.Client(
            base_url=f"{stack.settings.rasa_url}/webhooks/nkbot",
            headers={"Authorization": f"Bearer {stack.settings.internal_token}"},
            timeout=15,
        )

    def send(
        self, text: str, conversation: str, seq: int = 1, *, interrupted: bool = False
    ) -> httpx.Response:
        """One turn."""
        body = {"conversation_id": conversation, "message_seq": seq, "text": text, "interrupted": interrupted}
        return self.http.post("/messages", json=body)

    def conversation(self) -> Conversation:
        return Conversation(self)


class Conversation:
    """A conversation of its own; `ask` gives the one reply."""

    def __init__(self, rasa: Rasa) -> None:
        self.rasa, self.id, self._seq = rasa, uuid.uuid4().hex, itertools.count(1)

    def ask(self, text: str) -> dict[str, Any]:
        response = self.rasa.send(text, self.id, next(self._seq))
        assert response.status_code == 200, response.text
        (reply,) = response.json()["messages"]
        return dict(reply)


@pytest.fixture
def rasa(stack: Stack) -> Iterator[Rasa]:
    """Rasa of the shared stack."""
    client = Rasa(stack)
    yield client
    client.http.close()
