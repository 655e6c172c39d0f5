"""Which advisors are at the desk now."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.desk_schema import advisor_presence
from bot.conversations.model import Advisor

VANISHED_MS = 60_000
"""An advisor whose page has said nothing for this long is not there."""


def nobody_online(connection: sa.Connection, now: int) -> bool:
    """Whether no advisor is there to take a conversation, inside the caller's transaction."""
    return not connection.execute(sa.select(somebody_since(sa.literal(now - VANISHED_MS)))).scalar()


def somebody_since(moment: sa.ColumnElement[int]) -> sa.Exists:
    """A condition: some available advisor was seen after a moment."""
    return sa.exists().where(advisor_presence.c.available.is_(True), advisor_presence.c.seen_at > moment)


def touch(connection: sa.Connection, advisor: Advisor, now: int) -> None:
    """The advisor has just done something, inside the caller's transaction."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = {"name": advisor.name, "seen_at": now}
    # One statement: an advisor may take two conversations at the same instant.
    connection.execute(
        insert(advisor_presence)
        .values(advisor_id=advisor.id, available=True, **row)
        .on_conflict_do_update(index_elements=["advisor_id"], set_=row)
    )


class Presence:
    """What the console's pages tell of the advisors in front of them."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or database.clock

    def seen(self, advisor: Advisor, *, available: bool = True) -> None:
        """The advisor's page is open; `available` is false while the advisor takes no new conversations."""
        with self._database.write() as connection:
            touch(connection, advisor, self._clock())
            connection.execute(
                sa.update(advisor_presence)
                .where(advisor_presence.c.advisor_id == advisor.id)
                .values(available=available)
            )

    def chose_to_be_away(self, advisor_id: int) -> bool:
        """Whether the advisor has switched to “away”; who signs in again is available."""
        query = sa.select(advisor_presence).where(advisor_presence.c.advisor_id == advisor_id)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return row is not None and not row.available and row.seen_at > 0

    def gone(self, advisor_id: int) -> None:
        """The advisor takes no new conversations from now on: signed out, or not an advisor any more.

        Conversations that the advisor still has go back to the queue like those of one who vanished.
        """
        with self._database.write() as connection:
            connection.execute(
                sa.update(advisor_presence)
                .where(advisor_presence.c.advisor_id == advisor_id)
                .values(available=False, seen_at=0)
            )

    def online(self) -> list[Advisor]:
        """The advisors who can take a conversation now, by name."""
        query = (
            sa.select(advisor_presence.c.advisor_id, advisor_presence.c.name)
            .where(_online(self._clock()))
            .order_by(advisor_presence.c.name, advisor_presence.c.advisor_id)
        )
        with self._database.read() as connection:
            return [Advisor(row.advisor_id, row.name) for row in connection.execute(query)]


def _online(now: int) -> sa.ColumnElement[bool]:
    return sa.and_(advisor_presence.c.available.is_(True), advisor_presence.c.seen_at > now - VANISHED_MS)
