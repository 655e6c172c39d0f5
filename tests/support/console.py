"""An advisor's page as a program: reads the console's stream event by event, and the record afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from bot.accounts.audit import Audit
from bot.conversations.database import Database
from tests.support.advisor import AdvisorAtDesk
from tests.support.web_process import WebProcess

Event = tuple[str, Any]


def database_url(web: WebProcess) -> str:
    """Where a test's web process keeps conversations and accounts."""
    return f"sqlite:///{web.log_file.parent / 'conversations.sqlite3'}"


def recorded(web: WebProcess, conversation: str) -> list[str]:
    """What the record says was done with a conversation, oldest first."""
    database = Database(database_url(web))
    try:
        entries = Audit(database).entries(limit=200, conversation_id=conversation)
    finally:
        database.close()
    return [entry.action for entry in reversed(entries)]


class Following:
    """The open stream of one page."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.iter_lines()

    def __iter__(self) -> Iterator[Event]:
        name = ""
        for line in self._lines:
            field, _, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                yield name, json.loads(value)

    def until(self, name: str, fits: Callable[[Any], bool] = lambda _: True) -> Any:
        """What the next event of this name says that fits; AssertionError when the stream ends first."""
        for found, data in self:
            if found == name and fits(data):
                return data
        raise AssertionError(f"the stream ended without a fitting {name}")


@contextmanager
def watching(advisor: AdvisorAtDesk) -> Iterator[Following]:
    """An advisor's page with its stream open, past the beginning."""
    with advisor.http.stream("GET", "/console/api/events", timeout=20) as response:
        assert response.status_code == 200, response.read()
        desk = Following(response)
        desk.until("ping")
        yield desk
