"""Publications: which set of revisions patients are answered from, now and earlier."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import sqlalchemy as sa

from knowledge.model import Passage
from knowledge.store.database import Database
from knowledge.store.model import Event, Publication, RevisionState
from knowledge.store.rows import passage_from, publication_from
from knowledge.store.schema import knowledge_events, passages, publication_revisions, publications, revisions

_LOCK = 0x6E6B_0002
"""The PostgreSQL advisory lock that lets one publication go live after the other."""


class PublicationConflict(RuntimeError):
    """Another publication went live meanwhile; the message says so."""


class Publications:
    """The tables `publications`, `publication_revisions` and `knowledge_events`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    def live(self) -> Publication | None:
        """The publication that patients are answered from; None before the first."""
        with self._database.read() as connection:
            return _one(connection, publications.c.live == 1)

    def live_id(self) -> int | None:
        """The id of the live publication, by the cheapest possible query."""
        with self._database.read() as connection:
            return connection.execute(sa.select(publications.c.id).where(publications.c.live == 1)).scalar()

    def get(self, publication: int) -> Publication:
        """One publication. KeyError with a sentence when there is none."""
        with self._database.read() as connection:
            found = _one(connection, publications.c.id == publication)
        if found is None:
            raise KeyError(f"There is no publication {publication}. `python -m knowledge status` lists them.")
        return found

    def history(self, limit: int = 20) -> list[Publication]:
        """Publications that are or were live, newest first."""
        query = (
            sa.select(publications)
            .where(publications.c.made_live_at.is_not(None))
            .order_by(publications.c.id.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
            return [publication_from(row, _revisions(connection, row["id"])) for row in rows]

    def passages(self, publication: int) -> list[Passage]:
        """All passages of a publication, document by document in reading order."""
        query = (
            sa.select(passages, revisions)
            .join(revisions, passages.c.revision_id == revisions.c.id)
            .join(publication_revisions, publication_revisions.c.revision_id == revisions.c.id)
            .where(publication_revisions.c.publication_id == publication)
            .order_by(revisions.c.document, revisions.c.number, passages.c.position)
        )
        with self._database.read() as connection:
            return [passage_from(row) for row in connection.execute(query).mappings()]

    def prepare(
        self, revision_ids: Collection[int], *, encoder: str, calibration: str, by: str = "", note: str = ""
    ) -> int:
        """Write down a publication that is not live yet; returns its id, which is never used again."""
        with self._database.write() as connection:
            prepared = connection.execute(
                sa.insert(publications)
                .values(
                    created_at=self._clock(),
                    created_by=by,
                    note=note,
                    encoder=encoder,
                    calibration=calibration,
                )
                .returning(publications.c.id)
            ).scalar_one()
            if revision_ids:
                rows = [{"publication_id": prepared, "revision_id": each} for each in sorted(revision_ids)]
                connection.execute(sa.insert(publication_revisions), rows)
        return int(prepared)

    def make_live(
        self,
        publication: int,
        *,
        instead_of: int | None,
        action: str,
        by: str = "",
        note: str = "",
        document: str | None = None,
        back_to_draft: Collection[int] = (),
    ) -> None:
        """Make a publication the live one, with the states of its revisions, in one transaction.

        `instead_of` is the publication that was live when this one was put together. Raises
        `PublicationConflict` when it is not any more, since its changes would be lost. The revisions in
        `back_to_draft` were taken out only because they wait for something (a review), not for good.
        """
        now = self._clock()
        with self._database.write() as connection:
            if not self._database.is_sqlite:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            current = connection.execute(
                sa.select(publications.c.id).where(publications.c.live == 1)
            ).scalar()
            if current != instead_of:
                raise PublicationConflict(
                    "Somebody else published in the meantime. Look at what is live now and try again."
                )
            connection.execute(sa.update(publications).where(publications.c.live == 1).values(live=None))
            connection.execute(
                sa.update(publications)
                .where(publications.c.id == publication)
                .values(live=1, made_live_at=now)
            )
            _set_states(connection, publication)
            waiting = revisions.c.id.in_(list(back_to_draft))
            connection.execute(sa.update(revisions).where(waiting).values(state=RevisionState.DRAFT))
            event = {"publication_id": publication, "document": document, "note": note}
            connection.execute(sa.insert(knowledge_events).values(at=now, person=by, action=action, **event))

    def discard(self, publication: int) -> None:
        """Forget a prepared publication that never went live; one that did is kept for ever."""
        with self._database.write() as connection:
            never = sa.and_(publications.c.id == publication, publications.c.made_live_at.is_(None))
            connection.execute(sa.delete(publications).where(never))

    def events(self, limit: int = 50) -> list[Event]:
        """Who did what when, newest first."""
        query = sa.select(knowledge_events).order_by(knowledge_events.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            return [
                Event(row.at, row.person, row.action, row.publication_id, row.document, row.note)
                for row in connection.execute(query)
            ]


def _one(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> Publication | None:
    row = connection.execute(sa.select(publications).where(condition)).mappings().first()
    return None if row is None else publication_from(row, _revisions(connection, row["id"]))


def _revisions(connection: sa.Connection, publication: int) -> Sequence[int]:
    query = (
        sa.select(publication_revisions.c.revision_id)
        .where(publication_revisions.c.publication_id == publication)
        .order_by(publication_revisions.c.revision_id)
    )
    return connection.execute(query).scalars().all()


def _set_states(connection: sa.Connection, publication: int) -> None:
    """Published is what is in the live publication; what was and is not any more is replaced or withdrawn."""
    inside = (
        sa.select(publication_revisions.c.revision_id)
        .where(publication_revisions.c.publication_id == publication)
        .scalar_subquery()
    )
    update = sa.update(revisions)
    connection.execute(update.where(revisions.c.id.in_(inside)).values(state=RevisionState.PUBLISHED))
    was = sa.and_(revisions.c.state != RevisionState.DRAFT, revisions.c.id.not_in(inside))
    connection.execute(update.where(was).values(state=RevisionState.WITHDRAWN))
    other = revisions.alias()
    still = sa.select(other.c.document).where(other.c.state == RevisionState.PUBLISHED).scalar_subquery()
    connection.execute(
        update.where(was, revisions.c.document.in_(still)).values(state=RevisionState.REPLACED)
    )
