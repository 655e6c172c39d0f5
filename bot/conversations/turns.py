"""The turn queue: which patient messages the bot still owes a reply to, and who is working on them.

A worker claims a turn with a short lease and renews it while it works. When its process dies, the lease
runs out and another worker takes the turn up again. In one conversation turns go one after the other, in
the order in which the patient wrote.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.conversations import contact
from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.errors import ConversationNotFound
from bot.conversations.model import BOT_KINDS, BOT_SPEAKS, Author, Status, Turn, TurnState
from bot.conversations.rows import Locked, lock
from bot.conversations.statements import (
    CLAIM_TURN,
    CLAIMABLE,
    DROP_OPEN_TURNS,
    FIRST_OPEN_TURN,
    INSERT_TURN,
    RENEW_TURN,
    REQUEUE_OPEN_TURNS,
    SETTLE_TURN,
)
from bot.conversations.work_items import WITHDRAWN

LEASE_MS = 3_000
UNINTERRUPTED = frozenset(f"{Author.BOT.value}/{kind}" for kind in BOT_KINDS - {"emergency"})
"""Author and kind of what the dialogue itself said."""


def claim(locked: Locked, worker: str) -> Turn | None:
    """Claims the conversation's first open turn, inside the caller's transaction.

    None when nothing is open, or another worker holds the first one with a lease that still runs.
    """
    row = locked.connection.execute(FIRST_OPEN_TURN, {"conversation": locked.id}).first()
    if row is None or (row.state == TurnState.RUNNING and row.lease_until > locked.now):
        return None
    locked.connection.execute(
        CLAIM_TURN,
        {
            "turn": row.id,
            "to_attempt": row.attempt + 1,
            "worker": worker,
            "until": locked.now + LEASE_MS,
        },
    )
    return Turn(
        id=row.id,
        conversation_id=locked.id,
        message_seq=row.message_seq,
        text=row.text,
        ownership=row.ownership,
        attempt=row.attempt + 1,
        accepted_at=row.accepted_at,
        interrupted=row.before not in (None, *UNINTERRUPTED),
        waiting=locked.status is Status.WAITING,
        left={
            kind: tuple(contact.by_kind(ways))
            for kind, ways in (("callback", row.callback), ("enquiry", row.enquiry))
            if ways
        },
        withdrawn=str(row.last_about or "").startswith(WITHDRAWN) and not (row.callback or row.enquiry),
    )


def enqueue(locked: Locked, message_seq: int) -> None:
    """Notes, inside the caller's transaction, that the bot owes a reply to this message."""
    locked.connection.execute(
        INSERT_TURN,
        {
            "conversation_id": locked.id,
            "message_seq": message_seq,
            "state": TurnState.QUEUED.value,
            "ownership": locked.ownership,
            "attempt": 0,
            "accepted_at": locked.now,
        },
    )


def settle(locked: Locked, turn: Turn, state: TurnState) -> bool:
    """Closes a turn inside the caller's transaction; false when it is no longer this claimer's."""
    closed = locked.connection.execute(
        SETTLE_TURN, {"turn": turn.id, "held": turn.attempt, "to_state": state.value, "now": locked.now}
    )
    return closed.rowcount == 1


def drop_open(locked: Locked) -> None:
    """Closes every open turn of the conversation: the bot no longer owes these replies."""
    locked.connection.execute(DROP_OPEN_TURNS, {"conversation": locked.id, "now": locked.now})


def requeue_open(locked: Locked) -> None:
    """Gives every open turn the conversation's present ownership number: the bot still owes the replies.

    A reply that is under way was asked for under the old number and is dropped; the turn is asked again.
    """
    locked.connection.execute(
        REQUEUE_OPEN_TURNS, {"conversation": locked.id, "to_ownership": locked.ownership}
    )


class TurnQueue:
    """Open turns across all conversations, for the process that works them off."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or database.clock

    def claim(self, conversation_id: str, worker: str) -> Turn | None:
        """Claims the first open turn of one conversation, if it may be claimed now."""
        with self._database.write() as connection:
            try:
                locked = lock(connection, conversation_id, self._clock())
            except ConversationNotFound:
                return None
            return claim(locked, worker) if locked.status in BOT_SPEAKS else None

    def claimable(self, limit: int = 50) -> list[str]:
        """Conversations with a turn that nobody is working on, the longest waiting first."""
        with self._database.read() as connection:
            rows = connection.execute(CLAIMABLE, {"now": self._clock(), "most": limit})
            return [row.conversation_id for row in rows]

    def renew(self, held: Iterable[Turn]) -> None:
        """Prolongs the leases of turns that are still being worked on."""
        until = self._clock() + LEASE_MS
        fences = [{"turn": turn.id, "held": turn.attempt, "until": until} for turn in held]
        if fences:
            with self._database.write() as connection:
                connection.execute(RENEW_TURN, fences)
