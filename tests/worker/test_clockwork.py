"""Jobs on a clock: one that fails or is slow harms no other."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from bot.worker.clockwork import Clockwork, Job

CANARY = "xylophonecanary"


def job(name: str, run: object, every: float = 0.01, at_most: float = 60.0) -> Job:
    return Job(name, every, run, at_most)  # type: ignore[arg-type]


@pytest.fixture
def running() -> Iterator[list[Clockwork]]:
    made: list[Clockwork] = []
    yield made
    for each in made:
        each.stop(5)


def test_a_job_that_fails_is_tried_again_and_stops_no_other(
    running: list[Clockwork], caplog: pytest.LogCaptureFixture
) -> None:
    tries, others = threading.Semaphore(0), threading.Semaphore(0)
    left = [3]

    def fails_at_first() -> None:
        tries.release()
        if left[0]:
            left[0] -= 1
            raise RuntimeError(CANARY)

    running.append(Clockwork([job("fails", fails_at_first), job("works", others.release)]))
    running[0].start()
    for _ in range(6):
        assert tries.acquire(timeout=10)
        assert others.acquire(timeout=10)
    assert caplog.text.count("“fails” failed and is tried again: RuntimeError at") == 1
    assert "“fails” works again after 3 failures" in caplog.text
    assert CANARY not in caplog.text


def test_a_slow_job_holds_up_no_other_and_is_named_when_it_takes_too_long(running: list[Clockwork]) -> None:
    go_on, others = threading.Event(), threading.Semaphore(0)
    slow = job("slow", lambda: go_on.wait(30) and None, every=60, at_most=0.05)
    running.append(Clockwork([slow, job("works", others.release)]))
    running[0].start()
    for _ in range(5):
        assert others.acquire(timeout=10)
    until = time.monotonic() + 10
    while running[0].stuck() != ["slow"] and time.monotonic() < until:
        time.sleep(0.01)
    assert running[0].stuck() == ["slow"]
    go_on.set()
    while running[0].stuck() and time.monotonic() < until:
        time.sleep(0.01)
    assert running[0].stuck() == []


def test_a_job_with_more_to_do_does_not_wait_for_its_time(running: list[Clockwork]) -> None:
    runs = threading.Semaphore(0)

    def more() -> bool:
        runs.release()
        return True

    running.append(Clockwork([job("more", more, every=3_600)]))
    running[0].start()
    for _ in range(20):
        assert runs.acquire(timeout=10)


def test_stopping_lets_a_job_finish() -> None:
    began, done = threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        time.sleep(0.2)
        done.set()

    clockwork = Clockwork([job("works", work, every=3_600)])
    clockwork.start()
    assert began.wait(10)
    clockwork.stop(10)
    assert done.is_set()
