"""Documents and their revisions. A saved revision never changes; only its state does."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sqlalchemy as sa

from knowledge.markdown import parse_document, render_document
from knowledge.model import Document, Passage
from knowledge.split import split
from knowledge.store.database import Database
from knowledge.store.model import DocumentStatus, Revision, RevisionState
from knowledge.store.rows import fingerprint, front_matter, passage_from, passage_row, revision_from
from knowledge.store.schema import documents, passages, revisions


class EditConflict(RuntimeError):
    """Somebody else saved the document meanwhile; `newest` is the number of their revision."""

    def __init__(self, newest: Revision) -> None:
        who = newest.created_by or "Somebody else"
        super().__init__(
            f"{who} saved revision {newest.number} of “{newest.document}” in the meantime. Nothing was "
            "overwritten: compare the two and bring your change into theirs."
        )
        self.newest = newest


class Revisions:
    """The tables `documents`, `revisions` and `passages`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    def save(
        self,
        document: Document,
        *,
        origin: str = "import",
        by: str = "",
        note: str = "",
        based_on: int | None = None,
        state: RevisionState = RevisionState.DRAFT,
    ) -> tuple[int, bool]:
        """Save a document as a draft (or handed in for review), unless its newest revision says the same.

        Returns the revision's number and whether it is new. `based_on` is the number of the revision that
        the author began with (0: a document that does not exist yet); where another one is the newest,
        nothing is saved and `EditConflict` says so. ValueError with a sentence where the document cannot
        be kept without a loss or has no text to answer with.
        """
        markdown = render_document(document)
        found = split(document, 0)
        if not found:
            raise ValueError(f"“{document.slug}” has no text that could answer a question; write some.")
        mark = fingerprint(markdown, found)
        now = self._clock()
        with self._database.write() as connection:
            known = self._database.insert_unless_known(documents)
            connection.execute(known, {"slug": document.slug, "created_at": now})
            # PostgreSQL: hold the document, so that two savers cannot choose the same number.
            connection.execute(
                sa.select(documents.c.slug).where(documents.c.slug == document.slug).with_for_update()
            )
            newest = (
                connection.execute(
                    sa.select(revisions)
                    .where(revisions.c.document == document.slug)
                    .order_by(revisions.c.number.desc())
                    .limit(1)
                )
                .mappings()
                .first()
            )
            if newest is not None and newest["fingerprint"] == mark:
                return int(newest["number"]), False
            if based_on is not None and newest is not None and newest["number"] != based_on:
                raise EditConflict(revision_from(newest))
            number = 1 if newest is None else int(newest["number"]) + 1
            row = {
                "document": document.slug,
                "number": number,
                "state": state,
                "title": document.title,
                "language": document.language,
                "reviewer": document.reviewer,
                "reviewed_on": document.reviewed_on,
                "front_matter": front_matter(document),
                "markdown": markdown,
                "fingerprint": mark,
                "origin": origin,
                "created_at": now,
                "created_by": by,
                "note": note,
            }
            saved = connection.execute(
                sa.insert(revisions).values(**row).returning(revisions.c.id)
            ).scalar_one()
            connection.execute(
                sa.insert(passages),
                [{"revision_id": saved, **passage_row(each, at)} for at, each in enumerate(found)],
            )
        return number, True

    def of(self, slug: str) -> list[Revision]:
        """All revisions of a document, newest first; empty for a document nobody knows."""
        query = sa.select(revisions).where(revisions.c.document == slug).order_by(revisions.c.number.desc())
        with self._database.read() as connection:
            return [revision_from(row) for row in connection.execute(query).mappings()]

    def by_id(self, ids: Iterable[int]) -> list[Revision]:
        """The revisions with these ids, ordered by document."""
        query = (
            sa.select(revisions)
            .where(revisions.c.id.in_(list(ids)))
            .order_by(revisions.c.document, revisions.c.number)
        )
        with self._database.read() as connection:
            return [revision_from(row) for row in connection.execute(query).mappings()]

    def document(self, slug: str, number: int) -> Document:
        """A document as it was in one revision. KeyError with a sentence when there is none."""
        return parse_document(self.markdown(slug, number), f"{slug}, revision {number}")

    def markdown(self, slug: str, number: int) -> str:
        """The full source of one revision. KeyError with a sentence when there is none."""
        query = sa.select(revisions.c.markdown).where(
            revisions.c.document == slug, revisions.c.number == number
        )
        with self._database.read() as connection:
            text = connection.execute(query).scalar()
        if text is None:
            raise KeyError(f"There is no revision {number} of “{slug}”.")
        return str(text)

    def same_text(self, document: Document, revision: Revision) -> bool:
        """True when a revision holds exactly this document, split as it would be now."""
        query = sa.select(revisions.c.fingerprint).where(revisions.c.id == revision.id)
        with self._database.read() as connection:
            kept = connection.execute(query).scalar_one()
        return bool(kept == fingerprint(render_document(document), split(document, 0)))

    def passages(self, slug: str, number: int) -> list[Passage]:
        """The passages of one revision in reading order."""
        query = (
            sa.select(passages, revisions)
            .join(revisions, passages.c.revision_id == revisions.c.id)
            .where(revisions.c.document == slug, revisions.c.number == number)
            .order_by(passages.c.position)
        )
        with self._database.read() as connection:
            return [passage_from(row) for row in connection.execute(query).mappings()]

    def titles(self, slugs: Iterable[str]) -> dict[str, str]:
        """The newest titles of some documents, by slug; without those that nobody knows."""
        query = (
            sa.select(revisions.c.document, revisions.c.title)
            .where(revisions.c.document.in_(list(slugs)))
            .order_by(revisions.c.number)
        )
        with self._database.read() as connection:
            return {row.document: row.title for row in connection.execute(query)}

    def status(self, slug: str) -> DocumentStatus | None:
        """One document at a glance; None for one that nobody knows."""
        return next(iter(self._statuses(documents.c.slug == slug)), None)

    def statuses(self) -> list[DocumentStatus]:
        """Every document at a glance, ordered by slug."""
        return self._statuses(sa.true())

    def _statuses(self, which: sa.ColumnElement[bool]) -> list[DocumentStatus]:
        count = (
            sa.select(passages.c.revision_id, sa.func.count().label("passages"))
            .group_by(passages.c.revision_id)
            .subquery()
        )
        query = (
            sa.select(revisions, count.c.passages)
            .join(count, count.c.revision_id == revisions.c.id)
            .join(documents, documents.c.slug == revisions.c.document)
            .where(which)
            .order_by(revisions.c.document, revisions.c.number)
        )
        kept = sa.select(documents.c.slug, documents.c.owner, documents.c.review_due).where(which)
        newest: dict[str, tuple[Revision, int]] = {}
        live: dict[str, tuple[Revision, int]] = {}
        with self._database.read() as connection:
            for row in connection.execute(query).mappings():
                revision = revision_from(row)
                newest[revision.document] = (revision, row["passages"])
                if revision.state is RevisionState.PUBLISHED:
                    live[revision.document] = (revision, row["passages"])
            kept_by = {row.slug: (row.owner, row.review_due) for row in connection.execute(kept)}
        return [
            DocumentStatus(
                slug,
                latest,
                live[slug][0] if slug in live else None,
                live.get(slug, (latest, count))[1],
                *kept_by[slug],
            )
            for slug, (latest, count) in newest.items()
        ]
