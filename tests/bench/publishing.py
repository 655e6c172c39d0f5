"""Publishing a large knowledge base: the first time, and after one document was edited.

The documents are made up (`tests.support.synthetic`): ten passages each, about seven units to a passage. Each
measurement is a process of its own, as in life: one publishes, another one answers patients and notices.

*First publication*: embedding is nearly all of it, and its rate does not depend on how much there is. So a sample
is really embedded, and the others get made-up vectors beforehand; what their embedding would take is added
from the rate of the sample. With as large a sample as there are passages nothing is added.

*Edited document*: from the moment a publisher is told to publish until the process that answers serves the new
text. Vectors of all other passages were in the cache, as they always are.

The baseline does what a stock set-up does in both cases: read every passage, embed it with SentenceTransformer
on PyTorch, write one flat index as a file, read it in the process that answers. It keeps one vector for each
passage, where ours keeps one for each sentence, heading and question and one for each token.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from tests.bench.figures import Figure
from tests.bench.machine import wait_for_calm
from tests.bench.publishing_processes import STOCK_SAMPLE, edit, make_up, run

FIRST, SAMPLE = 10_000, 500
"""Passages of the first publication, and how many of them are really embedded."""
QUICK_FIRST, QUICK_SAMPLE = 1_000, 100
EDITED_AMONG = 10_000
EDITS = 7
CALM = 0.3
"""The share of the machine that others may use when it starts."""
SERVED_WITHIN, SEARCHED_WITHIN = 5.0, 2.0


@dataclass(frozen=True, slots=True)
class First:
    """A first publication; seconds of it all and of its phases as they were, megabytes at most.

    `embedded` of the passages were not in the cache and took `embedding` seconds; they come first.
    """

    passages: int
    embedded: int
    embedding: float
    seconds: float
    phases: dict[str, float]
    peak_mb: float

    @property
    def rate(self) -> float:
        """Passages embedded in a second."""
        return self.embedded / self.embedding

    @property
    def extrapolated(self) -> float:
        """Seconds that embedding the rest would have taken."""
        return (self.passages - self.embedded) / self.rate


@dataclass(frozen=True, slots=True)
class Stock:
    """What a stock set-up does with a passage, and with the whole."""

    per_second: float
    peak_mb: float
    written_and_read: float
    """Seconds for the flat index of all of them."""

    def seconds(self, passages: int) -> float:
        """For all passages, every time."""
        return passages / self.per_second + self.written_and_read


def measure(
    folder: Path,
    first: int,
    sample: int,
    among: int,
    edits: int,
    with_baseline: bool,
    patience: float,
    say: Callable[[str], None],
) -> tuple[list[Figure], dict[str, object]]:
    """Figures for `make bench`, and everything that was measured.

    `first` passages of which `sample` are really embedded; `edits` times one document among `among` passages.
    """
    figures: list[Figure] = []
    record: dict[str, object] = {}
    homes = {count: folder / f"{count}" for count in {first, among}}
    for count, home in homes.items():
        say(f"  making up {count:,} passages")
        make_up(home, count, sample if count == first else 0)
        say(f"  publishing {count:,} passages for the first time")
        made = First(**run("first", home, min(sample, count) if count == first else 0))
        if count == first:
            say(f"    {made.rate:.1f} passages a second embedded, {made.peak_mb:.0f} MB")
            record["first publication"] = asdict(made)
            stock = Stock(**run("stock", home, first)) if with_baseline else None
            record["stock"] = asdict(stock) if stock else None
            figures += _first_figures(made, stock)
    say(f"  editing one document of {among:,} passages, {edits} times")
    wait_for_calm([os.getpid()], CALM, patience)
    edited = edit(homes[among], edits)
    record["edited"] = edited
    stock = Stock(**run("stock", homes[among], among)) if with_baseline else None
    figures += _edited_figures(among, edited, stock)
    wait_for_calm([os.getpid()], CALM, patience)
    searched = run("search", homes[among], among)
    record["searched"] = searched
    figures.append(
        Figure(
            f"search of {among:,} passages without encoding: p50",
            searched["p50"],
            "ms",
            SEARCHED_WITHIN,
            note=f"p95 {searched['p95']:.1f} ms; {searched['computing']:.2f} ms of computing",
        )
    )
    return figures, record


def _first_figures(made: First, stock: Stock | None) -> list[Figure]:
    name = f"first publication of {made.passages:,} passages"
    rest = made.passages - made.embedded
    how = f"{made.embedded:,} embedded, {rest:,} at their rate" if rest else "all embedded"
    return [
        Figure(
            f"{name}: time",
            (made.seconds + made.extrapolated) / 60,
            "min",
            baseline=stock.seconds(made.passages) / 60 if stock else None,
            note=how,
        ),
        Figure(
            f"{name}: rate",
            made.rate,
            "passages/s",
            baseline=stock.per_second if stock else None,
            better="higher",
            note="ours: about 7 vectors a passage and its tokens'; stock: one vector",
        ),
        Figure(f"{name}: memory at most", made.peak_mb, "MB", baseline=stock.peak_mb if stock else None),
    ]


def _edited_figures(among: int, edited: Mapping[str, list[float]], stock: Stock | None) -> list[Figure]:
    name = f"edit one document of {among:,} passages → served"
    baseline = stock.seconds(among) if stock else None
    said = f"the baseline embeds all of them again (rate of {STOCK_SAMPLE})" if stock else ""
    return [
        Figure(
            f"{name}, new publisher", float(np.median(edited["new"])), "s", SERVED_WITHIN, baseline, note=said
        ),
        Figure(
            f"{name}, running publisher", float(np.median(edited["running"])), "s", SERVED_WITHIN, baseline
        ),
    ]
