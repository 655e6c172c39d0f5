"""A measured figure beside its target and its baseline, and the table of all of them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table. `target` and `baseline` are None where there is none.

    `better` says which way is good; a figure that is good when low reaches its target at or below it.
    """

    name: str
    ours: float | None
    unit: str
    target: float | None = None
    baseline: float | None = None
    better: Literal["lower", "higher"] = "lower"
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None without a target or a figure."""
        if self.target is None or self.ours is None:
            return None
        return self.ours <= self.target if self.better == "lower" else self.ours >= self.target

    @property
    def ratio(self) -> float | None:
        """How many times better than the baseline; None where one of the two is missing or zero."""
        if not self.ours or not self.baseline:
            return None
        return self.baseline / self.ours if self.better == "lower" else self.ours / self.baseline

    def as_json(self) -> dict[str, object]:
        """Everything of it, for the file in the state folder."""
        return {
            "name": self.name,
            "ours": self.ours,
            "unit": self.unit,
            "target": self.target,
            "reached": self.reached,
            "baseline": self.baseline,
            "ratio": self.ratio,
            "better": self.better,
            "note": self.note,
        }


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values (0…1) do not exceed: always one that was measured."""
    if not values:
        raise ValueError("Nothing was measured, so there is no percentile.")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median_of(values: Sequence[float]) -> float | None:
    """The median, or None of nothing."""
    return statistics.median(values) if values else None


def table(figures: Sequence[Figure]) -> str:
    """All figures as text, one row each, columns aligned."""
    head = ("what", "measured", "reach", "", "baseline", "ratio", "note")
    rows = [head, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = [_line(row, widths) for row in rows]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def _row(figure: Figure) -> tuple[str, ...]:
    limit = "≤" if figure.better == "lower" else "≥"
    target = "" if figure.target is None else f"{limit} {_amount(figure.target, figure.unit)}"
    reached = {True: "yes", False: "MISSED", None: ""}[figure.reached]
    ratio = "" if figure.ratio is None else f"{_number(figure.ratio)} ×"
    return (
        figure.name,
        _amount(figure.ours, figure.unit),
        target,
        reached,
        _amount(figure.baseline, figure.unit),
        ratio,
        figure.note,
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    """Names and notes to the left, numbers to the right."""
    left = {0, 3, 6}
    cells = [
        cell.ljust(width) if column in left else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _amount(value: float | None, unit: str) -> str:
    return "" if value is None else f"{_number(value)} {unit}".rstrip()


def _number(value: float) -> str:
    """Three digits that count, without exponent."""
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"
