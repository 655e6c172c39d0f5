"""Whether a long conversation is slower than a new one: turn 200 against turn 1."""

from __future__ import annotations

import statistics
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.bench.answers import CALM, Side
from tests.bench.asking import Asker, NoReply
from tests.bench.figures import Figure, median_of
from tests.bench.machine import Others, wait_for_calm


@dataclass(frozen=True, slots=True)
class Length:
    """Conversations of `turns` turns; the last `window` are compared with the first `window` of new ones."""

    turns: int = 200
    window: int = 10
    conversations: int = 4
    reach: float = 1.2


@dataclass
class Compared:
    """Seconds of each side's first and last turns."""

    first: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)
    lost: int = 0

    @property
    def growth(self) -> float | None:
        """How many times longer the last turns took."""
        if not self.first or not self.last:
            return None
        return statistics.median(self.last) / statistics.median(self.first)


def measure(
    sides: Sequence[Side],
    questions: Iterator[str],
    length: Length,
    patience: float,
    say: Callable[[str], None],
) -> tuple[list[Figure], dict[str, object]]:
    """The figures, and every time for the record. `patience` as in `answers.measure`."""
    compared: list[Compared] = []
    with Others(pid for side in sides for pid in side.roots) as others:
        for side in sides:
            say(f"  {side.name}: {length.conversations} conversations of {length.turns} turns")
            compared.append(_compare(side, questions, length, patience))
    ours, baseline = compared[0], compared[1] if len(compared) > 1 else None
    span = f"turns {length.turns - length.window + 1}–{length.turns}"
    note = f"others used {others.share:.0%} of the machine" + (f"; {ours.lost} LOST" if ours.lost else "")
    figures = [
        Figure(
            f"{span} against turns 1–{length.window}",
            ours.growth,
            "×",
            length.reach,
            baseline.growth if baseline else None,
            note=note,
        ),
        Figure(
            f"{span}: answer p50",
            _milliseconds(ours.last),
            "ms",
            baseline=_milliseconds(baseline.last) if baseline else None,
        ),
    ]
    record: dict[str, object] = {
        side.name: {"first": each.first, "last": each.last, "lost": each.lost, "others": others.share}
        for side, each in zip(sides, compared, strict=True)
    }
    return figures, record


def _compare(side: Side, questions: Iterator[str], length: Length, patience: float) -> Compared:
    """Grow long conversations, then ask new and long ones in turn, the same questions."""
    found = Compared()
    old = [side.open() for _ in range(length.conversations)]
    _grow(old, questions, length.turns - length.window, found)
    for each in old:
        new = side.open()
        wait_for_calm(side.roots, CALM, patience)
        for _ in range(length.window):
            text = next(questions)
            _ask(new, text, found, found.first)
            _ask(each, text, found, found.last)
        for asker in (new, each):
            found.lost += asker.missing()
            asker.close()
    return found


def _grow(askers: Sequence[Asker], questions: Iterator[str], turns: int, found: Compared) -> None:
    """Ask each of them so many questions, all at once; times do not count."""
    lists = [[next(questions) for _ in range(turns)] for _ in askers]

    def grow(asker: Asker, texts: Sequence[str]) -> None:
        for text in texts:
            _ask(asker, text, found, [])

    threads = [
        threading.Thread(target=grow, args=pair, daemon=True) for pair in zip(askers, lists, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _ask(asker: Asker, text: str, found: Compared, times: list[float]) -> None:
    """Times count for cited answers only."""
    try:
        answer = asker.ask(text)
    except NoReply:
        found.lost += 1
    else:
        if answer.cited:
            times.append(answer.seconds)


def _milliseconds(seconds: Sequence[float]) -> float | None:
    middle = median_of(seconds)
    return None if middle is None else middle * 1000
