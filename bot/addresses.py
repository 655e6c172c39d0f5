"""Several servers that do the same: which to ask first, and which to leave alone for a while.

Used by the web process and the worker for Rasa, and by Rasa for the action servers: standard library only.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 16.0


class Addresses:
    """Servers by address. `order` says in which order to ask, `failed` and `answered` how it went.

    A conversation prefers the same server as long as it answers (rendezvous hashing: when a server comes or
    goes, only its own conversations move). One that failed is asked last for a while, longer each time; then
    one question goes to it, and the others wait for how that goes.
    """

    def __init__(self, urls: Sequence[str], clock: Callable[[], float] = time.monotonic) -> None:
        if not urls:
            raise ValueError("There must be at least one address.")
        self._urls = tuple(urls)
        self._clock = clock
        self._pause: dict[str, float] = {}
        self._rests_until: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._urls)

    def order(self, key: str) -> list[str]:
        """All addresses, the one to ask first at the beginning."""
        if len(self._urls) == 1:
            return list(self._urls)
        preferred = sorted(self._urls, key=lambda url: _weight(url, key), reverse=True)
        now = self._clock()
        ordered = sorted(preferred, key=lambda url: self._rests_until.get(url, 0.0) > now)
        first = ordered[0]
        if first in self._pause and self._rests_until[first] <= now:  # this question finds out how it is now
            self._pause[first] = min(2 * self._pause[first], LONGEST_PAUSE)
            self._rests_until[first] = now + self._pause[first]
        return ordered

    def failed(self, url: str) -> None:
        """The server did not answer."""
        self._rests_until[url] = self._clock() + self._pause.setdefault(url, FIRST_PAUSE)

    def answered(self, url: str) -> None:
        """The server answered."""
        self._pause.pop(url, None)
        self._rests_until.pop(url, None)


def _weight(url: str, key: str) -> bytes:
    return hashlib.blake2b(f"{url}\n{key}".encode(), digest_size=8).digest()
