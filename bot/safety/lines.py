"""Labelled lines: what the classifier learns from, what the thresholds are chosen with, what tests measure with.

In: data files in the form of lines.yml. Out: `Line`s, always in the same order. ValueError where a file names a
kind that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.safety.categories import Category
from bot.safety.rules import DATA, read_yaml


@dataclass(frozen=True, slots=True)
class Line:
    """A message and what it is: a kind of emergency, or None for one that passes.

    `group` says which sort of harmless message it is; for an emergency it is the kind's name.
    """

    text: str
    category: Category | None
    group: str = ""


def training_lines(folder: Path = DATA) -> list[Line]:
    """The lines that the classifier learns from: the written ones and the contrasts."""
    written = [line for path in sorted(folder.glob("lines*.yml")) for line in read_lines(path)]
    return [*written, *contrasts(read_yaml(folder / "contrasts.yml"))]


def threshold_lines(folder: Path = DATA) -> list[Line]:
    """The lines that the thresholds of the screen are chosen with; never learned from."""
    return read_lines(folder / "thresholds.yml")


def read_lines(path: Path) -> list[Line]:
    """The lines of one file."""
    return list(_written(path))


def contrasts(data: Mapping[str, Any]) -> list[Line]:
    """Every thing in some of the ways of speaking, in turn, so that each way is used about equally often."""
    things = [(Category(name), str(thing)) for name, listed in data["things"].items() for thing in listed]
    found: list[Line] = []
    ways = [(None, str(way)) for way in data["happening"]]
    ways_past = [(group, str(way)) for group, listed in data["passes"].items() for way in listed]
    for number, (category, thing) in enumerate(things):
        for turn in range(_HAPPENING):
            _, way = ways[(number * _HAPPENING + turn) % len(ways)]
            found.append(Line(way.format(thing), category, category.value))
        for turn in range(_PASSING):
            group, way = ways_past[(number * _PASSING + turn) % len(ways_past)]
            found.append(Line(way.format(thing), None, group))
    return found


_HAPPENING, _PASSING = 5, 11
"""How many ways of speaking each thing is put into: the second does not divide the number of ways."""


def _written(path: Path) -> Iterator[Line]:
    for name, entries in read_yaml(path).items():
        if name == "passes":
            groups = entries if isinstance(entries, dict) else {"passes": entries}
            for group, lines in groups.items():
                yield from (Line(str(text), None, group) for text in lines)
        else:
            yield from (Line(str(text), Category(name), name) for text in entries)
