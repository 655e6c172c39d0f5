"""Rate limits: how often one conversation or one address may ask for something."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.web.errors import Problem
from bot.web.places import MOST_OF_AN_ADDRESS, Places, PlacesHere

_SWEEP_AT = 10_000
_STREAMS_AGAIN = 10
"""Seconds after which somebody who found no place for a stream may ask again."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, and then one more every `every` seconds."""

    name: str
    burst: int
    every: float


MESSAGES = Rate("messages", burst=20, every=1.5)
CONVERSATIONS = Rate("conversations", burst=60, every=1.0)
SMALL_THINGS = Rate("small things", burst=60, every=0.5)
UPLOADS = Rate("uploads", burst=40, every=5.0)
READS = Rate("reads", burst=240, every=0.05)
"""Reading is cheap, and a page that lost its stream reads often."""


class Counts(Protocol):
    """Who has asked for how much."""

    def too_early(self, rate: Rate, caller: str) -> float:
        """Counts a request; or counts nothing, and gives the seconds for which the caller has to wait."""


class CountsHere:
    """Counts in this process's memory, by the time at which each caller has "paid off" the earlier requests.

    One number per caller is kept, and callers who owe nothing are forgotten.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._paid_off: dict[tuple[str, str], float] = {}

    def too_early(self, rate: Rate, caller: str) -> float:
        """See `Counts.too_early`."""
        now, key = self._clock(), (rate.name, caller)
        paid_off = max(self._paid_off.get(key, now), now) + rate.every
        too_early = paid_off - now - rate.burst * rate.every
        if too_early > 0:
            return too_early
        if len(self._paid_off) >= _SWEEP_AT and key not in self._paid_off:
            self._paid_off = {each: moment for each, moment in self._paid_off.items() if moment > now}
        self._paid_off[key] = paid_off
        return 0.0

    def __len__(self) -> int:
        return len(self._paid_off)


class Limits:
    """What the views ask before they do something."""

    def __init__(self, enabled: bool, counts: Counts | None = None, places: Places | None = None) -> None:
        self._enabled = enabled
        self._places = PlacesHere() if places is None else places
        self._counts = CountsHere() if counts is None else counts

    def check(self, rate: Rate, caller: str) -> None:
        """Raises `Problem` 429 when the caller has to wait."""
        if self._enabled and (wait := self._counts.too_early(rate, caller)) > 0:
            raise Problem(429, "too_many_requests", retry_after=math.ceil(wait))

    def stream(self, caller: str) -> Callable[[], None]:
        """A place for one more event stream of an address; call what comes back when the stream is over.

        Raises `Problem` 429 when the address has too many open.
        """
        if not self._enabled:
            return _nothing
        place = self._places.take(caller, MOST_OF_AN_ADDRESS)
        if place is None:
            raise Problem(429, "too_many_requests", retry_after=_STREAMS_AGAIN)
        return lambda: self._places.give_back(caller, place)


def _nothing() -> None:
    """There is nothing to give back."""
