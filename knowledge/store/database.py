"""Opens the knowledge base's database: SQLite (WAL, every commit on disk) or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite

from knowledge.store.clock import DatabaseClock, system_clock
from knowledge.store.vanished import connect_arguments, tell_the_server

_WRITES = "nkbot_writes"
_WAIT_SECONDS = 20
MOST_CONNECTIONS = 6
"""To PostgreSQL, of one process, and mostly it is one; whoever comes when all are taken waits."""


class Database:
    """Read and write transactions on one engine.

    In: a SQLAlchemy URL (`sqlite:///…` or `postgresql…`; PostgreSQL is reached through psycopg 3). Raises
    ValueError with a sentence for any other database. `clock` is the time that all hosts on this database
    agree on.
    """

    def __init__(self, url: str) -> None:
        parsed = sa.make_url(url)
        if parsed.drivername in {"postgresql", "postgres"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
            raise ValueError("The database must be SQLite or PostgreSQL: set NKBOT_DATABASE_URL accordingly.")
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = (
            {"connect_args": {"timeout": _WAIT_SECONDS}}
            if self.is_sqlite
            else {
                "pool_pre_ping": True,
                "pool_size": 1,
                "max_overflow": MOST_CONNECTIONS - 1,
                "connect_args": connect_arguments(parsed),
            }
        )
        self._clock = DatabaseClock()
        self.clock: Callable[[], int] = system_clock if self.is_sqlite else self._clock
        self.engine = sa.create_engine(parsed, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            tell_the_server(self.engine)
            self._clock.follow(self.engine)
        self._writer = self.engine.execution_options(**{_WRITES: True})

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction that only reads, and sees one state of the database throughout."""
        with self.engine.begin() as connection:
            if not self.is_sqlite:
                connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            self._clock.keep_right(connection)
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that writes; it is on disk when the block ends without an exception."""
        with self._writer.begin() as connection:
            self._clock.keep_right(connection)
            yield connection

    def insert_unless_known(self, table: sa.Table) -> sa.Insert:
        """An INSERT that leaves rows alone whose primary key exists already."""
        if self.is_sqlite:
            return sqlite.insert(table).on_conflict_do_nothing()
        return postgresql.insert(table).on_conflict_do_nothing()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: `_begin_sqlite` decides how they begin.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # A writer takes the lock at once: a reader that turned into a writer could only fail and start again.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
