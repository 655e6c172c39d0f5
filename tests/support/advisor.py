"""An advisor as a program: signs in and works through the console's API exactly as its page does."""

from __future__ import annotations

import re
import uuid
from typing import Any

import httpx

from bot.accounts.model import Role
from bot.accounts.store import Accounts
from bot.conversations.database import Database

PASSWORD = "a long password for tests only"


class AdvisorAtDesk:
    """Somebody who has signed in. `database_url` is the web process's database: the account is made there.

    `way` is how the requests get there, where that is not straight to `url`.
    """

    def __init__(
        self,
        url: str,
        database_url: str,
        name: str,
        role: Role = Role.ADVISOR,
        way: httpx.BaseTransport | None = None,
    ) -> None:
        self.name = name
        self.login = f"{re.sub('[^a-z]', '', name.lower())}-{uuid.uuid4().hex[:8]}"
        database = Database(database_url)
        self.account = Accounts(database).create(self.login, name, role, PASSWORD)
        database.close()
        self.http = httpx.Client(base_url=url, timeout=15, transport=way)
        signed_in = self.http.post("/sign-in", json={"login": self.login, "password": PASSWORD})
        signed_in.raise_for_status()
        page = self.http.get("/console").text
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found, "the console's page has no token for changes"
        self.http.headers["X-CSRF-Token"] = found[1]

    def post(self, conversation: str, what: str, body: dict[str, Any] | None = None) -> httpx.Response:
        """One action on a conversation, as the console's page asks for it."""
        return self.http.post(f"/console/api/conversations/{conversation}/{what}", json=body or {})

    def do(self, conversation: str, what: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The same; AssertionError when it is refused."""
        answer = self.post(conversation, what, body)
        assert answer.status_code < 300, f"{what} was refused with {answer.status_code}: {answer.text}"
        return dict(answer.json()) if answer.content else {}

    def write(self, conversation: str, text: str) -> dict[str, Any]:
        """Sends the patient a message."""
        return self.do(conversation, "messages", {"client_message_id": str(uuid.uuid4()), "text": text})

    def be_there(self) -> None:
        """What the open page says every few seconds."""
        self.http.post("/console/api/presence", json={"available": True}).raise_for_status()

    def close(self) -> None:
        """Lets go of the connections."""
        self.http.close()
