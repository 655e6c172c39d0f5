"""The report's plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt

from tests.evaluation.deciding import Curve, Outcome
from tests.evaluation.figures import Mean

INK, ACCENT, MUTED, ALARM = "#1f2a26", "#1f7a5c", "#9aa8a2", "#b3412e"


def risk_coverage(curves: Mapping[str, Curve], threshold: float, file: Path) -> None:
    """How often an answer is wrong, by how many questions are answered; the point where we operate."""
    figure, axes = plt.subplots(figsize=(7, 4.2))
    for (name, curve), colour in zip(curves.items(), (ACCENT, MUTED), strict=False):
        axes.plot(curve.coverage, curve.risk, color=colour, label=name)
        at = sum(each >= threshold for each in curve.thresholds) - 1
        if at >= 0:
            axes.plot(
                curve.coverage[at],
                curve.risk[at],
                "o",
                color=ALARM,
                label=f"{name}, at the threshold {threshold:.2f}",
            )
    axes.set(
        xlabel="questions answered (coverage)",
        ylabel="answers that are wrong (risk)",
        xlim=(0, 1),
        ylim=(0, None),
    )
    axes.legend(frameon=False)
    _save(figure, axes, file)


def probabilities(outcomes: Sequence[Outcome], threshold: float, file: Path) -> None:
    """What the decision thinks of questions that an article answers, and of those that none answers."""
    figure, axes = plt.subplots(figsize=(7, 3.4))
    asked = [o.probability for o in outcomes if o.question.answerable and o.rank == 1]
    nothing = [o.probability for o in outcomes if not o.question.answerable]
    bins = [n / 20 for n in range(21)]
    axes.hist(
        [asked, nothing], bins=bins, color=[ACCENT, ALARM], label=["right section found", "nothing fits"]
    )
    axes.axvline(threshold, color=INK, linestyle="--", label="threshold")
    axes.set(xlabel="probability that the best passage answers", ylabel="questions")
    axes.legend(frameon=False)
    _save(figure, axes, file)


def bars(title: str, values: Mapping[str, Mean], file: Path) -> None:
    """Means with their intervals, one bar each."""
    figure, axes = plt.subplots(figsize=(7, 0.7 * len(values) + 1.2))
    names = list(values)[::-1]
    means = [values[name] for name in names]
    errors = [[m.value - m.low for m in means], [m.high - m.value for m in means]]
    colours = [ACCENT if "served" in name else MUTED for name in names]
    axes.barh(names, [m.value for m in means], xerr=errors, color=colours, ecolor=INK, capsize=3)
    axes.set(xlabel=title, xlim=(0, 1))
    _save(figure, axes, file)


def _save(figure: plt.Figure, axes: plt.Axes, file: Path) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(file, dpi=140)
    plt.close(figure)
