"""Questions that come when they come, whether the last one has been answered or not.

Times count from the moment at which a question was due, so that a slow answer does not hide how long the next ones
would have waited ("coordinated omission").
"""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.bench.asking import Asker, NoReply
from tests.bench.figures import percentile

ALL_BUSY_SECONDS = 30.0
"""Nobody is free to ask for so long: the question counts as lost."""


@dataclass
class Stretch:
    """What came of the questions of one stretch; times in seconds from when a question was due."""

    rate: float
    seconds: float
    asked: int = 0
    lost: int = 0
    waits: list[float] = field(default_factory=list)

    def share(self, share: float) -> float:
        """A percentile in milliseconds; infinite where nothing was answered."""
        return percentile(self.waits, share) * 1000 if self.waits else float("inf")

    @property
    def per_second(self) -> float:
        """Answers a second that it kept up with."""
        return len(self.waits) / self.seconds if self.seconds else 0.0


class Visitors:
    """Open conversations, whose people ask one question at a time."""

    def __init__(self, askers: Sequence[Asker]) -> None:
        self._askers = list(askers)
        self._idle: queue.Queue[Asker] = queue.Queue()
        for asker in self._askers:
            self._idle.put(asker)

    def ask(self, questions: Iterator[str], rate: float, seconds: float, luck: random.Random) -> Stretch:
        """Questions at `rate` a second on average, at random moments, for so many seconds."""
        done = Stretch(rate, seconds)
        lock = threading.Lock()
        threads: list[threading.Thread] = []

        def one(text: str, due: float) -> None:
            try:
                asker = self._idle.get(timeout=ALL_BUSY_SECONDS)
            except queue.Empty:
                with lock:
                    done.lost += 1
                return
            try:
                asker.ask(text)
            except NoReply:
                with lock:
                    done.lost += 1
            else:
                with lock:
                    done.waits.append(time.perf_counter() - due)
            finally:
                self._idle.put(asker)

        began = due = time.perf_counter()
        while (due := due + luck.expovariate(rate)) < began + seconds:
            time.sleep(max(due - time.perf_counter(), 0.0))
            threads.append(threading.Thread(target=one, args=(next(questions), due), daemon=True))
            threads[-1].start()
            done.asked += 1
        for thread in threads:
            thread.join()
        done.seconds = max(time.perf_counter() - began, seconds)
        return done

    def more(self, open_one: Callable[[], Asker], wanted: int) -> None:
        """Others come, until there are so many."""
        while len(self._askers) < wanted:
            asker = open_one()
            self._askers.append(asker)
            self._idle.put(asker)

    def __len__(self) -> int:
        return len(self._askers)

    def missing(self) -> int:
        """Questions that have no reply, or two, in the transcripts."""
        return sum(asker.missing() for asker in self._askers)

    def close(self) -> None:
        """Everybody leaves."""
        for asker in self._askers:
            asker.close()
