"""Rate limits that hold across all web processes, counted in Redis and by its clock."""

from __future__ import annotations

import hashlib
import hmac
import logging
import time

import redis

from bot.failures import where
from bot.web.limits import CountsHere, Rate

_log = logging.getLogger(__name__)

REST_SECONDS = 1.0
"""After Redis failed, nobody asks it for so long: a Redis that hangs must not hold up every request."""

_COUNT = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local burst, every = tonumber(ARGV[1]), tonumber(ARGV[2])
local paid_off = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + every
local too_early = paid_off - now - burst * every
if too_early > 0 then return too_early end
redis.call('SET', KEYS[1], string.format('%.0f', paid_off), 'PX', math.ceil(paid_off - now))
return 0
"""
"""As `CountsHere.too_early`, in milliseconds, in one step of Redis. Who owes nothing is forgotten by itself."""


class RedisCounts:
    """See `Counts`. While Redis is away, this process's own memory counts.

    That memory counts along all the time, so that nobody gets a fresh start when Redis goes. Callers are
    kept under a keyed hash: addresses of visitors cannot be read from Redis.
    """

    def __init__(self, client: redis.Redis, key: str) -> None:
        self._count = client.register_script(_COUNT)
        self._key = key.encode()
        self._here = CountsHere()
        self._rest_until = 0.0
        self._away = False

    def too_early(self, rate: Rate, caller: str) -> float:
        """See `Counts.too_early`."""
        wait = self._ask(rate, caller)
        if wait is None:
            return self._here.too_early(rate, caller)
        if wait <= 0:
            self._here.too_early(rate, caller)
        return wait

    def _ask(self, rate: Rate, caller: str) -> float | None:
        """What Redis says; None when it says nothing."""
        now = time.monotonic()
        if now < self._rest_until:
            return None
        if self._away:
            self._rest_until = now + REST_SECONDS  # one tries whether it is back; the others go on without
        who = hmac.new(self._key, f"{rate.name}\n{caller}".encode(), hashlib.sha256).hexdigest()[:32]
        try:
            told = self._count(keys=[f"nkbot:limit:{who}"], args=[rate.burst, round(rate.every * 1000)])
        except (redis.RedisError, OSError) as error:
            self._rest_until = time.monotonic() + REST_SECONDS
            if not self._away:
                self._away = True
                _log.warning("Redis does not answer, so each web process counts for itself: %s", where(error))
            return None
        self._away, self._rest_until = False, 0.0
        return int(told) / 1000
