"""The lines that the classifier learns from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.safety.categories import Category
from bot.safety.rules import DATA, read_yaml


@dataclass(frozen=True, slots=True)
class Line:
    """A message and what it is: a kind of emergency, or None for one that passes."""

    text: str
    category: Category | None


def training_lines(folder: Path = DATA) -> list[Line]:
    """All lines, always in the same order."""
    return list(_written(folder))


def _written(folder: Path) -> Iterator[Line]:
    for path in sorted(folder.glob("lines*.yml")):
        for name, entries in read_yaml(path).items():
            if name == "passes":
                for lines in entries.values():
                    yield from (Line(str(text), None) for text in lines)
            else:
                yield from (Line(str(text), Category(name)) for text in entries)
