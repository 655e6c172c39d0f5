"""Who is writing at this moment. Kept in memory: it is worth nothing a few seconds later."""

from __future__ import annotations

import time

from bot.conversations.model import Author

SHOWN_SECONDS = 6.0
_SWEEP_AT = 5_000


class Typing:
    """Remembers for a few seconds that a patient or an advisor is writing."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, Author], float] = {}

    def note(self, conversation_id: str, author: Author) -> bool:
        """Somebody is writing; whether that is news."""
        now = time.monotonic()
        if len(self._until) > _SWEEP_AT:
            self._until = {key: until for key, until in self._until.items() if until > now}
        news = self.left(conversation_id, author) <= 0
        self._until[conversation_id, author] = now + SHOWN_SECONDS
        return news

    def over(self, conversation_id: str, author: Author) -> None:
        """The message has been sent."""
        self._until.pop((conversation_id, author), None)

    def writing(self, author: Author) -> set[str]:
        """The conversations in which a patient, or an advisor, is writing now."""
        now = time.monotonic()
        return {
            conversation_id
            for (conversation_id, who), until in list(self._until.items())
            if who is author and until > now
        }

    def left(self, conversation_id: str, author: Author) -> float:
        """For how many seconds it is still to be shown; zero or less when nobody is writing."""
        return self._until.get((conversation_id, author), 0.0) - time.monotonic()
