"""The lines that the classifier learns from, written ones and those made from parts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.safety.categories import Category
from bot.safety.rules import DATA, read_yaml

MADE_PER_DANGER = 8
"""How many of the possible sentences are made for each danger and each way of speaking."""


@dataclass(frozen=True, slots=True)
class Line:
    """A message and what it is: a kind of emergency, or None for one that passes."""

    text: str
    category: Category | None
    weight: float = 1.0


def training_lines(folder: Path = DATA) -> list[Line]:
    """All lines, always in the same order."""
    return [*_written(folder), *_made(folder)]


def _written(folder: Path) -> Iterator[Line]:
    for name, entries in read_yaml(folder / "lines.yml").items():
        if name == "passes":
            for lines in entries.values():
                yield from (Line(str(text), None) for text in lines)
        else:
            yield from (Line(str(text), Category(name)) for text in entries)


def _made(folder: Path) -> Iterator[Line]:
    patterns = read_yaml(folder / "patterns.yml")
    for danger in patterns["dangers"]:
        parts = {key: danger[key] for key in ("what", "i", "they")}
        for frames, category in (
            (patterns["happening"], Category(danger["category"])),
            (patterns["talked about"], None),
        ):
            made = sorted({frame.format(**parts) for frame in frames}, key=_shuffled)
            yield from (Line(text, category, 0.5) for text in made[:MADE_PER_DANGER])


def _shuffled(text: str) -> str:
    """An order that looks random and is always the same."""
    return hashlib.sha256(text.encode()).hexdigest()
