"""The knee is the last pace that was carried, and one that was never reached is not invented."""

from __future__ import annotations

import random
import threading
import time
from itertools import repeat

import pytest

from tests.bench.asking import Answer
from tests.load import knee


class OneAtATime:
    """Conversations with a stack that answers one question after the other."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._busy = threading.Lock()
        self.opened = 0

    def open(self) -> OneAtATime:
        self.opened += 1
        return self

    def ask(self, text: str) -> Answer:
        with self._busy:
            time.sleep(self._seconds)
        return Answer(self._seconds, cited=bool(text))

    def missing(self) -> int:
        return 0

    def close(self) -> None:
        return None


def find(stack: OneAtATime, rates: tuple[float, ...]) -> knee.Knee:
    told: list[str] = []
    found = knee.find(
        stack.open, [], repeat("is it safe"), random.Random(1), told.append, rates, seconds=2.0, limit_ms=400
    )
    assert len(told) == len(found.steps)
    return found


def test_it_stops_at_the_first_step_that_is_too_much_and_looks_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(knee, "HALVINGS", 1)
    stack = OneAtATime(0.05)  # 20 a second
    found = find(stack, (2, 100, 200))
    assert [stretch.rate for stretch, _ in found.steps] == [2, 100, 51]
    assert (found.carried, found.too_much, found.patients) == (2, 51, 40)
    assert stack.opened == 100 * knee.PACE_SECONDS, "the patients of the first step stayed"


def test_a_knee_that_lies_higher_is_not_found() -> None:
    found = find(OneAtATime(0.001), (2, 4))
    assert (found.carried, found.too_much) == (4, None)
