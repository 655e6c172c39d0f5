"""What several areas' tests share: one running assistant for the whole session."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest

with suppress(ImportError):  # Rasa's Python has none, and its tests need none
    from hypothesis import HealthCheck, settings

    # No test is timed: a busy machine is no fault of the code.
    settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("patient")

# bot/extensions is written for Rasa's Python and tested with it; all else needs the newer one.
collect_ignore = ["extensions"] if sys.version_info >= (3, 11) else []


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """The real processes on free ports with the starting knowledge base, ready to serve.

    A `bot.operations.stack.Stack`. Shared: leave it serving. A test that breaks processes or needs
    other settings starts its own with `temporary_stack`.
    """
    from bot.operations.stack import temporary_stack

    with temporary_stack(tmp_path_factory.mktemp("stack")) as running:
        running.wait_ready()
        yield running


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a throw-away PostgreSQL server. Shared: begin with `postgres.empty(url)`."""
    from tests.support import postgres

    reason = postgres.why_not()
    if reason is not None:
        pytest.skip(reason)
    with postgres.server() as url:
        yield url


@pytest.fixture
def redis_server() -> Iterator[object]:
    """A `tests.support.redis_server.RedisServer` of its own, which the test may stop and start again."""
    from tests.support import redis_server as support

    reason = support.why_not()
    if reason is not None:
        pytest.skip(reason)
    with support.server() as running:
        yield running
