"""Who is writing at this moment. Kept in memory and told to the neighbours: it is worth nothing a few seconds later."""

from __future__ import annotations

import time
from typing import Protocol

from bot.conversations.model import Author

SHOWN_SECONDS = 6.0
_SWEEP_AT = 5_000


class Tell(Protocol):
    """Passes on to the other web processes that somebody is writing, or no longer is."""

    def __call__(self, conversation_id: str, author: Author, *, now: bool) -> None: ...


def _nobody(conversation_id: str, author: Author, *, now: bool) -> None:
    """There is nobody to tell."""


class Typing:
    """Remembers for a few seconds that a patient or an advisor is writing."""

    def __init__(self, tell: Tell = _nobody) -> None:
        self._tell = tell
        self._until: dict[tuple[str, Author], float] = {}

    def note(self, conversation_id: str, author: Author) -> bool:
        """Somebody is writing; whether that is news."""
        self._tell(conversation_id, author, now=True)
        return self.heard(conversation_id, author, now=True)

    def over(self, conversation_id: str, author: Author) -> None:
        """The message has been sent."""
        if self.heard(conversation_id, author, now=False):
            self._tell(conversation_id, author, now=False)

    def heard(self, conversation_id: str, author: Author, *, now: bool) -> bool:
        """Another process says that somebody is writing, or no longer is; whether that is news."""
        wrote = self.left(conversation_id, author) > 0
        if now:
            self._keep(conversation_id, author)
        else:
            self._until.pop((conversation_id, author), None)
        return wrote != now

    def _keep(self, conversation_id: str, author: Author) -> None:
        now = time.monotonic()
        if len(self._until) > _SWEEP_AT:
            self._until = {key: until for key, until in self._until.items() if until > now}
        self._until[conversation_id, author] = now + SHOWN_SECONDS

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
