"""Limits that hold across all web processes, counted in Redis and by its clock.

While Redis is away, this process's own memory counts. That memory counts along all the time, so that nobody gets a
fresh start when Redis goes. Callers are kept under a keyed hash: addresses of visitors cannot be read from Redis.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from functools import partial

import redis

from bot.web.limits import CountsHere, Rate
from bot.web.places import PlacesHere
from bot.web.redis_connection import Careful

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
    """See `Counts`."""

    def __init__(self, client: redis.Redis, key: str) -> None:
        self._count = client.register_script(_COUNT)
        self._redis = Careful()
        self._key = key
        self._here = CountsHere()

    def too_early(self, rate: Rate, caller: str) -> float:
        """See `Counts.too_early`."""
        who = f"nkbot:limit:{_hashed(self._key, rate.name, caller)}"
        arguments = [rate.burst, round(rate.every * 1000)]
        told = self._redis.ask(lambda: int(self._count(keys=[who], args=arguments)))
        if told is None:
            return self._here.too_early(rate, caller)
        if told <= 0:
            self._here.too_early(rate, caller)
        return told / 1000


LEASE_SECONDS = 60.0
RENEW_SECONDS = 20.0
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
for each = 3, #ARGV do redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[1]), ARGV[each]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
"""
"""Takes or renews places: a lease in milliseconds, how many there may be, and the places' names."""


class RedisPlaces:
    """See `Places`. Places are leased and renewed, so that those of a process that died become free."""

    def __init__(self, client: redis.Redis, key: str) -> None:
        self._client = client
        self._take = client.register_script(_TAKE)
        self._redis = Careful()
        self._key = key
        self._here = PlacesHere()
        self._held: dict[str, set[str]] = {}
        self._renewing = False

    def take(self, caller: str, most: int) -> str | None:
        """See `Places.take`."""
        if self._here.take(caller, most) is None:
            return None
        who, place = self._name(caller), secrets.token_hex(6)
        if self._redis.ask(lambda: self._lease(who, most, [place])) == 0:
            self._here.give_back(caller, caller)
            return None
        self._held.setdefault(who, set()).add(place)
        if not self._renewing:
            self._renewing = True
            threading.Thread(target=self._renew_always, name="places", daemon=True).start()
        return place

    def give_back(self, caller: str, place: str) -> None:
        """See `Places.give_back`."""
        self._here.give_back(caller, caller)
        who = self._name(caller)
        held = self._held.get(who, set())
        held.discard(place)
        if not held:
            self._held.pop(who, None)
        self._redis.ask(lambda: self._client.zrem(who, place))

    def renew(self) -> None:
        """Prolongs the leases of all places that this process holds."""
        for who, places in list(self._held.items()):
            several = list(places)
            if several:
                self._redis.ask(partial(self._lease, who, _UNLIMITED, several))

    def _lease(self, who: str, most: int, places: list[str]) -> int:
        return int(self._take(keys=[who], args=[round(LEASE_SECONDS * 1000), most, *places]))

    def _renew_always(self) -> None:
        while True:
            time.sleep(RENEW_SECONDS)
            self.renew()

    def _name(self, caller: str) -> str:
        return f"nkbot:places:{_hashed(self._key, 'places', caller)}"


_UNLIMITED = 1_000_000


def _hashed(key: str, what: str, caller: str) -> str:
    return hmac.new(key.encode(), f"{what}\n{caller}".encode(), hashlib.sha256).hexdigest()[:32]
