"""Advisors and patients on both sides: alone, and among many open widgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from bot.operations.stack import Stack
from tests.bench import crowd, desk
from tests.bench.answers import CALM
from tests.bench.desk import Line, Times
from tests.bench.figures import Figure
from tests.bench.machine import Others, wait_for_calm
from tests.support.advisor import AdvisorAtDesk


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its address, its web process, its first processes, an advisor's headers."""

    url: str
    pid: int
    roots: Sequence[int]
    advisor: dict[str, str]


def sign_in(stack: Stack) -> dict[str, str]:
    """Makes an account in the assistant's database and signs in; the headers of its requests."""
    advisor = AdvisorAtDesk(stack.url, stack.settings.database_url, "Ada")
    cookies = "; ".join(f"{name}={value}" for name, value in advisor.http.cookies.items())
    headers = {"Cookie": cookies, "X-CSRF-Token": advisor.http.headers["X-CSRF-Token"]}
    advisor.close()
    return headers


def measure(
    sides: Sequence[Side], rounds: int, question: str, patience: float
) -> tuple[list[Figure], dict[str, object]]:
    """Ours first, then the baseline. The figures, and every time for the record.

    `patience`: seconds to wait before each for others on the machine to be quiet.
    """
    times = [_ask_around(side, rounds, question, patience) for side in sides]
    figures = desk.figures("", times[0], times[1] if len(times) > 1 else None)
    return figures, dict(zip(("ours", "baseline"), map(asdict, times), strict=False))


def among(
    sides: Sequence[Side],
    widgets: int,
    rounds: int,
    question: str,
    patience: float,
    say: Callable[[str], None],
) -> tuple[list[Figure], dict[str, object]]:
    """The same while so many widgets are open, and what they cost."""
    weights, times = [], []
    for side in sides:
        before = crowd.held(side.pid)
        with crowd.Crowd(side.url, widgets) as waiting:
            weights.append((before, crowd.held(side.pid)))
            times.append(_ask_around(side, rounds, question, patience))
            open_still = waiting.still_open()
            say(f"  {open_still:,} open after {waiting.seconds:.0f} s, {weights[-1][1]:.0f} MB")
            if open_still < widgets:
                say(f"  {widgets - open_still:,} WERE LOST")
    figures = crowd.memory_figures(widgets, weights[0], weights[1] if len(weights) > 1 else None)
    figures += desk.figures("among them: ", times[0], times[1] if len(times) > 1 else None)
    record: dict[str, object] = {"widgets": widgets, "megabytes": weights}
    return figures, record | dict(zip(("ours", "baseline"), map(asdict, times), strict=False))


def _ask_around(side: Side, rounds: int, question: str, patience: float) -> Times:
    advisor = Line(side.url, side.advisor)
    try:
        desk.ask_around(side.url, advisor, 2, question)  # does not count
    finally:
        advisor.close()
    wait_for_calm(side.roots, CALM, patience)
    advisor = Line(side.url, side.advisor)
    try:
        with Others(side.roots) as others:
            times = desk.ask_around(side.url, advisor, rounds, question)
    finally:
        advisor.close()
    times.others = others.share
    return times
