"""Shares with their 95 % confidence intervals, and means with bootstrap ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Z = 1.959964
SAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Share:
    """Some of several; `low` and `high` are Wilson's interval."""

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
        """The ends of the interval."""
        if not self.whole:
            return 0.0, 1.0
        spread = Z * Z / self.whole
        middle = (self.value + spread / 2) / (1 + spread)
        half = Z / (1 + spread) * math.sqrt((self.value * (1 - self.value) + spread / 4) / self.whole)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{100 * self.value:.1f} % ({self.part}/{self.whole}; {100 * low:.1f}–{100 * high:.1f})"


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean and its bootstrap interval."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Mean:
        """Of values that were measured independently, one per question."""
        numbers = np.asarray(values, dtype=float)
        drawn = np.random.default_rng(0).choice(numbers, (SAMPLES, len(numbers)))
        low, high = np.percentile(drawn.mean(axis=1), [2.5, 97.5])
        return cls(float(numbers.mean()), float(low), float(high))

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f})"


def certainly_better(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Paired bootstrap: how often, drawing the same questions for both, our mean is higher (0…1)."""
    apart = np.asarray(ours) - np.asarray(theirs)
    drawn = np.random.default_rng(0).choice(apart, (SAMPLES, len(apart)))
    return float((drawn.mean(axis=1) > 0).mean())
