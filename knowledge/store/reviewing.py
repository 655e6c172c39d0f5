"""From draft to review, and who looks after a document until when. Every step leaves a line in the record."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from knowledge.store.database import Database
from knowledge.store.model import Event, Revision, RevisionState
from knowledge.store.revisions import EditConflict
from knowledge.store.rows import event_from, revision_from
from knowledge.store.schema import documents, knowledge_events, revisions


class ReviewRefused(RuntimeError):
    """A step that is not possible now; the message says why and what to do."""


class Reviewing:
    """Moves the newest revision of a document between `draft` and `review`; keeps owners and dates."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    def hand_in(self, slug: str, number: int, *, by: str, note: str = "") -> None:
        """A draft is done: somebody else may read it now. Raises `ReviewRefused`, `EditConflict`."""
        self._move(slug, number, RevisionState.DRAFT, RevisionState.REVIEW, "hand_in", by, note)

    def send_back(self, slug: str, number: int, *, by: str, note: str) -> None:
        """A revision in review needs more work; `note` says which. Raises `ReviewRefused`, `EditConflict`."""
        if not note.strip():
            raise ReviewRefused("Say in a few words what should be changed, so that the author knows.")
        self._move(slug, number, RevisionState.REVIEW, RevisionState.DRAFT, "send_back", by, note)

    def look_after(self, slug: str, *, owner: str, review_due: str, by: str) -> None:
        """Who looks after a document, and the day (ISO date or empty) on which it must be read again.

        KeyError with a sentence for a document nobody knows.
        """
        with self._database.write() as connection:
            change = sa.update(documents).where(documents.c.slug == slug)
            found = connection.execute(change.values(owner=owner, review_due=review_due)).rowcount
            if not found:
                raise KeyError(f"There is no document “{slug}”.")
            self._record(connection, "look_after", slug, None, by, f"{owner}; {review_due}".strip("; "))

    def record(self, action: str, slug: str, *, by: str, note: str = "", revision: int | None = None) -> None:
        """Adds a line to the record: who did what to which document."""
        with self._database.write() as connection:
            self._record(connection, action, slug, revision, by, note)

    def record_of(self, slug: str, limit: int = 200) -> list[Event]:
        """Who did what with a document, newest first."""
        query = sa.select(knowledge_events).where(knowledge_events.c.document == slug)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(knowledge_events.c.id.desc()).limit(limit)).all()
        return [event_from(row) for row in rows]

    def _move(
        self,
        slug: str,
        number: int,
        before: RevisionState,
        after: RevisionState,
        action: str,
        by: str,
        note: str,
    ) -> None:
        with self._database.write() as connection:
            newest = _newest(connection, slug)
            if newest.number != number:
                raise EditConflict(newest)
            moved = connection.execute(
                sa.update(revisions)
                .where(revisions.c.id == newest.id, revisions.c.state == before)
                .values(state=after)
            ).rowcount
            if not moved:
                raise ReviewRefused(
                    f"Revision {number} of “{slug}” is not in {before} any more; it is {newest.state}."
                )
            self._record(connection, action, slug, number, by, note)

    def _record(
        self,
        connection: sa.Connection,
        action: str,
        slug: str,
        revision: int | None,
        by: str,
        note: str,
    ) -> None:
        line = {"document": slug, "revision": revision, "note": note}
        connection.execute(
            sa.insert(knowledge_events).values(at=self._clock(), person=by, action=action, **line)
        )


def _newest(connection: sa.Connection, slug: str) -> Revision:
    query = sa.select(revisions).where(revisions.c.document == slug).order_by(revisions.c.number.desc())
    row = connection.execute(query.limit(1)).mappings().first()
    if row is None:
        raise KeyError(f"There is no document “{slug}”.")
    return revision_from(row)
