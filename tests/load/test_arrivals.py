"""Questions come at their own pace, and a slow answer does not hide how long the next ones waited."""

from __future__ import annotations

import random
import time
from itertools import repeat

from tests.bench.asking import Answer, NoReply
from tests.load.arrivals import Visitors


class Slow:
    """Takes its time, or fails."""

    def __init__(self, seconds: float, *, fails: bool = False) -> None:
        self._seconds = seconds
        self._fails = fails

    def ask(self, text: str) -> Answer:
        time.sleep(self._seconds)
        if self._fails:
            raise NoReply("No reply came.")
        return Answer(self._seconds, cited=bool(text))

    def missing(self) -> int:
        return 0

    def close(self) -> None:
        return None


def test_waiting_for_somebody_slow_counts_and_many_do_not_wait_for_each_other() -> None:
    one = Visitors([Slow(0.1)]).ask(repeat("is it safe"), rate=40, seconds=0.5, luck=random.Random(1))
    many = Visitors([Slow(0.1) for _ in range(50)])
    apart = many.ask(repeat("is it safe"), rate=40, seconds=0.5, luck=random.Random(1))
    assert one.asked == apart.asked >= 8
    assert one.lost == apart.lost == 0
    assert one.share(1.0) >= 100 * one.asked * 0.5, "the last one waited for all before it"
    assert apart.share(0.5) < one.share(0.5)


def test_what_gets_no_reply_is_lost() -> None:
    done = Visitors([Slow(0.0, fails=True)]).ask(repeat("is it safe"), 40, 0.3, random.Random(1))
    assert done.lost == done.asked > 0
    assert done.share(0.95) == float("inf")
