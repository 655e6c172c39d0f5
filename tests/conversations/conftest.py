"""Every test of the log runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversations import migrations
from bot.conversations.database import Database
from bot.conversations.handoffs import Handoffs
from bot.conversations.log import ConversationLog
from bot.conversations.ownership import Ownership
from bot.conversations.presence import Presence
from bot.conversations.ratings import Ratings
from bot.conversations.turns import TurnQueue
from tests.support import postgres


class HandClock:
    """A clock that only moves when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now

    def forward(self, milliseconds: int) -> None:
        self.now += milliseconds


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'conversations.sqlite3'}"
    url: str = request.getfixturevalue("postgres_url")
    postgres.empty(url)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    migrations.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def log(database: Database, clock: HandClock) -> ConversationLog:
    return ConversationLog(database, clock)


@pytest.fixture
def queue(database: Database, clock: HandClock) -> TurnQueue:
    return TurnQueue(database, clock)


@pytest.fixture
def ownership(database: Database, clock: HandClock) -> Ownership:
    return Ownership(database, clock)


@pytest.fixture
def handoffs(database: Database, clock: HandClock) -> Handoffs:
    return Handoffs(database, clock)


@pytest.fixture
def presence(database: Database, clock: HandClock) -> Presence:
    return Presence(database, clock)


@pytest.fixture
def ratings(database: Database, clock: HandClock) -> Ratings:
    return Ratings(database, clock)
