"""How well a screen tells emergencies from what only sounds like one.

In: a screen and labelled lines. Out: a `ScreenReport`: recall and false alarms with their confidence
intervals, by kind, and every message that was got wrong. On the command line:

    python -m bot.operations.red_flags measure [--totals] LINES.yml…

The files are in the form of bot/safety/data/lines.yml. `--totals` keeps the messages unread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.safety.categories import Category
from bot.safety.lines import Line
from bot.safety.screen import RedFlag
from bot.shares import Share


class Screens(Protocol):
    """Anything that screens a message."""

    def screen(self, text: str) -> RedFlag | None:
        """The emergency in a message, if there is one."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """A line and the kind that the screen saw in it."""

    line: Line
    found: Category | None


@dataclass(frozen=True)
class ScreenReport:
    """What a screen made of labelled lines."""

    verdicts: tuple[Verdict, ...]

    @property
    def recall(self) -> Share:
        """Emergencies that were recognised, of all."""
        return Share.of([v.found is not None for v in self.verdicts if v.line.category])

    @property
    def false_alarms(self) -> Share:
        """Harmless messages that were taken for an emergency, of all."""
        return Share.of([v.found is not None for v in self.verdicts if not v.line.category])

    @property
    def right_kind(self) -> Share:
        """Recognised emergencies that were taken for the right kind."""
        return Share.of([v.found is v.line.category for v in self.verdicts if v.line.category and v.found])

    @property
    def missed(self) -> list[Line]:
        """Emergencies that were not recognised."""
        return [v.line for v in self.verdicts if v.line.category and v.found is None]

    @property
    def alarmed(self) -> list[Line]:
        """Harmless messages that were taken for an emergency."""
        return [v.line for v in self.verdicts if not v.line.category and v.found is not None]

    @property
    def by_group(self) -> dict[str, Share]:
        """For each kind of emergency its recall, for each sort of harmless message its false alarms."""
        groups: dict[str, list[bool]] = {}
        for verdict in self.verdicts:
            groups.setdefault(verdict.line.group, []).append(verdict.found is not None)
        return {name: Share.of(found) for name, found in groups.items()}

    @property
    def totals(self) -> str:
        """The three shares and no message, for lines of which nobody is to learn what is got wrong."""
        return (
            f"recall        {self.recall}\nfalse alarms  {self.false_alarms}\nright kind    {self.right_kind}"
        )

    def __str__(self) -> str:
        rows = [
            self.totals,
            "",
            *(f"{share}  {name}" for name, share in self.by_group.items()),
            "",
            *(f"missed       {line.group}: {line.text}" for line in self.missed),
            *(f"false alarm  {line.group}: {line.text}" for line in self.alarmed),
        ]
        return "\n".join(rows)


def measure(screen: Screens, lines: Sequence[Line]) -> ScreenReport:
    """Shows every line to the screen."""
    found = [(line, screen.screen(line.text)) for line in lines]
    return ScreenReport(tuple(Verdict(line, flag.category if flag else None) for line, flag in found))
