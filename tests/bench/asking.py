"""Asking many questions at once, and how long each answer took to become visible."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tests.bench.figures import percentile

PER_CONVERSATION = 10
"""Questions of one patient in one conversation; the stock stack slows down in longer ones."""


class NoReply(Exception):
    """A question was refused or got no reply; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a question fared. `cited` is true for an answer with at least one citation.

    `acknowledged` are the seconds until the question was taken, where that comes before the answer.
    """

    seconds: float
    cited: bool
    acknowledged: float = 0.0


class Asker(Protocol):
    """One open conversation."""

    def ask(self, text: str) -> Answer:
        """Sends a question and waits until the reply is visible. NoReply when none comes."""

    def missing(self) -> int:
        """How many questions have no reply, or two, in the transcript afterwards."""

    def close(self) -> None:
        """Lets go of the connections."""


@dataclass
class Round:
    """One stretch of asking. `seconds` is from the first question to the last reply."""

    seconds: float = 0.0
    answers: list[Answer] = field(default_factory=list)
    lost: int = 0

    def share(self, share: float) -> float:
        """A percentile of the cited answers' times, in milliseconds."""
        return percentile([each.seconds for each in self.cited], share) * 1000

    @property
    def cited(self) -> list[Answer]:
        """The answers with a citation."""
        return [each for each in self.answers if each.cited]

    @property
    def per_second(self) -> float:
        """Cited answers a second."""
        return len(self.cited) / self.seconds if self.seconds else 0.0


def ask_at_once(open_one: Callable[[], Asker], questions: Iterator[str], patients: int, each: int) -> Round:
    """So many patients ask so many questions each, one after the other, all at the same time.

    Conversations are opened before the clock starts, and a patient begins a new one after every
    `PER_CONVERSATION` questions.
    """
    done = Round()
    lock = threading.Lock()
    begin = threading.Barrier(patients + 1)
    lists = [[next(questions) for _ in range(each)] for _ in range(patients)]
    askers = [[open_one() for _ in range(-(-each // PER_CONVERSATION))] for _ in range(patients)]

    def patient(own: Sequence[Asker], texts: Sequence[str]) -> None:
        begin.wait()
        for number, text in enumerate(texts):
            try:
                answer = own[number // PER_CONVERSATION].ask(text)
            except NoReply:
                with lock:
                    done.lost += 1
            else:
                with lock:
                    done.answers.append(answer)

    threads = [
        threading.Thread(target=patient, args=pair, daemon=True) for pair in zip(askers, lists, strict=True)
    ]
    for thread in threads:
        thread.start()
    begin.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    done.seconds = time.perf_counter() - started
    for asker in (asker for own in askers for asker in own):
        done.lost += asker.missing()
        asker.close()
    return done
