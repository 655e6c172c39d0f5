"""Private notes: what advisors tell each other about a conversation. Patients never see them."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.desk_schema import notes
from bot.conversations.model import Advisor
from bot.conversations.rows import lock


@dataclass(frozen=True, slots=True)
class Note:
    """One note. `created_at` is in milliseconds since 1970, UTC."""

    id: int
    advisor_id: int
    advisor_name: str
    text: str
    created_at: int


class Notes:
    """The table `notes`. No module that writes for patients reads it."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or database.clock

    def add(self, conversation_id: str, advisor: Advisor, text: str) -> Note:
        """Keeps a note, also for a closed conversation. Raises `ConversationNotFound`."""
        with self._database.write() as connection:
            locked = lock(connection, conversation_id, self._clock())
            written = {
                "conversation_id": conversation_id,
                "advisor_id": advisor.id,
                "advisor_name": advisor.name,
                "text": text,
                "created_at": locked.now,
            }
            number = connection.execute(sa.insert(notes).values(**written).returning(notes.c.id)).scalar_one()
            locked.save()  # pages of other advisors look at the conversation again
        return Note(int(number), advisor.id, advisor.name, text, locked.now)

    def of(self, conversation_id: str) -> list[Note]:
        """All notes of a conversation, oldest first."""
        query = sa.select(notes).where(notes.c.conversation_id == conversation_id).order_by(notes.c.id)
        with self._database.read() as connection:
            return [
                Note(row.id, row.advisor_id, row.advisor_name, row.text, row.created_at)
                for row in connection.execute(query)
            ]
