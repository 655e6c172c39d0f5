"""The worker's tests use the log's databases and a stand-in for Rasa."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conversations.conftest import HandClock, clock, database, database_url, log
from tests.support import fake_rasa
from tests.support.fake_rasa import FakeRasa

__all__ = ["HandClock", "clock", "database", "database_url", "log"]


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    with fake_rasa.running() as fake:
        yield fake
