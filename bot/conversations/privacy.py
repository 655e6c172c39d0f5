"""Everything we hold about one conversation: given out in one piece, and erased everywhere.

Erasing has two halves. `erase` is one transaction: the conversation and all that belongs to it are gone,
and a row in `erasures` remembers that the rest is still to be done. The worker does the rest until it has
succeeded, however often a process dies in between: it takes the text out of SQLite's write-ahead log
(`scrub`), has Rasa forget the dialogue state, and confirms.

The row of an erasure stays. It holds the conversation's random number, when it was erased and why: proof for
the clinic, and nothing about a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.desk_schema import erasures, notes, work_items
from bot.conversations.errors import ConversationNotFound
from bot.conversations.rows import lock
from bot.conversations.schema import conversations, feedback, handoff_requests, messages, turns
from bot.conversations.unanswered_schema import unanswered_questions

BELONGINGS = (unanswered_questions, feedback, handoff_requests, notes, work_items, turns, messages)
"""What is erased before the conversation's own row, in the order that references allow."""

_SECRET = frozenset({"token_hash", "claimed_by", "lease_until", "vector"})
"""Not given out: what opens the conversation, which process worked on a turn, and the encoder's numbers for a
question, which nobody can read."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """An erasure that Rasa has not confirmed yet. `asked_at` is in milliseconds since 1970, UTC."""

    conversation_id: str
    asked_at: int


class Privacy:
    """Exports and erases conversations."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or database.clock

    def export(self, conversation_id: str) -> dict[str, Any]:
        """All we hold, as JSON values; times are ISO 8601 in UTC. Raises `ConversationNotFound`.

        Private notes and the bot's evidence are in it: it is for whoever answers a request for
        information, not for the patient's page.
        """
        with self._database.read() as connection:
            own = connection.execute(
                sa.select(conversations).where(conversations.c.id == conversation_id)
            ).first()
            if own is None:
                raise ConversationNotFound
            parts = {
                table.name: [_readable(row) for row in connection.execute(_of(table, conversation_id))]
                for table in reversed(BELONGINGS)
            }
        return {
            "exported_at": _iso(self._clock()),
            "conversation": _readable(own),
            **parts,
            "elsewhere": (
                "For follow-up questions the dialogue engine keeps copies of the patient's last messages, "
                "without the replies. They are erased together with this conversation."
            ),
        }

    def erase(self, conversation_id: str, why: str, asked_by: int | None = None) -> None:
        """Erases a conversation in one transaction. Raises `ConversationNotFound`.

        In: `why` is `patient`, `administrator`, `retention` or `again` (after a back-up was restored);
        `asked_by` is the administrator's account.
        """
        with self._database.write() as connection:
            now = self._clock()
            lock(connection, conversation_id, now)  # whoever wants to append now waits, and finds nothing
            for table in BELONGINGS:
                connection.execute(sa.delete(table).where(table.c.conversation_id == conversation_id))
            connection.execute(sa.delete(conversations).where(conversations.c.id == conversation_id))
            connection.execute(
                sa.insert(erasures).values(
                    conversation_id=conversation_id, asked_at=now, asked_by=asked_by, why=why
                )
            )

    def erased(self, conversation_id: str) -> bool:
        """Whether there was such a conversation and it has been erased."""
        query = sa.select(erasures.c.asked_at).where(erasures.c.conversation_id == conversation_id)
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    def erased_since(self, moment: int) -> list[str]:
        """The conversations that were erased at or after a moment: pages that show one let go of it."""
        query = sa.select(erasures.c.conversation_id).where(erasures.c.asked_at >= moment)
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def pending_erasures(self, limit: int = 100) -> list[Erasure]:
        """Erasures that are not complete, the oldest first."""
        query = (
            sa.select(erasures.c.conversation_id, erasures.c.asked_at)
            .where(erasures.c.rasa_erased_at.is_(None))
            .order_by(erasures.c.asked_at)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [Erasure(row.conversation_id, row.asked_at) for row in connection.execute(query)]

    def all_erased(self) -> list[str]:
        """Every conversation that was ever erased: what a restored back-up must not bring back."""
        query = sa.select(erasures.c.conversation_id).order_by(erasures.c.asked_at)
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def erase_again(self, conversation_ids: Iterable[str]) -> int:
        """Erases what a restored back-up has brought back, and remembers the rest; how many came back."""
        found = 0
        for conversation_id in conversation_ids:
            try:
                self.erase(conversation_id, "again")
                found += 1
            except ConversationNotFound:
                self._remember(conversation_id)
        return found

    def _remember(self, conversation_id: str) -> None:
        known = sa.select(erasures.c.asked_at).where(erasures.c.conversation_id == conversation_id)
        with self._database.write() as connection:
            if connection.execute(known).first() is None:
                row = {"conversation_id": conversation_id, "asked_at": self._clock(), "why": "again"}
                connection.execute(sa.insert(erasures).values(row))

    def confirm(self, conversation_id: str) -> None:
        """The erasure is complete: nothing is left in the write-ahead log, and Rasa has forgotten."""
        with self._database.write() as connection:
            connection.execute(
                sa.update(erasures)
                .where(erasures.c.conversation_id == conversation_id, erasures.c.rasa_erased_at.is_(None))
                .values(rasa_erased_at=self._clock())
            )

    def scrub(self) -> bool:
        """Takes erased text out of the database's write-ahead log; false when it has to be tried again.

        SQLite overwrites what is deleted (`secure_delete`), but the log beside the file still holds the
        old pages until it is emptied. PostgreSQL looks after its own: see docs/operating.md.
        """
        return self._database.empty_write_ahead_log()

    def expired(self, before: int, limit: int = 100) -> list[str]:
        """Conversations whose last message is older than a moment, the oldest first."""
        query = (
            sa.select(conversations.c.id)
            .outerjoin(
                messages,
                (messages.c.conversation_id == conversations.c.id)
                & (messages.c.seq == conversations.c.last_seq),
            )
            .where(sa.func.coalesce(messages.c.created_at, conversations.c.created_at) < before)
            .order_by(conversations.c.created_at)
            .limit(limit)
        )
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())


def _of(table: sa.Table, conversation_id: str) -> sa.Select[Any]:
    query = sa.select(table).where(table.c.conversation_id == conversation_id)
    return query.order_by(*table.primary_key.columns)


def _readable(row: sa.Row[Any]) -> dict[str, Any]:
    """A row without what is secret; moments as people read them."""
    return {
        name: _iso(value) if name.endswith(("_at", "_since")) and isinstance(value, int) else value
        for name, value in row._mapping.items()
        if name not in _SECRET and name != "conversation_id"
    }


def _iso(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
