"""Canned replies: sentences that advisors need often, shared by all of them."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.desk_schema import canned_replies
from bot.conversations.errors import ConversationError


class CannedReplyNotFound(ConversationError):
    """Somebody has deleted this canned reply."""

    def __init__(self) -> None:
        super().__init__("This canned reply does not exist any more.")


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A title to find it by, and the text."""

    id: int
    title: str
    text: str


class CannedReplies:
    """The table `canned_replies`."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or database.clock

    def all(self) -> list[CannedReply]:
        """Every canned reply, by title."""
        query = sa.select(canned_replies).order_by(sa.func.lower(canned_replies.c.title), canned_replies.c.id)
        with self._database.read() as connection:
            return [CannedReply(row.id, row.title, row.text) for row in connection.execute(query)]

    def save(self, number: int | None, title: str, text: str, by: int) -> CannedReply:
        """Adds a canned reply (`number` None) or changes one. Raises `CannedReplyNotFound`."""
        written = {"title": title, "text": text, "changed_by": by, "changed_at": self._clock()}
        with self._database.write() as connection:
            if number is None:
                insert = sa.insert(canned_replies).values(**written).returning(canned_replies.c.id)
                number = int(connection.execute(insert).scalar_one())
            else:
                update = sa.update(canned_replies).where(canned_replies.c.id == number).values(**written)
                if connection.execute(update).rowcount == 0:
                    raise CannedReplyNotFound
        return CannedReply(number, title, text)

    def delete(self, number: int) -> None:
        """Deletes a canned reply, if it is still there."""
        with self._database.write() as connection:
            connection.execute(sa.delete(canned_replies).where(canned_replies.c.id == number))
