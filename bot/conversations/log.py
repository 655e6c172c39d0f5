"""The conversation log: the transcript, and the owner of who may speak.

Every method is one transaction. What a method returned is on disk; what raised has changed nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.conversations import statements as st
from bot.conversations import tokens, turns
from bot.conversations.clock import Clock, system_clock
from bot.conversations.database import Database
from bot.conversations.errors import (
    ConversationClosed,
    ConversationNotFound,
    MessageNotFound,
    OwnershipChanged,
)
from bot.conversations.model import (
    PATIENT_KIND,
    Accepted,
    Author,
    ConversationState,
    Finished,
    Message,
    NewConversation,
    Reply,
    Status,
    Turn,
    TurnState,
)
from bot.conversations.rows import Locked, lock, message_from
from bot.conversations.schema import conversations, feedback, handoff_requests


class ConversationLog:
    """Appends to conversations and reads them; keeps sequence numbers without gaps."""

    def __init__(self, database: Database, clock: Clock = system_clock) -> None:
        self._database = database
        self._clock = clock

    def create(self, greeting: Sequence[Reply]) -> NewConversation:
        """Begins a conversation with the bot's greeting and mints its token."""
        conversation_id, token, now = tokens.new_id(), tokens.new_token(), self._clock()
        with self._database.write() as connection:
            connection.execute(
                sa.insert(conversations),
                {
                    "id": conversation_id,
                    "token_hash": tokens.token_hash(token),
                    "status": Status.BOT.value,
                    "ownership": 1,
                    "last_seq": 0,
                    "created_at": now,
                    "updated_at": now,
                },
            )
            locked = Locked(connection, conversation_id, Status.BOT, 1, 0, now)
            greeted = tuple(locked.append(Author.BOT, reply) for reply in greeting)
            locked.save()
        return NewConversation(conversation_id, token, Status.BOT, greeted)

    def token_opens(self, conversation_id: str, token: str) -> bool:
        """Whether the token belongs to the conversation. Raises `ConversationNotFound`."""
        with self._database.read() as connection:
            known = connection.execute(st.TOKEN_HASH, {"conversation": conversation_id}).scalar()
        if known is None:
            raise ConversationNotFound
        return tokens.matches(token, known)

    def append_patient_message(
        self,
        conversation_id: str,
        client_message_id: str,
        text: str,
        *,
        answered_with: Sequence[Reply] = (),
        worker: str | None = None,
    ) -> Accepted:
        """Appends what the patient wrote, once for each client message id.

        In: `answered_with` are replies that need no bot turn (an emergency): they follow at once. Else, while
        the bot speaks, a turn is queued, and claimed for `worker` when no other turn is before it.
        Raises `ConversationNotFound`, `ConversationClosed`.
        """
        with self._database.write() as connection:
            locked = lock(connection, conversation_id, self._clock())
            known = connection.execute(
                st.MESSAGE_BY_CLIENT_ID,
                {"conversation": conversation_id, "client_message_id": client_message_id},
            ).first()
            if known is not None:
                return Accepted(message_from(known), created=False)
            if locked.status is Status.CLOSED:
                raise ConversationClosed
            message = locked.append(
                Author.PATIENT, Reply(PATIENT_KIND, text), client_message_id=client_message_id
            )
            for reply in answered_with:
                locked.append(Author.BOT, reply, in_reply_to=message.seq)
            turn = None
            if not answered_with and locked.status is Status.BOT:
                turns.enqueue(locked, message.seq)
                if worker is not None:
                    turn = turns.claim(locked, worker)
            locked.save()
        return Accepted(message, created=True, turn=turn)

    def append_replies(
        self, turn: Turn, replies: Sequence[Reply], *, next_for: str | None = None
    ) -> Finished:
        """Ends a turn with the bot's replies, if the bot may still speak.

        Nothing is appended when the turn was taken up by another worker or is over, when somebody else
        owns the conversation, or when its ownership number is not the one the turn began with. With
        `next_for` the conversation's next turn is claimed for that worker at the same time.
        """
        if not replies:
            raise ValueError("A turn cannot end without a reply: give at least an honest sentence.")
        with self._database.write() as connection:
            locked = lock(connection, turn.conversation_id, self._clock())
            may_speak = locked.status is Status.BOT and locked.ownership == turn.ownership
            if not turns.settle(locked, turn, TurnState.DONE if may_speak else TurnState.DROPPED):
                return Finished(())
            appended: tuple[Message, ...] = ()
            if may_speak:
                appended = tuple(
                    locked.append(Author.BOT, reply, in_reply_to=turn.message_seq) for reply in replies
                )
                for message in appended:
                    if message.kind == "handoff" and _open_request(locked) is None:
                        _note_request(locked, message.seq, "asked_in_words")
            next_turn = None
            if next_for is not None and locked.status is Status.BOT:
                next_turn = turns.claim(locked, next_for)
            locked.save()
        return Finished(appended, next_turn)

    def messages_after(self, conversation_id: str, after: int = 0) -> list[Message]:
        """The messages behind a sequence number, in order, as a patient may see them."""
        return self.news(conversation_id, after)[1]

    def state(self, conversation_id: str) -> ConversationState:
        """Who speaks, how far the log goes and whether a reply of the bot is under way."""
        with self._database.read() as connection:
            return _state(connection, conversation_id)

    def news(self, conversation_id: str, after: int) -> tuple[ConversationState, list[Message]]:
        """The state and the messages behind a sequence number. Raises `ConversationNotFound`.

        A message appended between the two reads may be among the messages already.
        """
        with self._database.read() as connection:
            state = _state(connection, conversation_id)
            if after >= state.last_seq:
                return state, []
            rows = connection.execute(st.MESSAGES_AFTER, {"conversation": conversation_id, "after": after})
            return state, [message_from(row) for row in rows]

    def changed_since(self, moment: int) -> dict[str, tuple[int, int]]:
        """Conversations changed at or after a moment, each with its last sequence and ownership number."""
        with self._database.read() as connection:
            rows = connection.execute(st.CHANGED_SINCE, {"moment": moment})
            return {row.id: (row.last_seq, row.ownership) for row in rows}

    def evidence(self, conversation_id: str, seq: int) -> dict[str, Any]:
        """Why the bot said a message. For advisors, never for patients."""
        with self._database.read() as connection:
            place = {"conversation": conversation_id, "seq": seq}
            return dict(connection.execute(st.EVIDENCE, place).scalar() or {})

    def change_status(self, conversation_id: str, status: Status, *, expected_ownership: int) -> int:
        """Gives the conversation to somebody else and returns the new ownership number.

        Turns that are still open are dropped. Raises `OwnershipChanged` when the number is not the
        expected one: somebody was faster.
        """
        with self._database.write() as connection:
            locked = lock(connection, conversation_id, self._clock())
            if locked.ownership != expected_ownership:
                raise OwnershipChanged
            if locked.status is Status.CLOSED:
                raise ConversationClosed
            locked.status = status
            locked.ownership += 1
            turns.drop_open(locked)
            locked.save()
            return locked.ownership

    def request_handoff(self, conversation_id: str, reply: Reply) -> tuple[Message, bool]:
        """Records the wish for a person and appends the reply to it, once while the wish is open.

        Out: the reply's message, and whether the wish is new.
        """
        with self._database.write() as connection:
            locked = lock(connection, conversation_id, self._clock())
            if locked.status is Status.CLOSED:
                raise ConversationClosed
            known = _open_request(locked)
            if known is not None:
                return known, False
            message = locked.append(Author.BOT, reply)
            _note_request(locked, message.seq, "asked")
            locked.save()
        return message, True

    def record_feedback(self, conversation_id: str, seq: int, helpful: bool) -> None:
        """Notes whether a reply helped; a later word replaces the earlier one. Raises `MessageNotFound`."""
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


def _note_request(locked: Locked, seq: int, reason: str) -> None:
    locked.connection.execute(
        sa.insert(handoff_requests),
        {
            "conversation_id": locked.id,
            "message_seq": seq,
            "reason": reason,
            "requested_at": locked.now,
        },
    )


def _open_request(locked: Locked) -> Message | None:
    row = locked.connection.execute(st.OPEN_HANDOFF_REQUEST, {"conversation": locked.id}).first()
    return None if row is None else message_from(row)


def _state(connection: sa.Connection, conversation_id: str) -> ConversationState:
    row = connection.execute(st.STATE, {"conversation": conversation_id}).first()
    if row is None:
        raise ConversationNotFound
    return ConversationState(Status(row.status), row.ownership, row.last_seq, bool(row.turn_open))
