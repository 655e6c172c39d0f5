"""Publications: which set of revisions patients are answered from, now and earlier."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice

import sqlalchemy as sa

from knowledge.model import Passage
from knowledge.store.database import Database
from knowledge.store.jobs import OPEN, Claim
from knowledge.store.model import Content, Event, Publication, RevisionState, WentLive, mark
from knowledge.store.rows import event_from, passage_from, publication_from
from knowledge.store.schema import (
    knowledge_events,
    passages,
    publication_jobs,
    publication_revisions,
    publications,
    revisions,
)

GOING_LIVE = ("publish", "withdraw", "rollback")
"""The actions in the record that made a publication live."""
_LOCK = 0x6E6B_0002
"""The PostgreSQL advisory lock that lets one publication go live after the other."""

_AT_ONCE = 200
"""Revisions whose passages are read together."""


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

    def contents(self, publication: int) -> list[Content]:
        """The revisions of a publication in the order of `passages`, each with its mark."""
        inside = sa.select(publication_revisions.c.revision_id).where(
            publication_revisions.c.publication_id == publication
        )
        return self._contents(revisions.c.id.in_(inside.scalar_subquery()))

    def contents_of(self, revision_ids: Collection[int]) -> list[Content]:
        """The same for revisions that need not be of one publication."""
        return self._contents(revisions.c.id.in_(list(revision_ids)))

    def _contents(self, which: sa.ColumnElement[bool]) -> list[Content]:
        query = (
            sa.select(revisions.c.id, revisions.c.document, revisions.c.number, revisions.c.fingerprint)
            .where(which)
            .order_by(revisions.c.document, revisions.c.number)
        )
        with self._database.read() as connection:
            return [
                Content(row.id, mark(row.document, row.number, row.fingerprint))
                for row in connection.execute(query)
            ]

    def passages_of(self, contents: Sequence[Content]) -> Iterator[tuple[Content, list[Passage]]]:
        """The passages of revisions in reading order; read in portions, so that they need not all fit in memory."""
        remaining = iter(contents)
        while some := list(islice(remaining, _AT_ONCE)):
            query = (
                sa.select(passages, revisions.c.number)
                .join(revisions, passages.c.revision_id == revisions.c.id)
                .where(passages.c.revision_id.in_([content.revision for content in some]))
                .order_by(passages.c.revision_id, passages.c.position)
            )
            found: dict[int, list[Passage]] = {content.revision: [] for content in some}
            with self._database.read() as connection:
                for row in connection.execute(query).mappings():
                    found[row["revision_id"]].append(passage_from(row))
            yield from ((content, found[content.revision]) for content in some)

    def count_passages(self, contents: Sequence[Content]) -> int:
        """How many passages revisions have."""
        remaining, count = iter(contents), 0
        with self._database.read() as connection:
            while some := list(islice(remaining, _AT_ONCE)):
                among = passages.c.revision_id.in_([content.revision for content in some])
                count += connection.execute(sa.select(sa.func.count()).where(among)).scalar_one()
        return count

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
        claim: Claim | None = None,
    ) -> None:
        """Make a publication the live one, with the states of its revisions, in one transaction.

        `instead_of` is the publication that was live when this one was put together. Raises
        `PublicationConflict` when it is not any more, since its changes would be lost. The revisions in
        `back_to_draft` were taken out only because they wait for something (a review), not for good.
        `claim` is on the job that this publication is the work of: the same transaction ends it, or raises
        `JobLost`, so that no publication goes live twice or after it was given up.
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
            if claim is not None:
                claim.settle(connection, publication, now)

    def discard(self, publication: int) -> None:
        """Forget a prepared publication that never went live; one that did is kept for ever."""
        with self._database.write() as connection:
            never = sa.and_(publications.c.id == publication, publications.c.made_live_at.is_(None))
            connection.execute(sa.delete(publications).where(never))

    def discard_abandoned(self, before: int) -> list[int]:
        """Forget what was prepared before this moment, never went live and belongs to no job; their ids."""
        kept = sa.select(publication_jobs.c.publication_id).where(
            publication_jobs.c.publication_id.is_not(None), publication_jobs.c.state.in_(OPEN)
        )
        with self._database.write() as connection:
            gone = sa.delete(publications).where(
                publications.c.made_live_at.is_(None),
                publications.c.created_at < before,
                publications.c.id.not_in(kept),
            )
            return list(connection.execute(gone.returning(publications.c.id)).scalars())

    def went_live(self, limit: int = 20, before: int | None = None) -> list[WentLive]:
        """The moments at which what is live changed, newest first; `before` (a time) goes further back."""
        query = (
            sa.select(knowledge_events)
            .where(knowledge_events.c.action.in_(GOING_LIVE), knowledge_events.c.publication_id.is_not(None))
            .order_by(knowledge_events.c.id.desc())
            .limit(limit + 1)
        )
        if before is not None:
            query = query.where(knowledge_events.c.at < before)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
            held = {
                each: frozenset(_revisions(connection, each)) for each in {r.publication_id for r in rows}
            }
        earlier = [*(held[row.publication_id] for row in rows[1:]), frozenset[int]()]
        return [
            WentLive(
                row.at, row.person, row.action, row.note, row.publication_id, held[row.publication_id], old
            )
            for row, old in zip(rows, earlier, strict=False)
        ][:limit]

    def events(self, limit: int = 50) -> list[Event]:
        """Who did what when, newest first."""
        query = sa.select(knowledge_events).order_by(knowledge_events.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            return [event_from(row) for row in connection.execute(query)]


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
    unpublished = (RevisionState.DRAFT, RevisionState.REVIEW)
    was = sa.and_(revisions.c.state.not_in(unpublished), revisions.c.id.not_in(inside))
    connection.execute(update.where(was).values(state=RevisionState.WITHDRAWN))
    other = revisions.alias()
    still = sa.select(other.c.document).where(other.c.state == RevisionState.PUBLISHED).scalar_subquery()
    connection.execute(
        update.where(was, revisions.c.document.in_(still)).values(state=RevisionState.REPLACED)
    )
