"""How the web process reaches Redis: quickly or not at all, because everything works without it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.failures import where

_log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

REST_SECONDS = 1.0
"""After Redis failed, nobody asks it for so long: a Redis that hangs must not hold up every request."""
PATIENCE_SECONDS = 0.3
"""Whoever asks Redis something waits no longer than this, and then does without."""
MOST_CONNECTIONS = 32


def connect(url: str) -> redis.Redis:
    """A client; it connects when it is used. One that was cut off is replaced at once, a single time."""
    pool = redis.BlockingConnectionPool.from_url(
        url,
        protocol=2,
        max_connections=MOST_CONNECTIONS,
        timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
    )
    return redis.Redis(connection_pool=pool)


class Careful:
    """Asks Redis, and leaves it alone for a moment when it does not answer; then one tries for all."""

    def __init__(self) -> None:
        self._rest_until = 0.0
        self._away = False

    def ask(self, question: Callable[[], Answer]) -> Answer | None:
        """The answer; None when there is none."""
        now = time.monotonic()
        if now < self._rest_until:
            return None
        if self._away:
            self._rest_until = now + REST_SECONDS
        try:
            answer = question()
        except (redis.RedisError, OSError) as error:
            self._rest_until = time.monotonic() + REST_SECONDS
            if not self._away:
                self._away = True
                _log.warning("Redis does not answer, so each web process counts for itself: %s", where(error))
            return None
        self._away, self._rest_until = False, 0.0
        return answer
