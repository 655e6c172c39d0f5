"""Question → cited answer, for one patient and for several at once, beside the baseline."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.bench.asking import Asker, Round, ask_at_once
from tests.bench.figures import Figure
from tests.bench.machine import Others, used_by_program, wait_for_calm


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two stacks: its name, how to open a conversation, its first processes."""

    name: str
    open: Callable[[], Asker]
    roots: Sequence[int]


@dataclass(frozen=True, slots=True)
class Load:
    """So many patients at once ask so many questions each, in each round."""

    patients: int
    questions: int
    p50: float | None = None
    p95: float | None = None
    per_second: float | None = None
    """What design section 9 wants to be reached."""


LOADS = (
    Load(1, 40, p50=25, p95=50),
    Load(4, 20),
    Load(16, 10, per_second=50),
)
ROUNDS = 5
CALM = 0.15
"""Others may use so much of the machine while a round begins, where there is patience to wait for it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The rounds of one side, and the share of the machine that others used meanwhile."""

    rounds: list[Round]
    others: float
    used: dict[str, float]
    """Seconds of computing by each program of it."""

    def middle(self, value: Callable[[Round], float]) -> float | None:
        """The median of the rounds: a burst of other work spoils a round, not the figure."""
        sound = [each for each in self.rounds if each.cited]
        return statistics.median(map(value, sound)) if sound else None

    @property
    def lost(self) -> int:
        """Questions without a reply, with two, or missing in the transcript."""
        return sum(each.lost for each in self.rounds)

    @property
    def asked(self) -> int:
        """How many questions were asked."""
        return sum(len(each.answers) for each in self.rounds) + self.lost

    @property
    def cited(self) -> int:
        """How many were answered with a citation; the others got a reply of another kind."""
        return sum(len(each.cited) for each in self.rounds)

    def per_answer(self, seconds: float) -> float:
        """Milliseconds for each question that got a reply."""
        return seconds * 1000 / max(sum(len(each.answers) for each in self.rounds), 1)


def measure(
    sides: Sequence[Side],
    questions: Iterator[str],
    rounds: int,
    patience: float,
    say: Callable[[str], None],
) -> tuple[list[Figure], dict[str, object]]:
    """The figures, and every round for the record. The two stacks take turns, so both meet the same noise.

    `patience`: seconds to wait before each round for others on the machine to be quiet.
    """
    warm_up(sides, questions)
    figures: list[Figure] = []
    record: dict[str, object] = {}
    roots = [pid for side in sides for pid in side.roots]
    for load in LOADS:
        taken: dict[str, list[Round]] = {side.name: [] for side in sides}
        others: dict[str, list[float]] = {side.name: [] for side in sides}
        used: dict[str, dict[str, float]] = {side.name: {} for side in sides}
        for number in range(rounds):
            for side in sides:
                wait_for_calm(roots, CALM, patience)
                before = used_by_program(side.roots)
                with Others(roots) as meanwhile:
                    taken[side.name].append(ask_at_once(side.open, questions, load.patients, load.questions))
                others[side.name].append(meanwhile.share)
                for name, seconds in used_by_program(side.roots).items():
                    spent = seconds - before.get(name, 0.0)
                    used[side.name][name] = used[side.name].get(name, 0.0) + spent
            say(f"  {load.patients} at once, round {number + 1} of {rounds}: {_progress(taken)}")
        measured = {
            name: Measured(done, statistics.median(others[name]), used[name]) for name, done in taken.items()
        }
        figures += _figures(load, *measured.values())
        record[f"{load.patients} at once"] = {name: _record(each) for name, each in measured.items()}
    return figures, record


def warm_up(sides: Sequence[Side], questions: Iterator[str]) -> None:
    """A few questions that do not count."""
    for side in sides:
        ask_at_once(side.open, questions, 4, 5)


def _figures(load: Load, ours: Measured, baseline: Measured | None = None) -> list[Figure]:
    name = "one patient" if load.patients == 1 else f"{load.patients} patients at once"
    noise = f"others used {ours.others:.0%} of the machine"
    cited = f"{ours.cited} of {ours.asked} cited" + (f", {ours.lost} LOST" if ours.lost else ", none lost")
    if baseline is not None and baseline.lost:
        cited += f"; baseline lost {baseline.lost}"

    def figure(
        what: str,
        unit: str,
        value: Callable[[Round], float],
        target: float | None,
        better: Literal["lower", "higher"],
        note: str = "",
    ) -> Figure:
        compared = baseline.middle(value) if baseline is not None else None
        return Figure(f"{name}: {what}", ours.middle(value), unit, target, compared, better, note)

    ours_used = ours.per_answer(sum(ours.used.values()))
    baseline_used = baseline.per_answer(sum(baseline.used.values())) if baseline else None
    return [
        figure("answer p50", "ms", lambda each: each.share(0.5), load.p50, "lower", cited),
        figure("answer p95", "ms", lambda each: each.share(0.95), load.p95, "lower", noise),
        figure("answers", "/s", lambda each: each.per_second, load.per_second, "higher"),
        Figure(f"{name}: computing per answer", ours_used, "ms", None, baseline_used, note=_by_program(ours)),
    ]


def _by_program(measured: Measured) -> str:
    spent = sorted(measured.used.items(), key=lambda each: -each[1])
    parts = [(name, measured.per_answer(seconds)) for name, seconds in spent]
    return ", ".join(f"{name} {milliseconds:.1f}" for name, milliseconds in parts if milliseconds >= 0.05)


def _progress(taken: dict[str, list[Round]]) -> str:
    parts = []
    for name, rounds in taken.items():
        last = rounds[-1]
        times = f"{last.share(0.5):.0f} ms, {last.per_second:.0f}/s" if last.cited else "no cited answer"
        parts.append(f"{name} {times}")
    return "; ".join(parts)


def _record(measured: Measured) -> dict[str, object]:
    return {
        "asked": measured.asked,
        "cited": measured.cited,
        "lost": measured.lost,
        "others": measured.others,
        "computing_seconds": measured.used,
        "rounds": [
            {
                "seconds": each.seconds,
                "lost": each.lost,
                "milliseconds": [round(answer.seconds * 1000, 2) for answer in each.cited],
            }
            for each in measured.rounds
        ],
    }
