"""The way to a person, as the patient goes it: asking, waiting, being called back."""

from __future__ import annotations

import sqlalchemy as sa

from bot.conversations import presence, transitions, words, work_items
from bot.conversations import statements as st
from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.desk_schema import work_items as work_item_rows
from bot.conversations.errors import ConversationClosed, ConversationError, ConversationNotFound
from bot.conversations.model import Author, HandoffView, Message, Reason, Reply, Status, Wish
from bot.conversations.office import OfficeHours
from bot.conversations.rows import lock, message_from
from bot.conversations.schema import conversations

FIRST_IN_LINE = (
    sa.case(
        (sa.and_(conversations.c.alert.is_not(None), conversations.c.alert_seen_at.is_(None)), 0), else_=1
    ),
    conversations.c.waiting_since,
    conversations.c.id,
)
"""The order of the queue: emergencies that nobody has seen, then whoever has waited longest."""


class Handoffs:
    """Wishes for a person. `callback_after` is in seconds."""

    def __init__(
        self,
        database: Database,
        clock: Clock | None = None,
        office: OfficeHours | None = None,
        callback_after: int = 120,
    ) -> None:
        self._database = database
        self._clock = clock or database.clock
        self._office = office or OfficeHours()
        self._callback_after = callback_after

    def request(self, conversation_id: str, reason: Reason = Reason.ASKED) -> tuple[Message, bool]:
        """The patient wants a person. Out: what is said to it, and whether the wish is new.

        While the patient waits or talks to an advisor already, nothing changes.
        Raises `ConversationNotFound`, `ConversationClosed`.
        """
        with self._database.write() as connection:
            locked = lock(connection, conversation_id, self._clock())
            if locked.status is Status.CLOSED:
                raise ConversationClosed
            if locked.status is not Status.BOT:
                # Nothing is added: while an advisor speaks the bot says not even this.
                known = st.LAST_HANDOFF_WORD if locked.status is Status.WAITING else st.LAST_SYSTEM_WORD
                return message_from(connection.execute(known, {"conversation": conversation_id}).one()), False
            message = locked.append(Author.BOT, Reply("handoff", words.ASKED))
            transitions.put_in_queue(locked, reason, self._office, seq=message.seq)
            locked.save()
        return message, True

    def call_back(self, conversation_id: str, wish: Wish) -> Message:
        """Notes how to call the patient back. Whoever waits need not wait any more: the bot goes on.

        Raises `contact.NoContact`, `ConversationNotFound`, `ConversationClosed`.
        """
        with self._database.write() as connection:
            locked = lock(connection, conversation_id, self._clock())
            if locked.status is Status.CLOSED:
                raise ConversationClosed
            work_items.add(locked, work_items.Kind.CALLBACK, wish)
            if locked.status is Status.WAITING:
                said = transitions.hand_to_bot(locked, "callback_noted", words.CALLBACK_NOTED, "callback")
            else:
                said = transitions.say(locked, "callback_noted", words.CALLBACK_NOTED)
            locked.save()
        return said

    def view(self, conversation_id: str) -> HandoffView:
        """How it stands for the patient now. Raises `ConversationNotFound`."""
        now = self._clock()
        since = now - presence.VANISHED_MS
        with self._database.read() as connection:
            row = connection.execute(_STANDING, {"conversation": conversation_id, "since": since}).first()
            if row is None:
                raise ConversationNotFound
            waiting = row.status == Status.WAITING
            callback = "offer" if waiting and row.callback_offered_at is not None else None
            return HandoffView(
                place=_place(connection, conversation_id) if waiting else None,
                advisor=row.advisor_name if row.status == Status.ADVISOR else None,
                online=bool(row.online),
                opens_at=self._office.opens_at(now),
                callback="noted" if row.noted else callback,
            )

    def offer_callbacks(self) -> list[str]:
        """Asks those for whom nobody came in time how to be called back. Out: the conversations' ids."""
        late = sa.select(conversations.c.id).where(
            conversations.c.status == Status.WAITING.value,
            conversations.c.waiting_since <= self._clock() - self._callback_after * 1000,
            conversations.c.callback_offered_at.is_(None),
        )
        with self._database.read() as connection:
            found = list(connection.execute(late).scalars())
        return [conversation_id for conversation_id in found if self._offer(conversation_id)]

    def _offer(self, conversation_id: str) -> bool:
        try:
            with self._database.write() as connection:
                locked = lock(connection, conversation_id, self._clock())
                offered = connection.execute(_OFFERED, {"conversation": conversation_id}).scalar_one()
                if locked.status is not Status.WAITING or offered is not None:
                    return False
                transitions.offer_callback(locked, words.NOBODY_CAME)
                locked.save()
        except ConversationError:
            return False  # erased in this very moment
        return True


_STANDING = sa.select(
    conversations.c.status,
    conversations.c.advisor_name,
    conversations.c.callback_offered_at,
    presence.somebody_since(sa.bindparam("since")).label("online"),
    sa.exists()
    .where(
        work_item_rows.c.conversation_id == conversations.c.id,
        work_item_rows.c.kind == "callback",
        work_item_rows.c.state.in_(["open", "doing"]),
    )
    .label("noted"),
).where(conversations.c.id == sa.bindparam("conversation"))
"""Read for every change that a page hears of: one statement."""

_OFFERED = sa.select(conversations.c.callback_offered_at).where(
    conversations.c.id == sa.bindparam("conversation")
)


def _place(connection: sa.Connection, conversation_id: str) -> int | None:
    """Counted by the order of `FIRST_IN_LINE`; the queue is short compared with the log."""
    waiting = (
        sa.select(conversations.c.id)
        .where(conversations.c.status == Status.WAITING.value)
        .order_by(*FIRST_IN_LINE)
    )
    ids = list(connection.execute(waiting).scalars())
    return ids.index(conversation_id) + 1 if conversation_id in ids else None
