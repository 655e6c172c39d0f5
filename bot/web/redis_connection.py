"""How the web process reaches Redis: quickly or not at all, because everything works without it."""

from __future__ import annotations

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

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
