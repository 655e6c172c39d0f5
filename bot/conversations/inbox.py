"""What advisors see: the queues, one conversation as a whole, and the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.conversations.database import Database
from bot.conversations.desk_schema import work_items
from bot.conversations.errors import ConversationNotFound
from bot.conversations.handoffs import FIRST_IN_LINE
from bot.conversations.model import Author, Message, Status
from bot.conversations.rows import message_from
from bot.conversations.schema import conversations, feedback, handoff_requests, messages
from bot.conversations.statements import PATIENT_COLUMNS

QUEUES = ("waiting", "mine", "bot", "closed")
LONGEST_PREVIEW = 120
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a queue. Times are in milliseconds since 1970, UTC.

    `last_text` is the end of what the patient wrote; `unread` counts patient messages no advisor has read.
    """

    id: str
    status: Status
    ownership: int
    last_seq: int
    created_at: int
    updated_at: int
    waiting_since: int | None
    reason: str | None
    alert: str | None
    alert_at: int | None
    alert_seen_at: int | None
    advisor_id: int | None
    advisor_name: str | None
    closed_at: int | None
    rating: int | None
    last_text: str
    unread: int


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many conversations each queue has; `mine` by advisor, `alerts` are emergencies that nobody has seen."""

    waiting: int
    mine: Mapping[int, int]
    bot: int
    closed: int
    alerts: int

    def of(self, advisor_id: int) -> dict[str, int]:
        """As one advisor sees them."""
        return {
            "waiting": self.waiting,
            "mine": self.mine.get(advisor_id, 0),
            "bot": self.bot,
            "closed": self.closed,
            "alerts": self.alerts,
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """A message with what only advisors may know of it."""

    message: Message
    evidence: Mapping[str, Any] | None
    advisor_id: int | None
    advisor_name: str | None
    helpful: bool | None


@dataclass(frozen=True, slots=True)
class Wish:
    """One time that the patient wanted, or needed, a person."""

    message_seq: int
    reason: str
    requested_at: int
    settled_at: int | None
    settled_how: str | None
    taken_by: int | None


@dataclass(frozen=True, slots=True)
class Whole:
    """A conversation with everything but notes and work items, which have modules of their own."""

    row: Row
    entries: tuple[Entry, ...]
    wishes: tuple[Wish, ...]
    rating_comment: str | None


class Inbox:
    """Reads conversations for advisors. Nothing here may be shown to a patient."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(
        self,
        queue: str | None,
        advisor_id: int,
        *,
        search: str = "",
        limit: int = 50,
        before: int | None = None,
    ) -> list[Row]:
        """The conversations of a queue, or of all queues with `None`, that match the search.

        In: `before` is the `updated_at` of the last row of the page before (not for `waiting`, which is
        short and in its own order). ValueError for a queue nobody knows.
        """
        query = _rows()
        if queue is not None:
            query = query.where(_in_queue(queue, advisor_id))
        if search.strip():
            query = query.where(_matches(search.strip()))
        if queue == "waiting":
            query = query.order_by(*FIRST_IN_LINE)
        else:
            query = query.order_by(conversations.c.updated_at.desc(), conversations.c.id)
            if before is not None:
                query = query.where(conversations.c.updated_at < before)
        with self._database.read() as connection:
            return [_row(row) for row in connection.execute(query.limit(min(limit, MOST_LISTED)))]

    def counts(self) -> QueueCounts:
        """How many conversations each queue has, of all advisors at once."""
        with self._database.read() as connection:
            by_status = {
                row.status: row.many
                for row in connection.execute(
                    sa.select(conversations.c.status, sa.func.count().label("many")).group_by(
                        conversations.c.status
                    )
                )
            }
            with_advisors = connection.execute(
                sa.select(conversations.c.advisor_id, sa.func.count().label("many"))
                .where(conversations.c.status == Status.ADVISOR.value)
                .group_by(conversations.c.advisor_id)
            ).all()
            alerts = connection.execute(sa.select(sa.func.count()).where(_ALERT)).scalar_one()
        return QueueCounts(
            waiting=by_status.get("waiting", 0),
            mine={each.advisor_id: each.many for each in with_advisors},
            bot=by_status.get("bot", 0),
            closed=by_status.get("closed", 0),
            alerts=alerts,
        )

    def whole(self, conversation_id: str) -> Whole:
        """One conversation from its beginning. Raises `ConversationNotFound`."""
        with self._database.read() as connection:
            row = connection.execute(_rows().where(conversations.c.id == conversation_id)).first()
            if row is None:
                raise ConversationNotFound
            entries = connection.execute(
                sa.select(
                    *PATIENT_COLUMNS,
                    messages.c.evidence,
                    messages.c.advisor_id,
                    messages.c.advisor_name,
                    feedback.c.helpful,
                )
                .outerjoin(
                    feedback,
                    (feedback.c.conversation_id == messages.c.conversation_id)
                    & (feedback.c.message_seq == messages.c.seq),
                )
                .where(messages.c.conversation_id == conversation_id)
                .order_by(messages.c.seq)
            ).all()
            wishes = connection.execute(
                sa.select(handoff_requests)
                .where(handoff_requests.c.conversation_id == conversation_id)
                .order_by(handoff_requests.c.id)
            ).all()
            return Whole(
                _row(row),
                tuple(
                    Entry(message_from(each), each.evidence, each.advisor_id, each.advisor_name, each.helpful)
                    for each in entries
                ),
                tuple(
                    Wish(
                        each.message_seq,
                        each.reason,
                        each.requested_at,
                        each.settled_at,
                        each.settled_how,
                        each.taken_by,
                    )
                    for each in wishes
                ),
                row.rating_comment,
            )

    def row(self, conversation_id: str) -> Row:
        """One conversation's line. Raises `ConversationNotFound`."""
        with self._database.read() as connection:
            row = connection.execute(_rows().where(conversations.c.id == conversation_id)).first()
        if row is None:
            raise ConversationNotFound
        return _row(row)

    def changed_since(self, moment: int, limit: int = MOST_LISTED) -> Sequence[Row]:
        """The conversations that changed at or after a moment, the newest change first."""
        query = _rows().where(conversations.c.updated_at >= moment)
        query = query.order_by(conversations.c.updated_at.desc()).limit(limit)
        with self._database.read() as connection:
            return [_row(row) for row in connection.execute(query)]

    def with_colleagues(self, advisor_id: int) -> Sequence[Row]:
        """The conversations that other advisors have now, the newest change first."""
        others = sa.and_(
            conversations.c.status == Status.ADVISOR.value, conversations.c.advisor_id != advisor_id
        )
        query = _rows().where(others).order_by(conversations.c.updated_at.desc()).limit(MOST_LISTED)
        with self._database.read() as connection:
            return [_row(row) for row in connection.execute(query)]

    def alerts(self) -> Sequence[Row]:
        """Emergencies that no advisor has seen, the newest first, whoever speaks there."""
        query = _rows().where(_ALERT, conversations.c.status != Status.CLOSED.value)
        query = query.order_by(conversations.c.alert_at.desc()).limit(MOST_LISTED)
        with self._database.read() as connection:
            return [_row(row) for row in connection.execute(query)]

    def mark_seen(self, conversation_id: str, seq: int) -> None:
        """An advisor has read the conversation as far as `seq`."""
        with self._database.write() as connection:
            connection.execute(
                sa.update(conversations)
                .where(conversations.c.id == conversation_id, conversations.c.seen_seq < seq)
                .values(seen_seq=seq)
            )

    def mark_alert_seen(self, conversation_id: str, now: int) -> None:
        """An advisor has seen the emergency (at `now`, milliseconds since 1970): the pin goes out."""
        with self._database.write() as connection:
            connection.execute(
                sa.update(conversations)
                .where(conversations.c.id == conversation_id, _ALERT)
                .values(alert_seen_at=now, updated_at=now)  # pages of other advisors look again
            )


_ALERT = sa.and_(conversations.c.alert.is_not(None), conversations.c.alert_seen_at.is_(None))

_LAST_TEXT = (
    sa.select(sa.func.substr(messages.c.text, 1, LONGEST_PREVIEW))
    .where(messages.c.conversation_id == conversations.c.id, messages.c.author == Author.PATIENT.value)
    .order_by(messages.c.seq.desc())
    .limit(1)
    .scalar_subquery()
)

_UNREAD = (
    sa.select(sa.func.count())
    .where(
        messages.c.conversation_id == conversations.c.id,
        messages.c.author == Author.PATIENT.value,
        messages.c.seq > conversations.c.seen_seq,
    )
    .scalar_subquery()
)

_REASON = (
    sa.select(handoff_requests.c.reason)
    .where(handoff_requests.c.conversation_id == conversations.c.id)
    .order_by(handoff_requests.c.id.desc())
    .limit(1)
    .scalar_subquery()
)


def _rows() -> sa.Select[Any]:
    return sa.select(
        conversations,
        _LAST_TEXT.label("last_text"),
        _UNREAD.label("unread"),
        _REASON.label("reason"),
    )


def _in_queue(queue: str, advisor_id: int) -> sa.ColumnElement[bool]:
    if queue == "mine":
        return sa.and_(
            conversations.c.status == Status.ADVISOR.value, conversations.c.advisor_id == advisor_id
        )
    if queue in QUEUES:
        return conversations.c.status == queue
    raise ValueError(f"There is no queue “{queue}”. The queues are {', '.join(QUEUES)}.")


def _matches(search: str) -> sa.ColumnElement[bool]:
    """Words of a message, the beginning of the id, or name and contact of a work item."""
    written = sa.exists().where(
        messages.c.conversation_id == conversations.c.id,
        messages.c.author.in_([Author.PATIENT.value, Author.ADVISOR.value]),
        messages.c.text.icontains(search, autoescape=True),
    )
    asked = sa.exists().where(
        work_items.c.conversation_id == conversations.c.id,
        sa.or_(
            work_items.c.name.icontains(search, autoescape=True),
            work_items.c.contact.icontains(search, autoescape=True),
        ),
    )
    return sa.or_(written, asked, conversations.c.id.startswith(search.lower(), autoescape=True))


def _row(row: sa.Row[Any]) -> Row:
    return Row(
        id=row.id,
        status=Status(row.status),
        ownership=row.ownership,
        last_seq=row.last_seq,
        created_at=row.created_at,
        updated_at=row.updated_at,
        waiting_since=row.waiting_since,
        reason=row.reason,
        alert=row.alert,
        alert_at=row.alert_at,
        alert_seen_at=row.alert_seen_at,
        advisor_id=row.advisor_id,
        advisor_name=row.advisor_name,
        closed_at=row.closed_at,
        rating=row.rating,
        last_text=row.last_text or "",
        unread=row.unread,
    )
