"""How a group of unanswered questions moves between its states, by rules and not by hand.

`open` → `writing` (an editor writes an answer) → `answered` (what is live answers most of it) and back to `open`
when it does not any more, or when somebody did not find the new answer helpful. `not_for_us` is an editor's
decision; it comes back up when demand has clearly grown since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.unanswered_schema import unanswered_groups as groups
from bot.conversations.unanswered_schema import unanswered_questions as questions

OPEN, WRITING, ANSWERED, NOT_FOR_US = "open", "writing", "answered", "not_for_us"
STATES = (OPEN, WRITING, ANSWERED, NOT_FOR_US)

QUESTIONS_OF_LOOSE_GROUPS = sa.and_(groups.c.state == OPEN, ~groups.c.kept)
"""The condition for groups that no editor has touched."""

ANSWERED_FROM = 0.75
"""The share of its questions from which a group counts as answered …"""
OPEN_BELOW = 0.6
"""… and below which it is open again."""
GROWN_BY = 5
"""At least so many new questions, and as many as there were then, bring up again what was put aside."""


@dataclass(frozen=True, slots=True)
class _Figures:
    group: int
    state: str
    size_then: int
    total: int
    answered: int
    since: int
    complaints: int
    by_hand: int


class States:
    """Applies the rules to all groups."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or database.clock

    def settle(self) -> int:
        """Moves groups to the state that their figures ask for; how many were moved."""
        with self._database.read() as connection:
            figures = [_Figures(*row) for row in connection.execute(_FIGURES)]
        moved = 0
        for each in figures:
            values = self._move(each)
            if values:
                with self._database.write() as connection:
                    same = sa.and_(groups.c.id == each.group, groups.c.state == each.state)
                    moved += connection.execute(sa.update(groups).where(same).values(**values)).rowcount
        return moved

    def _move(self, found: _Figures) -> dict[str, Any]:
        share = found.answered / found.total
        if found.state in {OPEN, WRITING} and share >= ANSWERED_FROM and not found.complaints:
            return {"state": ANSWERED, "answered_at": self._clock(), "came_back": False}
        if found.state == ANSWERED and (found.complaints or (share < OPEN_BELOW and not found.by_hand)):
            return {"state": OPEN, "came_back": True}
        grown = found.since >= max(GROWN_BY, found.size_then)
        if grown and (found.state == NOT_FOR_US or (found.state == ANSWERED and found.by_hand)):
            return {"state": OPEN, "came_back": True}
        return {}


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


_FIGURES = (
    sa.select(
        groups.c.id,
        groups.c.state,
        groups.c.size_then,
        sa.func.count(questions.c.id),
        _number(questions.c.answered.is_(True)),
        _number(
            sa.and_(
                questions.c.asked_at > groups.c.decided_at,
                ~sa.func.coalesce(questions.c.answered, sa.false()),
            )
        ),
        # Somebody read the new answer and was not helped.
        _number(
            sa.and_(
                sa.or_(questions.c.disliked, questions.c.taken_over),
                ~questions.c.abstained,
                questions.c.asked_at > groups.c.answered_at,
            )
        ),
        # An editor said that it is answered.
        _number(groups.c.answered_at == groups.c.decided_at),
    )
    .join(questions, questions.c.group_id == groups.c.id)
    .group_by(groups.c.id, groups.c.state, groups.c.size_then)
)
