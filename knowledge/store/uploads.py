"""Files that editors bring in: how far each is, told alike by every process, and what was read until it is fetched.

The file itself stays with the process that took it, its reader. The reader holds a lease on what it has not read
yet and renews it while it lives: when it dies, its files are gone, and whoever asks is told so. What was read
belongs to no process any more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection

import sqlalchemy as sa

from knowledge.model import Document
from knowledge.store.database import Database
from knowledge.store.model import ReadState, Upload
from knowledge.store.schema import uploads
from knowledge.values import from_plain, to_plain

LEASE_MS = 30_000
"""A reader that has not been heard of for so long is taken for dead; it says every few seconds that it lives."""
KEPT_MS = 900_000
"""So long what was read waits for the page that asked."""
_OPEN = (ReadState.WAITING, ReadState.READING)


class Uploads:
    """The table `uploads`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    def add(self, upload: str, account: int, file_name: str, reader: str) -> Upload:
        """A file has arrived and waits to be read. Takes away what nobody came for."""
        now = self._clock()
        row = {
            "id": upload,
            "account": account,
            "file_name": file_name,
            "state": ReadState.WAITING,
            "reader": reader,
            "lease_until": now + LEASE_MS,
            "arrived_at": now,
            "changed_at": now,
            "document": "",
            "refusal": "",
        }
        with self._database.write() as connection:
            connection.execute(sa.delete(uploads).where(sa.not_(self._there(now))))
            connection.execute(sa.insert(uploads).values(**row))
            ahead = _ahead(connection, self._there(now), reader, now, upload)
        return Upload(upload, account, file_name, ReadState.WAITING, ahead)

    def under_way(self, account: int) -> int:
        """How many files of one person wait or are read now, in whichever process."""
        still = sa.and_(uploads.c.account == account, uploads.c.state.in_(_OPEN), self._there(self._clock()))
        with self._database.read() as connection:
            return int(connection.execute(sa.select(sa.func.count()).where(still)).scalar_one())

    def find(self, account: int, upload: str) -> Upload | None:
        """Somebody's own upload; None for one that is gone, that nobody knows, or that is another's."""
        there = self._there(self._clock())
        own = sa.and_(uploads.c.id == upload, uploads.c.account == account, there)
        with self._database.read() as connection:
            row = connection.execute(sa.select(uploads).where(own)).mappings().first()
            if row is None:
                return None
            state, ahead = ReadState(row["state"]), 0
            if state is ReadState.WAITING:
                ahead = _ahead(connection, there, row["reader"], row["arrived_at"], upload)
        document = from_plain(Document, json.loads(row["document"])) if row["document"] else None
        return Upload(upload, account, row["file_name"], state, ahead, document, row["refusal"])

    def begin(self, upload: str) -> None:
        """Its reader has come to it."""
        self._move(upload, ReadState.READING, lease_until=self._clock() + LEASE_MS)

    def finish(self, upload: str, document: Document) -> None:
        """It has been read."""
        # As ASCII: files hold halves of characters that no database takes as text.
        self._move(upload, ReadState.DONE, lease_until=None, document=json.dumps(to_plain(document)))

    def refuse(self, upload: str, why: str) -> None:
        """It cannot be brought in; `why` is a sentence for the editor."""
        self._move(upload, ReadState.REFUSED, lease_until=None, refusal=why)

    def renew(self, names: Collection[str]) -> None:
        """The reader of these lives, and none of them is forgotten."""
        its = sa.and_(uploads.c.id.in_(names), uploads.c.state.in_(_OPEN))
        with self._database.write() as connection:
            connection.execute(sa.update(uploads).where(its).values(lease_until=self._clock() + LEASE_MS))

    def _move(self, upload: str, state: ReadState, **values: object) -> None:
        change = sa.update(uploads).where(uploads.c.id == upload)
        with self._database.write() as connection:
            connection.execute(change.values(state=state, changed_at=self._clock(), **values))

    @staticmethod
    def _there(now: int) -> sa.ColumnElement[bool]:
        """Those whose reader lives, and those that were over not long ago."""
        return sa.or_(
            sa.and_(uploads.c.state.in_(_OPEN), uploads.c.lease_until > now),
            sa.and_(uploads.c.state.not_in(_OPEN), uploads.c.changed_at > now - KEPT_MS),
        )


def _ahead(
    connection: sa.Connection, there: sa.ColumnElement[bool], reader: str, arrived_at: int, upload: str
) -> int:
    """How many of the same reader's files wait before this one."""
    sooner = sa.or_(
        uploads.c.arrived_at < arrived_at,
        sa.and_(uploads.c.arrived_at == arrived_at, uploads.c.id < upload),
    )
    waits = sa.and_(there, uploads.c.state == ReadState.WAITING, uploads.c.reader == reader, sooner)
    return int(connection.execute(sa.select(sa.func.count()).where(waits)).scalar_one())
