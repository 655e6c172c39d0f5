"""A share of several with its 95 % confidence interval (Wilson).

In: how many of how many. Out: the share, its ends, and both in words. Standard library only, for every Python we use.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_Z = 1.959964
"""Standard deviations of a 95 % interval."""


@dataclass(frozen=True)
class Share:
    """Some of several, and the 95 % interval in which the true share lies."""

    part: int
    whole: int

    @classmethod
    def of(cls, outcomes: Sequence[bool]) -> Share:
        """How many of the outcomes are true."""
        return cls(sum(outcomes), len(outcomes))

    @property
    def value(self) -> float:
        """The share; nothing of nothing is 0."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The lower and the upper end."""
        if not self.whole:
            return 0.0, 1.0
        spread = _Z * _Z / self.whole
        middle = (self.value + spread / 2) / (1 + spread)
        half = _Z / (1 + spread) * math.sqrt((self.value * (1 - self.value) + spread / 4) / self.whole)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{100 * self.value:.1f} % ({self.part}/{self.whole}; {100 * low:.1f}–{100 * high:.1f})"
