"""Signs of life in the database: who was last seen when, and when a job was last done."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.desk_schema import workers

WORKER = "worker"
"""The name under which every worker reports; one that lives is enough."""
FRESH_MS = 20_000
"""A worker that has said nothing for this long is taken for dead."""


class Heartbeats:
    """Writes and reads signs of life. Several processes may report under one name."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or database.clock
        self._insert = sqlite.insert if database.is_sqlite else postgresql.insert

    def beat(self, name: str = WORKER) -> None:
        """Now is the last time that `name` was seen."""
        now = self._clock()
        row = self._insert(workers).values(name=name, seen_at=now)
        row = row.on_conflict_do_update(index_elements=["name"], set_={"seen_at": now})
        with self._database.write() as connection:
            connection.execute(row)

    def last(self, name: str = WORKER) -> int | None:
        """When `name` was last seen, in milliseconds since 1970, UTC."""
        query = sa.select(workers.c.seen_at).where(workers.c.name == name)
        with self._database.read() as connection:
            found = connection.execute(query).scalar()
        return None if found is None else int(found)

    def silent_for(self, name: str = WORKER) -> int | None:
        """Milliseconds since `name` was last seen; None when it never was."""
        last = self.last(name)
        return None if last is None else max(self._clock() - last, 0)
