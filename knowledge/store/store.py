"""The door to the database: opens it, brings its tables up to date, and holds its parts together."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from knowledge.model import Document, Passage
from knowledge.store import migrations
from knowledge.store.database import Database
from knowledge.store.embeddings import Embeddings
from knowledge.store.golden import GoldenQuestions
from knowledge.store.jobs import Jobs
from knowledge.store.model import Publication
from knowledge.store.publications import Publications
from knowledge.store.reviewing import Reviewing
from knowledge.store.revisions import Revisions
from knowledge.store.uploads import Uploads


class StoreError(RuntimeError):
    """The database cannot be opened; the message says what to look at."""


class KnowledgeStore:
    """The knowledge base's database. Safe to share between threads; open it after a fork, not before.

    `revisions`, `reviewing`, `golden`, `publications`, `jobs`, `uploads` and `embeddings` are its parts.
    Raises `StoreError` with a sentence when the database cannot be reached.
    """

    def __init__(self, database_url: str, clock: Callable[[], int] | None = None) -> None:
        self.database = Database(database_url)
        clock = clock or self.database.clock
        try:
            migrations.upgrade(self.database)
        except sa.exc.OperationalError as error:
            raise StoreError(
                f"The knowledge base's database cannot be opened ({error.orig}). "
                "Is NKBOT_DATABASE_URL right, and is the state folder writable?"
            ) from error
        self.revisions = Revisions(self.database, clock)
        self.reviewing = Reviewing(self.database, clock)
        self.golden = GoldenQuestions(self.database, clock)
        self.publications = Publications(self.database, clock)
        self.jobs = Jobs(self.database, clock)
        self.uploads = Uploads(self.database, clock)
        self.embeddings = Embeddings(self.database)

    def save_revision(self, document: Document, *, by: str = "") -> int:
        """Save a document as a draft unless nothing changed; returns the revision's number."""
        return self.revisions.save(document, by=by)[0]

    def live_publication(self) -> Publication | None:
        """The publication that patients are answered from; None before the first."""
        return self.publications.live()

    def published_passages(self, publication: int) -> list[Passage]:
        """All passages of a publication, document by document in reading order."""
        return self.publications.passages(publication)

    def history(self, limit: int = 20) -> list[Publication]:
        """Publications that are or were live, newest first."""
        return self.publications.history(limit)

    def close(self) -> None:
        """Give all connections back."""
        self.database.close()
