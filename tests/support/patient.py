"""A patient as a program: talks to the patient API exactly as the widget does."""

from __future__ import annotations

import time
import uuid
from typing import Any

import httpx


class Patient:
    """One conversation. `url` is the web process's address, such as http://127.0.0.1:8000."""

    def __init__(self, url: str, client: httpx.Client | None = None) -> None:
        self.http = client or httpx.Client(base_url=url, timeout=15)
        opened = self.http.post("/api/conversations")
        opened.raise_for_status()
        body = opened.json()
        self.conversation = str(body["conversation_id"])
        self.greeting: list[dict[str, Any]] = body["messages"]
        self.headers = {"Authorization": f"Bearer {body['token']}"}

    def _path(self, rest: str) -> str:
        return f"/api/conversations/{self.conversation}/{rest}"

    def post(self, text: str, client_message_id: str | None = None) -> httpx.Response:
        """Send one message; the answer comes later."""
        body = {"client_message_id": client_message_id or str(uuid.uuid4()), "text": text}
        return self.http.post(self._path("messages"), json=body, headers=self.headers)

    def messages(self, after: int = 0) -> list[dict[str, Any]]:
        """All messages with a greater sequence number."""
        found = self.http.get(self._path("messages"), params={"after": after}, headers=self.headers)
        found.raise_for_status()
        return list(found.json()["messages"])

    def ask(self, text: str, within: float = 12.0) -> list[dict[str, Any]]:
        """Send a message and return the bot's messages that reply to it.

        Raises AssertionError where the message is refused or no reply comes `within` seconds.
        """
        sent = self.post(text)
        assert sent.status_code == 201, f"refused with {sent.status_code}: {sent.text}"
        seq = int(sent.json()["message"]["seq"])
        until = time.monotonic() + within
        while time.monotonic() < until:
            replies = [m for m in self.messages(seq) if m["author"] == "bot" and m["in_reply_to"] == seq]
            if replies:
                return replies
            time.sleep(0.004)
        raise AssertionError(f"no reply within {within} s")
