"""How many event streams one address may have open at the same time."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

MOST_OF_AN_ADDRESS = 2_000
"""A hospital or a telephone company may stand behind one address. One web process has room for 12,000."""


class Places(Protocol):
    """Places that callers take and give back."""

    def take(self, caller: str, most: int) -> str | None:
        """A place, to be given back; None when the caller has `most` already."""

    def give_back(self, caller: str, place: str) -> None:
        """The place is free again."""


class PlacesHere:
    """Places of this process alone."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    def take(self, caller: str, most: int) -> str | None:
        """See `Places.take`."""
        if self._taken[caller] >= most:
            return None
        self._taken[caller] += 1
        return caller

    def give_back(self, caller: str, place: str) -> None:  # noqa: ARG002 - one is as good as another
        """See `Places.give_back`."""
        self._taken[caller] -= 1
        if self._taken[caller] <= 0:
            del self._taken[caller]

    def __len__(self) -> int:
        return self._taken.total()
