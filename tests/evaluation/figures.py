"""Means with their 95 % confidence intervals, and whether one of two ways is surely better (bootstrap)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SAMPLES = 2000


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
