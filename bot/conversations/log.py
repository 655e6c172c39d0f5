"""The conversation log: the transcript, and the owner of who may speak.

Every method is one transaction. What a method returned is on disk; what raised has changed nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from bot.conversations import statements as st
from bot.conversations import tokens, transitions, turns, words, work_items
from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.errors import ConversationClosed, ConversationNotFound, NotYours
from bot.conversations.model import (
    BOT_SPEAKS,
    EMERGENCY_KIND,
    PATIENT_KIND,
    Accepted,
    Advisor,
    Author,
    ConversationState,
    Finished,
    Message,
    NewConversation,
    Reason,
    Reply,
    Status,
    Turn,
    TurnState,
)
from bot.conversations.office import OfficeHours
from bot.conversations.rows import Locked, lock, message_from
from bot.conversations.schema import conversations

CALLS_OFF = "calls_off"
"""In a reply's evidence: with this message the patient wanted no person."""


class ConversationLog:
    """Appends to conversations and reads them; keeps sequence numbers without gaps."""

    def __init__(
        self, database: Database, clock: Clock | None = None, office: OfficeHours | None = None
    ) -> None:
        self._database = database
        self._clock = clock or database.clock
        self._office = office or OfficeHours()

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
        goes_on: bool = False,
        worker: str | None = None,
    ) -> Accepted:
        """Appends what the patient wrote, once for each client message id.

        In: `answered_with` are the instructions for an emergency, with its kind as `red_flag` in their
        evidence: they follow at once, and advisors are alerted. Or they are what is said after one: that follows
        at once while the bot speaks. Without them, or where it `goes_on`, a turn is queued while the bot speaks,
        and claimed for `worker` when no other turn is before it.
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
            if any(reply.kind == EMERGENCY_KIND for reply in answered_with):
                self._alert(locked, message.seq, answered_with)
            elif locked.status in BOT_SPEAKS:
                for reply in answered_with:
                    locked.append(Author.BOT, reply, in_reply_to=message.seq)
            turn = None
            if (goes_on or not answered_with) and locked.status in BOT_SPEAKS:
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
        owns the conversation, or when its ownership number is not the one the turn began with. An enquiry
        that a reply brings becomes a work item in the same transaction, once, one that withdraws drops
        the conversation's work items, one that calls off ends the waiting for a person, and a way to call back
        that a reply leaves ends it, too, as the page's form does (`Handoffs.call_back`). With `next_for` the
        conversation's next turn is claimed for that worker at the same time.
        """
        if not replies:
            raise ValueError("A turn cannot end without a reply: give at least an honest sentence.")
        with self._database.write() as connection:
            locked = lock(connection, turn.conversation_id, self._clock())
            may_speak = locked.status in BOT_SPEAKS and locked.ownership == turn.ownership
            appended: tuple[Message, ...] = ()
            if turns.settle(locked, turn, TurnState.DONE if may_speak else TurnState.DROPPED) and may_speak:
                for reply in replies:
                    work_items.carry_out(locked, reply)
                appended = tuple(
                    locked.append(
                        Author.BOT,
                        work_items.read_back(locked, _with_wish(reply)),
                        in_reply_to=turn.message_seq,
                    )
                    for reply in replies
                )
                if any(reply.calls_off for reply in replies):
                    transitions.call_off(locked)
                self._hand_off_if_needed(locked, appended)
                for reply in replies:
                    if reply.leaves is not None and locked.status is Status.WAITING:
                        transitions.leave_to_bot(locked, "callback")
            next_turn = None
            if next_for is not None and locked.status in BOT_SPEAKS:
                next_turn = turns.claim(locked, next_for)
            locked.save()
        return Finished(appended, next_turn)

    def append_advisor_message(
        self,
        conversation_id: str,
        advisor: Advisor,
        client_message_id: str,
        text: str,
        *,
        citations: Sequence[Mapping[str, Any]] = (),
    ) -> Accepted:
        """Appends what the advisor wrote, once for each client message id.

        Raises `NotYours` unless the advisor has the conversation, `ConversationNotFound`,
        `ConversationClosed`.
        """
        with self._database.write() as connection:
            locked = lock(connection, conversation_id, self._clock())
            place = {"conversation": conversation_id, "client_message_id": client_message_id}
            known = connection.execute(st.MESSAGE_BY_CLIENT_ID, place).first()
            if known is not None:
                return Accepted(message_from(known), created=False)
            if locked.status is Status.CLOSED:
                raise ConversationClosed
            if (
                locked.status is not Status.ADVISOR
                or locked.advisor is None
                or locked.advisor.id != advisor.id
            ):
                raise NotYours
            reply = Reply(PATIENT_KIND, text, citations=tuple(citations))
            message = locked.append(
                Author.ADVISOR, reply, client_message_id=client_message_id, advisor=advisor
            )
            locked.save()
        return Accepted(message, created=True)

    def sent_before(self, conversation_id: str, client_message_id: str) -> bool:
        """Whether a message with this id is in the log already."""
        place = {"conversation": conversation_id, "client_message_id": client_message_id}
        with self._database.read() as connection:
            return connection.execute(st.MESSAGE_BY_CLIENT_ID, place).first() is not None

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

    def emergencies(self, conversation_id: str, kind: str) -> int:
        """How often the patient has been told what to do in an emergency of this kind."""
        with self._database.read() as connection:
            found = connection.execute(st.EMERGENCIES_BEFORE, {"conversation": conversation_id}).scalars()
            return sum((evidence or {}).get("red_flag") == kind for evidence in found)

    def last_emergency(self, conversation_id: str) -> tuple[dict[str, Any], int] | None:
        """Evidence of the last word on an emergency, and how many messages the patient has written since."""
        place: dict[str, Any] = {"conversation": conversation_id}
        with self._database.read() as connection:
            last = connection.execute(st.LAST_EMERGENCY_WORD, place).first()
            if last is None:
                return None
            since = connection.execute(st.PATIENT_MESSAGES_AFTER, {**place, "after": last.seq}).scalar_one()
            return dict(last.evidence or {}), since

    def _alert(self, locked: Locked, seq: int, instructions: Sequence[Reply]) -> None:
        """Says what to do now, in every state, and puts the emergency before the advisors.

        While an advisor speaks the bot stays silent: then it is the system that says it.
        """
        author = Author.SYSTEM if locked.status is Status.ADVISOR else Author.BOT
        said = [locked.append(author, reply, in_reply_to=seq) for reply in instructions]
        kind = next((reply.evidence["red_flag"] for reply in instructions if reply.evidence), "emergency")
        transitions.pin_alert(locked, str(kind))
        if locked.status is Status.BOT:
            transitions.put_in_queue(locked, Reason.EMERGENCY, self._office, seq=said[-1].seq)

    def _hand_off_if_needed(self, locked: Locked, said: Sequence[Message]) -> None:
        """After the bot's replies: a wish for a person, or a second abstention in a row, calls an advisor."""
        if locked.status is not Status.BOT:
            return
        # A passage on how to reach an advisor has the same kind, but cites: it answers a question.
        wish = next(
            (message for message in said if message.kind == "handoff" and not message.citations), None
        )
        if wish is not None:
            offered = _bots_word_before(locked, said[0].seq) == ("medical_advice", False)
            reason = Reason.MEDICAL_ADVICE if offered else Reason.ASKED_IN_WORDS
            transitions.put_in_queue(locked, reason, self._office, seq=wish.seq)
        elif (
            # A passage that says what nobody knows has the same kind, but cites: whoever reads it is not stuck.
            (said[-1].kind == "abstain" and not said[-1].citations)
            and _bots_word_before(locked, said[0].seq) == ("abstain", False)
            and not _wants_no_person(locked)
        ):
            transitions.say(locked, "waiting", words.WAITING[Reason.ABSTAINED_TWICE])
            transitions.put_in_queue(locked, Reason.ABSTAINED_TWICE, self._office, seq=said[-1].seq)


def _bots_word_before(locked: Locked, seq: int) -> tuple[str, bool] | None:
    """Kind of the last word before a place that is not the patient's, and whether it cites; None if not the bot's."""
    row = locked.connection.execute(st.LAST_WORD_BEFORE, {"conversation": locked.id, "seq": seq}).first()
    return None if row is None or row.author != Author.BOT else (row.kind, bool(row.citations))


def _with_wish(reply: Reply) -> Reply:
    """The reply; that the patient wants no person is kept with it, for what would call one later."""
    return replace(reply, evidence={**(reply.evidence or {}), CALLS_OFF: True}) if reply.calls_off else reply


def _wants_no_person(locked: Locked) -> bool:
    """Whether the patient has said that nobody should be called: then only their own wish calls an advisor."""
    found = locked.connection.execute(st.EVIDENCE_OF_BOT, {"conversation": locked.id}).scalars()
    return any((evidence or {}).get(CALLS_OFF) for evidence in found)


def _state(connection: sa.Connection, conversation_id: str) -> ConversationState:
    row = connection.execute(st.STATE, {"conversation": conversation_id}).first()
    if row is None:
        raise ConversationNotFound
    return ConversationState(Status(row.status), row.ownership, row.last_seq, bool(row.turn_open))
