"""The batches of messages that the screen is measured with."""

from __future__ import annotations

from pathlib import Path

from bot.safety.lines import Line, read_lines

_FOLDER = Path(__file__).parent / "held_out"


def files() -> list[Path]:
    """All batches, the oldest first."""
    return sorted(_FOLDER.glob("batch_*.yml"))


def batch(name: str) -> list[Line]:
    """The lines of one batch."""
    return read_lines(_FOLDER / f"{name}.yml")
