"""A clock for what keeps time in milliseconds."""

from __future__ import annotations


class Clock:
    """A clock that is set by hand."""

    now = 1_750_000_000_000

    def __call__(self) -> int:
        return self.now
