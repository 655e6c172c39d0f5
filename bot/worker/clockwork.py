"""Runs jobs on a clock, each in its own thread, so that one that fails or is slow holds up no other."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.failures import where

_log = logging.getLogger(__name__)

LONGEST_PAUSE = 5.0
"""Seconds at most between two tries of a job that fails, unless it is a rarer one."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something small to do again and again.

    `run` returns true when there is more to do at once. It must be harmless to run it again, to break it off
    at any point, and to run it in two processes at the same time. `every` and `at_most` are in seconds;
    a job that takes longer than `at_most` is taken for stuck.
    """

    name: str
    every: float
    run: Callable[[], bool | None]
    at_most: float = 120.0


class Clockwork:
    """The jobs' threads. `start` them, ask `stuck` now and then, `stop` them."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = jobs
        self._stopping = threading.Event()
        self._began: dict[str, float] = {}
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begins every job at once."""
        for job in self._jobs:
            thread = threading.Thread(target=self._repeat, args=(job,), name=job.name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, seconds: float) -> None:
        """Lets jobs that are running finish, for so many seconds in all."""
        self._stopping.set()
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(until - time.monotonic(), 0))

    def stuck(self) -> list[str]:
        """The names of jobs that have run for longer than they may."""
        now = time.monotonic()
        began = dict(self._began)
        return [job.name for job in self._jobs if now - began.get(job.name, now) > job.at_most]

    def _repeat(self, job: Job) -> None:
        failures = 0
        while not self._stopping.is_set():
            self._began[job.name] = time.monotonic()
            pause = job.every
            try:
                if job.run():
                    pause = 0
            except Exception as error:  # noqa: BLE001 - the next try may work, and the other jobs do
                failures += 1
                pause = max(job.every, min(job.every * 2**failures, LONGEST_PAUSE))
                if failures == 1:  # not a line every second while the database is away
                    _log.error("the job “%s” failed and is tried again: %s", job.name, where(error))
            else:
                if failures:
                    _log.warning("the job “%s” works again after %d failures", job.name, failures)
                failures = 0
            finally:
                self._began.pop(job.name, None)
            self._stopping.wait(pause)
