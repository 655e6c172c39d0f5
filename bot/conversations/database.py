"""Opens the database of the conversation log: SQLite (WAL, every commit on disk) or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from knowledge.store.clock import DatabaseClock, system_clock
from knowledge.store.vanished import IDLE_IN_TRANSACTION, connect_arguments, tell_the_server

_WRITES = "nkbot_writes"
_PATIENCE_SECONDS = 10
_PLACE_SECONDS = 30
"""So long somebody waits for one of the connections to PostgreSQL."""


class Database:
    """Read and write transactions on one engine.

    In: a SQLAlchemy URL (`sqlite:///…` or `postgresql://…`; PostgreSQL is reached through psycopg 3).
    A write transaction takes SQLite's write lock at its start, so that it never has to be repeated
    because of a reader that turned into a writer. At most `connections` lead to PostgreSQL at once; whoever comes
    when all are taken waits for one. `clock` is the time that all hosts on this database agree on.
    """

    def __init__(self, url: str, connections: int = 10) -> None:
        parsed = sa.make_url(url)
        if parsed.drivername in {"postgresql", "postgres"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
            raise ValueError("The database must be SQLite or PostgreSQL: set NKBOT_DATABASE_URL accordingly.")
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        # A failed statement must not carry what a patient wrote into an error message.
        options: dict[str, Any] = {"hide_parameters": True}
        if self.is_sqlite:
            options |= {"pool_size": 8, "max_overflow": 24, "connect_args": {"timeout": _PATIENCE_SECONDS}}
        else:
            options |= {"pool_size": connections, "max_overflow": 0, "pool_timeout": _PLACE_SECONDS}
            options |= {"pool_pre_ping": True, "connect_args": connect_arguments(parsed)}
        self._clock = DatabaseClock()
        self.clock: Callable[[], int] = system_clock if self.is_sqlite else self._clock
        self.engine = sa.create_engine(parsed, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            tell_the_server(self.engine, idle_in_transaction=IDLE_IN_TRANSACTION)
            self._clock.follow(self.engine)
        self._writer = self.engine.execution_options(**{_WRITES: True})

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction that only reads."""
        with self.engine.begin() as connection:
            self._clock.keep_right(connection)
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that writes; it is on disk when the block ends without an exception."""
        with self._writer.begin() as connection:
            self._clock.keep_right(connection)
            yield connection

    def check(self) -> None:
        """Asks the log's own tables something small. Raises SQLAlchemyError when they do not answer."""
        with self.read() as connection:
            connection.execute(sa.text("SELECT 1 FROM conversations LIMIT 1"))

    def empty_write_ahead_log(self) -> bool:
        """Moves everything from SQLite's write-ahead log into the database and empties it.

        False when somebody was reading or writing at that moment: try again. On PostgreSQL there is
        nothing to do. Not for the web process: it waits for the database without giving way.
        """
        if not self.is_sqlite:
            return True
        raw = self.engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("PRAGMA busy_timeout=250")
            try:
                (busy, _, _) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                cursor.execute(f"PRAGMA busy_timeout={_PATIENCE_SECONDS * 1000}")
                cursor.close()
        finally:
            raw.close()
        return not busy

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: `_begin_sqlite` decides how they begin.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten, not just forgotten
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
