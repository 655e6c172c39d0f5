"""Ever more patients, until the slowest twentieth of the answers takes too long: the knee of a stack."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.bench.asking import Asker
from tests.bench.machine import Others
from tests.load.arrivals import Stretch, Visitors

RATES = (2, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100, 120, 150)
"""Questions a second, one step after the other."""
PACE_SECONDS = 20.0
"""A patient reads and thinks for so long between two questions: so many seconds' questions are that many patients."""
STEP_SECONDS = 15.0
KNEE_MS = 1_500.0
MOST_LOST = 0.01
HALVINGS = 2
"""So often the gap between what was carried and what was too much is halved."""


@dataclass
class Knee:
    """What was carried: the last step whose p95 stayed below the limit, with hardly a question lost."""

    carried: float = 0.0
    too_much: float | None = None
    """The slowest pace that was not carried; None when all were, and the knee lies higher."""
    steps: list[tuple[Stretch, float]] = field(default_factory=list)
    """Each step, and the share of the machine that others used meanwhile."""

    @property
    def patients(self) -> int:
        """How many patients at once that is."""
        return round(self.carried * PACE_SECONDS)


def find(
    open_one: Callable[[], Asker],
    roots: Sequence[int],
    questions: Iterator[str],
    luck: random.Random,
    say: Callable[[str], None],
    rates: Sequence[float] = RATES,
    seconds: float = STEP_SECONDS,
    limit_ms: float = KNEE_MS,
) -> Knee:
    """In: `open_one` opens a conversation with the stack whose first processes are `roots`.

    The patients of a step stay for the next one, so nobody asks more than a few questions in one conversation: a stock
    stack slows down in long ones, which `make bench` measures.
    """
    knee = Knee()
    visitors = Visitors([])

    def carries(rate: float) -> bool:
        visitors.more(open_one, round(rate * PACE_SECONDS))
        with Others(roots) as others:
            stretch = visitors.ask(questions, rate, seconds, luck)
        knee.steps.append((stretch, others.share))
        say(
            f"  {rate:g} questions a second of {len(visitors):,} patients: p50 {stretch.share(0.5):,.0f} ms, "
            f"p95 {stretch.share(0.95):,.0f} ms, {stretch.lost} lost; others used {others.share:.0%}"
        )
        return stretch.share(0.95) <= limit_ms and stretch.lost <= stretch.asked * MOST_LOST

    def step(rate: float) -> None:
        if carries(rate):
            knee.carried = rate
        else:
            knee.too_much = rate

    try:
        for rate in rates:
            if knee.too_much is None:
                step(rate)
        for _ in range(HALVINGS):
            if knee.too_much is not None:
                step((knee.carried + knee.too_much) / 2)
    finally:
        visitors.close()
    return knee
