"""What patients think of single replies and of the whole conversation."""

from __future__ import annotations

import sqlalchemy as sa

from bot.conversations import statements as st
from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.errors import MessageNotFound
from bot.conversations.model import Author
from bot.conversations.rows import lock
from bot.conversations.schema import conversations, feedback


class Ratings:
    """Keeps thumbs and stars; a later word replaces the earlier one."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or database.clock

    def rate_message(self, conversation_id: str, seq: int, *, helpful: bool) -> None:
        """Notes whether a reply helped. Raises `MessageNotFound`, `ConversationNotFound`."""
        with self._database.write() as connection:
            locked = lock(connection, conversation_id, self._clock())
            author = connection.execute(st.AUTHOR, {"conversation": conversation_id, "seq": seq}).scalar()
            if author not in {Author.BOT, Author.ADVISOR}:
                raise MessageNotFound
            place = (feedback.c.conversation_id == conversation_id) & (feedback.c.message_seq == seq)
            given = {"helpful": helpful, "given_at": locked.now}
            if connection.execute(sa.update(feedback).where(place).values(**given)).rowcount == 0:
                connection.execute(
                    sa.insert(feedback), {"conversation_id": conversation_id, "message_seq": seq, **given}
                )

    def rate_conversation(self, conversation_id: str, score: int, comment: str = "") -> None:
        """Notes one to five stars for the whole, also after the end. Raises `ConversationNotFound`."""
        if not 1 <= score <= 5:
            raise ValueError("A rating is a whole number from 1 to 5.")
        with self._database.write() as connection:
            lock(connection, conversation_id, self._clock())
            connection.execute(
                sa.update(conversations)
                .where(conversations.c.id == conversation_id)
                .values(rating=score, rating_comment=comment or None)
            )
