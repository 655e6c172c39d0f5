"""How a long publication tells how far it is: phases, counts, and from them a rate and the time left.

Whoever works calls a `Progress` at the start of a phase with nothing done, then as it gets on; whoever
shows it (the command line, the editor's page) makes of that what `Pace` computes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Phase(StrEnum):
    """The parts of a publication in their order; `done` and `total` count what is said here."""

    READING = "reading"
    """Passages read from the database."""
    EMBEDDING = "embedding"
    """Texts that no cached vector was found for; often only a few, or none."""
    INDEXING = "indexing"
    """Steps of building the search index."""
    WRITING = "writing"
    """Files of the snapshot."""
    VERIFYING = "verifying"
    """Files of the snapshot."""


class Progress(Protocol):
    """Told how far a phase is. May be called from any thread, one call at a time."""

    def __call__(self, phase: str, done: int, total: int, /) -> None: ...


def nobody(_phase: str, _done: int, _total: int, /) -> None:
    """Nobody wants to know."""


def seldom(tell: Progress, seconds: float = 1.0, clock: Callable[[], float] = time.monotonic) -> Progress:
    """Passes on the start and the end of every phase, and between them one call in so many seconds."""
    last = float("-inf")

    def told(phase: str, done: int, total: int, /) -> None:
        nonlocal last
        now = clock()
        if 0 < done < total and now - last < seconds:
            return
        last = now
        tell(phase, done, total)

    return told


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a phase is: `per_second` and `seconds_left` are None while there is nothing to go by."""

    phase: str
    done: int
    total: int
    per_second: float | None = None
    seconds_left: float | None = None

    def __str__(self) -> str:
        """In words, such as “embedding: 512 of 9,800, 95 a second, 2 min left”."""
        said = f"{self.phase}: {self.done:,} of {self.total:,}"
        if self.per_second is None or self.seconds_left is None:
            return said
        rate = f"{self.per_second:,.0f}" if self.per_second >= 10 else f"{self.per_second:.1f}"
        return f"{said}, {rate} a second" + (
            f", {_span(self.seconds_left)} left" if self.seconds_left else ""
        )


class Pace:
    """Turns what a `Progress` is told into rates and times left; one for each publication."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._phase = ""
        self._began = (0.0, 0)

    def __call__(self, phase: str, done: int, total: int) -> Standing:
        """Where the phase stands, by the mean rate since it began."""
        now = self._clock()
        if phase != self._phase:
            self._phase, self._began = phase, (now, done)
        began, already = self._began
        seconds, made = now - began, done - already
        if seconds <= 0 or made <= 0:
            return Standing(phase, done, total)
        rate = made / seconds
        return Standing(phase, done, total, rate, max(0, total - done) / rate)


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes / 60:.1f} h"
