"""Rasa's dialogue state in SQL: one small row per conversation, written once per turn.

Rasa's own SQL store keeps every event and replays the whole conversation at each turn, so the two
hundredth turn costs a multiple of the first, and when the database fails in mid-run Rasa falls back to
memory without a word. Here the last turn and little of what was before are kept, without what the bot said
(our conversation log is the transcript; see `dialogue_state`), and a failing database fails the turn.

The tables `dialogue_state` (conversation_id, events, updated_at) and `forgotten_conversations`
(conversation_id, forgotten_at) belong to this module alone.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Optional, TypeVar

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.dialects import postgresql, sqlite

from bot.extensions.dialogue_state import as_stored, before_turn, without_details, worth_keeping
from bot.extensions.environment import database_connections, tracker_database_url
from bot.extensions.failures import TurnFailed, where

logger = logging.getLogger(__name__)

DEFAULT_HISTORY = 64
"""Events kept at most, whatever a turn consists of; a form in the middle of a conversation comes to about 45."""

ANSWERING: ContextVar[Optional[str]] = ContextVar("ANSWERING", default=None)
"""The id of the message that is being answered, set by the channel: a turn that is asked again begins where
it began."""

REMEMBER_FORGOTTEN = 86_400.0
"""Seconds for which a forgotten conversation is refused; a turn that was under way is over long before."""

# A host that vanishes without a word is noticed at both ends of a connection to PostgreSQL within seconds. As in
# knowledge/store/vanished.py, which Rasa's Python does not load.
_NOTICE_WHO_VANISHED = {
    "connect_timeout": 3,
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_SERVER_NOTICES_WHO_VANISHED = (
    "SET tcp_keepalives_idle = 4; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3; "
    "SET tcp_user_timeout = 10000; SET idle_in_transaction_session_timeout = '60s'"
)

Result = TypeVar("Result")

metadata = sa.MetaData()
dialogue_state = sa.Table(
    "dialogue_state",
    metadata,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("events", sa.Text, nullable=False),
    sa.Column("updated_at", sa.Float, nullable=False, index=True),
)
forgotten_conversations = sa.Table(
    "forgotten_conversations",
    metadata,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("forgotten_at", sa.Float, nullable=False),
)

# Made once: SQLAlchemy takes longer to put a statement together than the database to carry it out.
_KEPT = sa.select(dialogue_state.c.events).where(dialogue_state.c.conversation_id == sa.bindparam("id"))


def _upsert(insert: Any) -> Any:
    """Saves `id`, `events`, `now`; does nothing when the conversation was forgotten while its turn was under way."""
    forgotten = sa.exists().where(forgotten_conversations.c.conversation_id == sa.bindparam("id"))
    row = sa.select(
        sa.bindparam("id", type_=sa.String),
        sa.bindparam("events", type_=sa.Text),
        sa.bindparam("now", type_=sa.Float),
    ).where(~forgotten)
    statement = insert(dialogue_state).from_select(["conversation_id", "events", "updated_at"], row)
    return statement.on_conflict_do_update(
        index_elements=["conversation_id"],
        set_={"events": statement.excluded.events, "updated_at": statement.excluded.updated_at},
    )


class BoundedTrackerStore(TrackerStore):
    """Keeps the last `max_event_history` events of each conversation.

    `db_url` is an SQLAlchemy address; without one `NKBOT_DATABASE_URL` or the state folder decide.
    Every method raises `TurnFailed` (503) when the database does not answer.
    """

    def __init__(
        self,
        domain: Optional[Domain] = None,
        host: Optional[str] = None,
        event_broker: Optional[EventBroker] = None,
        db_url: Optional[str] = None,
        max_event_history: int = DEFAULT_HISTORY,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        self._history = int(max_event_history)
        if self._history < 8:
            raise ValueError("max_event_history must be at least 8: a single turn can need that many events.")
        self._engine = _engine(db_url or tracker_database_url())
        self._saving = _upsert(
            postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        )
        self._tables_exist = False
        self._making_tables = threading.Lock()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the conversation's last events over what was there; nothing for a forgotten conversation."""
        events = worth_keeping(list(tracker.events))[-self._history :]
        if not events:
            return  # Rasa saves a tracker when it creates it; the turn's own save follows
        stored = json.dumps(as_stored(events), separators=(",", ":"))
        row = {"id": tracker.sender_id, "events": stored, "now": time.time()}

        def work(connection: sa.engine.Connection) -> None:
            self._keep_others_out(connection, tracker.sender_id)
            connection.execute(self._saving, row)

        await self._run(work)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation's tracker, or None for one we have not seen."""
        stored = await self._run(lambda connection: connection.execute(_KEPT, {"id": sender_id}).scalar())
        if stored is None:
            return None
        try:
            events = before_turn(json.loads(stored), ANSWERING.get())
            return DialogueStateTracker.from_dict(
                sender_id, events, self.domain.slots, max_event_history=self._history
            )
        except Exception as error:  # noqa: BLE001  (whatever Rasa's event classes raise)
            # The transcript is elsewhere: a conversation that starts afresh beats one that is stuck.
            logger.error("A stored dialogue state could not be read; it starts afresh: %s", where(error))  # noqa: TRY400
            return None

    async def keys(self) -> Iterable[str]:
        """Every conversation we hold state for."""
        query = sa.select(dialogue_state.c.conversation_id)
        return await self._run(lambda connection: list(connection.execute(query).scalars()))

    async def delete(self, sender_id: str) -> bool:
        """Forget a conversation for good; False when there was nothing to forget.

        A turn that is still under way stores nothing. With SQLite the words are overwritten in the file and
        taken out of the write-ahead log; `TurnFailed` (503) when that must be tried again.
        """

        def work(connection: sa.engine.Connection) -> bool:
            self._keep_others_out(connection, sender_id)
            now = time.time()
            known = forgotten_conversations.c
            connection.execute(
                sa.delete(forgotten_conversations).where(
                    (known.conversation_id == sender_id) | (known.forgotten_at < now - REMEMBER_FORGOTTEN)
                )
            )
            connection.execute(
                sa.insert(forgotten_conversations).values(conversation_id=sender_id, forgotten_at=now)
            )
            gone = sa.delete(dialogue_state).where(dialogue_state.c.conversation_id == sender_id)
            return bool(connection.execute(gone).rowcount)

        found = await self._run(work)
        if self._engine.dialect.name == "sqlite" and not await self._in_thread(self._empty_write_ahead_log):
            raise TurnFailed(503, "dialogue_state", "The dialogue state is in use; ask again to forget it.")
        return found

    async def forget_details(self, sender_id: str, message_id: str) -> None:
        """What an enquiry collected has arrived where it belongs: it is kept here no longer.

        Does nothing when another message has been answered since; that has done the same.
        """

        def work(connection: sa.engine.Connection) -> None:
            self._keep_others_out(connection, sender_id)
            stored = connection.execute(_KEPT, {"id": sender_id}).scalar()
            if stored is not None:
                events = json.dumps(without_details(json.loads(stored), message_id), separators=(",", ":"))
                connection.execute(self._saving, {"id": sender_id, "events": events, "now": time.time()})

        await self._run(work)
        if self._engine.dialect.name == "sqlite":
            await self._in_thread(
                self._empty_write_ahead_log
            )  # where somebody is in it, at the next occasion

    async def check(self) -> None:
        """Raise `TurnFailed` unless the database answers."""
        await self._run(lambda connection: connection.execute(sa.select(sa.literal(1))))

    async def _run(self, work: Callable[[sa.engine.Connection], Result]) -> Result:
        """Do `work` in a transaction on a thread, so that a slow database does not stop the event loop."""
        return await self._in_thread(lambda: self._transaction(work))

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        try:
            return await asyncio.get_running_loop().run_in_executor(None, work)
        except (sa.exc.SQLAlchemyError, OSError) as error:
            logger.error("The database of the dialogue state failed: %s", where(error))  # noqa: TRY400
            raise TurnFailed(
                503, "dialogue_state", "The database that keeps the dialogue state does not answer."
            ) from error

    def _transaction(self, work: Callable[[sa.engine.Connection], Result]) -> Result:
        if not self._tables_exist:
            # At first use and not at start: Rasa then comes up, and says why it is not ready, while the
            # database is still starting.
            with self._making_tables, self._engine.begin() as connection:
                metadata.create_all(connection)
                self._tables_exist = True
        with self._engine.begin() as connection:
            return work(connection)

    def _keep_others_out(self, connection: sa.engine.Connection, conversation_id: str) -> None:
        """Until the transaction ends nobody else saves or forgets this conversation. SQLite needs no help."""
        if self._engine.dialect.name == "postgresql":
            lock = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:id, 0))")
            connection.execute(lock, {"id": conversation_id})

    def _empty_write_ahead_log(self) -> bool:
        """Take what was deleted out of SQLite's write-ahead log; False while somebody else is in it."""
        with self._engine.connect() as connection:
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy


def _engine(url: str) -> sa.engine.Engine:
    """Connect lazily; parameters (patients' words) stay out of error messages."""
    if not url.startswith("sqlite"):
        engine = sa.create_engine(
            url,
            future=True,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=database_connections(),
            max_overflow=0,
            connect_args=_NOTICE_WHO_VANISHED,
        )

        @sa.event.listens_for(engine, "connect")
        def _tell_the_server(connection: Any, _record: Any) -> None:
            with connection.cursor() as cursor:
                cursor.execute(_SERVER_NOTICES_WHO_VANISHED)
            connection.commit()

        return engine
    if path := sa.engine.make_url(url).database:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        future=True,
        hide_parameters=True,
        poolclass=sa.pool.QueuePool,  # 1.4 would open the file anew for every statement
        connect_args={"timeout": 3, "check_same_thread": False},
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        # No fsync per turn: after a power cut the last turn's state may be missing, never broken. The
        # conversation log, which must not lose anything, has a database of its own.
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA secure_delete=ON")  # what is forgotten is overwritten

    return engine
