"""What the web processes of one assistant tell each other: that something changed, and that somebody is writing.

Nothing that anybody wrote is told, only numbers of conversations: whoever hears of a change reads the log. So
what is lost on the way comes a moment later, because every process also looks at the log twice a second.
"""

from __future__ import annotations

from typing import Protocol

from bot.conversations.model import Author


class Ears(Protocol):
    """Who wants to know what another process told."""

    def changed(self, name: str) -> None:
        """Something changed under this name: a conversation's number, or the desk."""

    def writes(self, conversation_id: str, author: Author, *, now: bool) -> None:
        """Somebody is writing, or has just sent it (`now` is false)."""


class Neighbours(Ears, Protocol):
    """The other web processes. Telling them something takes no time and never fails."""

    def listen(self, ears: Ears) -> None:
        """From now on `ears` hear what the others tell, in a thread of their own."""

    def close(self) -> None:
        """Neither tells nor hears any more."""


class Nobody:
    """There is one web process: nobody to tell, nothing to hear."""

    def changed(self, name: str) -> None:
        """See `Ears.changed`."""

    def writes(self, conversation_id: str, author: Author, *, now: bool) -> None:
        """See `Ears.writes`."""

    def listen(self, ears: Ears) -> None:
        """See `Neighbours.listen`."""

    def close(self) -> None:
        """See `Neighbours.close`."""
