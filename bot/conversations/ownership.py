"""Who speaks with the patient: take-over, release, transfer, end.

Every method is one transaction. Of several who act at the same moment one wins; the others get a clear
refusal and change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from bot.conversations import transitions, words
from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.desk_schema import advisor_presence
from bot.conversations.errors import (
    AlreadyTaken,
    ConversationClosed,
    ConversationError,
    NotYours,
    OwnershipChanged,
)
from bot.conversations.model import Advisor, Reason, Status
from bot.conversations.office import OfficeHours
from bot.conversations.presence import VANISHED_MS
from bot.conversations.rows import Locked, lock
from bot.conversations.schema import conversations


class Ownership:
    """Changes who speaks. Each change has a new ownership number, which the methods return."""

    def __init__(
        self, database: Database, clock: Clock | None = None, office: OfficeHours | None = None
    ) -> None:
        self._database = database
        self._clock = clock or database.clock
        self._office = office or OfficeHours()

    def take(self, conversation_id: str, advisor: Advisor, *, expected: int | None = None) -> int:
        """The advisor takes the conversation over; the bot is silent from this moment on.

        In: `expected` is the ownership number the advisor saw. Taking what one has already changes nothing.
        Raises `AlreadyTaken` with the colleague's name, `ConversationClosed`, `OwnershipChanged`.
        """
        with self._locked(conversation_id) as locked:
            if locked.status is Status.ADVISOR and locked.advisor is not None:
                if locked.advisor.id != advisor.id:
                    raise AlreadyTaken(locked.advisor.name)
                return locked.ownership
            if expected is not None and locked.ownership != expected:
                raise OwnershipChanged
            transitions.hand_to_advisor(locked, advisor, words.JOINED.format(name=advisor.name))
            return locked.ownership

    def release(self, conversation_id: str, advisor: Advisor) -> int:
        """The advisor gives the conversation back to the bot. Raises `NotYours`, `ConversationClosed`."""
        with self._owned(conversation_id, advisor) as locked:
            transitions.hand_to_bot(locked, "released", words.RELEASED.format(name=advisor.name), "released")
            return locked.ownership

    def transfer(self, conversation_id: str, advisor: Advisor, to: Advisor | None) -> int:
        """The advisor hands the conversation to a colleague, or back to the queue with `to` None."""
        with self._owned(conversation_id, advisor) as locked:
            if to is None:
                transitions.say(locked, "left", words.TRANSFERRED.format(name=advisor.name))
                transitions.put_in_queue(locked, Reason.TRANSFERRED, self._office, since=_began(locked))
            else:
                transitions.hand_to_advisor(locked, to, words.JOINED.format(name=to.name))
            return locked.ownership

    def close(self, conversation_id: str, advisor: Advisor | None) -> int:
        """The advisor ends the conversation, or the patient does (None). Raises `NotYours`.

        A conversation that nobody has taken over may be ended by any advisor.
        """
        with self._locked(conversation_id) as locked:
            if advisor is None:
                transitions.end(locked, words.ENDED)
            else:
                if locked.advisor is not None and locked.advisor.id != advisor.id:
                    raise NotYours
                transitions.end(locked, words.CLOSED.format(name=advisor.name))
            return locked.ownership

    def cancel(self, conversation_id: str) -> int:
        """The patient goes back to the bot, from the queue or from an advisor; else nothing changes."""
        with self._locked(conversation_id) as locked:
            if locked.status in {Status.WAITING, Status.ADVISOR}:
                transitions.hand_to_bot(locked, "left", words.LEFT, "cancelled")
            return locked.ownership

    def return_abandoned(self) -> list[str]:
        """Puts the conversations of advisors who vanished back into the queue, first in line.

        Out: the ids of those conversations. Safe to call from several processes at once.
        """
        now = self._clock()
        still_there = (
            sa.select(advisor_presence.c.advisor_id)
            .where(advisor_presence.c.seen_at > now - VANISHED_MS)
            .scalar_subquery()
        )
        abandoned = sa.select(conversations.c.id, conversations.c.ownership).where(
            conversations.c.status == Status.ADVISOR.value,
            conversations.c.advisor_id.not_in(still_there),
        )
        with self._database.read() as connection:
            found = [(row.id, row.ownership) for row in connection.execute(abandoned)]
        return [conversation_id for conversation_id, number in found if self._return(conversation_id, number)]

    def _return(self, conversation_id: str, number: int) -> bool:
        try:
            with self._locked(conversation_id) as locked:
                if locked.ownership != number or locked.advisor is None:
                    return False
                transitions.say(locked, "returned", words.RETURNED.format(name=locked.advisor.name))
                transitions.put_in_queue(locked, Reason.RETURNED, self._office, since=_began(locked))
        except ConversationError:
            return False  # closed or erased in this very moment
        return True

    @contextmanager
    def _owned(self, conversation_id: str, advisor: Advisor) -> Iterator[Locked]:
        with self._locked(conversation_id) as locked:
            if locked.advisor is None or locked.advisor.id != advisor.id:
                raise NotYours
            yield locked

    @contextmanager
    def _locked(self, conversation_id: str) -> Iterator[Locked]:
        with self._database.write() as connection:
            locked = lock(connection, conversation_id, self._clock())
            if locked.status is Status.CLOSED:
                raise ConversationClosed
            yield locked
            locked.save()


def _began(locked: Locked) -> int:
    """When the conversation began: whoever was with an advisor already goes before those who only wait."""
    query = sa.select(conversations.c.created_at).where(conversations.c.id == locked.id)
    return int(locked.connection.execute(query).scalar_one())
