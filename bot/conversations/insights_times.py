"""How long patients who wanted a person waited for the first word of one, and until their conversation was settled.

Only the time in which the office is open counts: nobody is late at night.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bot.conversations.model import Author, Reason
from bot.conversations.office import OfficeHours
from bot.conversations.schema import handoff_requests, messages

MOST = 20_000
"""Wishes that are looked at, the newest first: enough for a median, and bounded."""
SETTLED = ("closed", "released")
"""What the system says when an advisor is done with a conversation."""


@dataclass(frozen=True, slots=True)
class Times:
    """How many there were, and how long half and nine tenths of them took at most, in milliseconds."""

    count: int = 0
    median: int | None = None
    p90: int | None = None


def times(connection: sa.Connection, since: int, office: OfficeHours) -> tuple[Times, Times]:
    """First response and resolution, for wishes since a moment that were answered by a person."""
    answered, resolved = [], []
    for requested_at, first, settled in connection.execute(_WISHES, {"since": since}):
        if first is None:
            continue
        answered.append(office.open_within(requested_at, first))
        if settled is not None:
            resolved.append(office.open_within(requested_at, settled))
    return _summary(answered), _summary(resolved)


def _summary(durations: Sequence[int]) -> Times:
    ordered = sorted(durations)
    if not ordered:
        return Times()
    return Times(len(ordered), _at_most(ordered, 0.5), _at_most(ordered, 0.9))


def _at_most(ordered: Sequence[int], share: float) -> int:
    """The smallest duration that this share of them does not exceed."""
    return ordered[max(-int(-len(ordered) * share // 1), 1) - 1]


def _first(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.min(messages.c.created_at))
        .where(
            messages.c.conversation_id == handoff_requests.c.conversation_id,
            messages.c.seq > handoff_requests.c.message_seq,
            *conditions,
        )
        .correlate(handoff_requests)
        .scalar_subquery()
    )


_WISHES = (
    sa.select(
        handoff_requests.c.requested_at,
        _first(messages.c.author == Author.ADVISOR.value).label("first"),
        _first(messages.c.author == Author.SYSTEM.value, messages.c.kind.in_(SETTLED)).label("settled"),
    )
    .where(
        handoff_requests.c.requested_at >= sa.bindparam("since"),
        # Who was put back into the queue had asked before: that wish is counted to its end.
        handoff_requests.c.reason.not_in([Reason.RETURNED.value, Reason.TRANSFERRED.value]),
    )
    .order_by(handoff_requests.c.id.desc())
    .limit(MOST)
)
