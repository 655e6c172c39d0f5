"""The knowledge base as the pages of editors use it: one door for each web process.

The database is opened when it is first needed, and everything that touches it, or takes long, runs on real
threads: the event loop, which serves every patient's stream, goes on meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from bot.web.apart import Apart
from bot.web.editor.reading import Reading
from bot.web.errors import Problem
from bot.web.services import EXTENSION, Services
from knowledge.settings import KnowledgeSettings
from knowledge.store.jobs import Jobs
from knowledge.store.model import JobState
from knowledge.store.store import KnowledgeStore, StoreError

_EXTENSION = "nkbot.editor"
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class PublicationFigures:
    """What is live, since when (milliseconds since 1970, UTC), and how many publications are in which state."""

    live: int | None
    live_since: int
    jobs: Mapping[str, int]


class Editing:
    """Access to the knowledge base. One per process; safe to share."""

    def __init__(self, settings: KnowledgeSettings) -> None:
        self.settings = settings
        self._store: KnowledgeStore | None = None
        self._opening = threading.Lock()
        self._store_apart = Apart()
        self._work_apart = Apart()

    def run(self, work: Callable[[KnowledgeStore], _Result]) -> _Result:
        """What `work` makes of the store. Keep it short: it runs on the one thread that reads and writes it.

        Raises what `work` raises, and `Problem` 503 where the database cannot be opened.
        """
        return self._store_apart.run(lambda: work(self._opened()))

    def think(self, work: Callable[[], _Result]) -> _Result:
        """What takes computing and no database: splitting, comparing. On a thread of its own."""
        return self._work_apart.run(work)

    def news(self) -> str:
        """A sentence when the last publication failed or one waits for a decision, for an operator; else nothing."""
        try:
            return self.run(lambda store: _news(store.jobs))
        except (Problem, SQLAlchemyError):
            return ""  # who asks is told elsewhere that the knowledge base is away

    def figures(self) -> PublicationFigures | None:
        """How publications stand, for an operator; None while the knowledge base is away."""
        try:
            return self.run(_figures)
        except (Problem, SQLAlchemyError):
            return None

    def close(self) -> None:
        """Lets go of the database."""
        if self._store is not None:
            self._store_apart.run(self._store.close)
            self._store = None

    def _opened(self) -> KnowledgeStore:
        with self._opening:
            if self._store is None:
                try:
                    self._store = KnowledgeStore(self.settings.database_url)
                except StoreError as error:
                    raise Problem(503, "knowledge_unavailable", retry_after=5) from error
            return self._store


@dataclass(frozen=True)
class Parts:
    """What the editors' views work with besides `Services`."""

    editing: Editing
    reading: Reading


def init_app(app: Flask) -> None:
    """Puts the parts together; nothing is opened yet."""
    editing = Editing(KnowledgeSettings.from_environment())
    app.extensions[_EXTENSION] = Parts(editing, Reading(editing.run))
    cast(Services, app.extensions[EXTENSION]).readiness.hear_of_publications(editing.news)


def _news(jobs: Jobs) -> str:
    if any(each.state is JobState.HELD for each in jobs.open()):
        return "A publication waits for an editor's decision."
    latest = jobs.latest(1)
    if latest and latest[0].state is JobState.FAILED:
        return f"The last publication failed: {latest[0].problem}"
    return ""


def _figures(store: KnowledgeStore) -> PublicationFigures:
    live, latest = store.publications.live(), store.publications.went_live(1)
    since = latest[0].at if latest else (live.made_live_at or 0) if live else 0
    return PublicationFigures(None if live is None else live.id, since, store.jobs.counts())


def of(app: Flask) -> Parts:
    """The parts of an application."""
    return cast(Parts, app.extensions[_EXTENSION])


def parts() -> Parts:
    """The parts of the application that answers the current request."""
    return cast(Parts, current_app.extensions[_EXTENSION])


def editing() -> Editing:
    """The knowledge base of the application that answers the current request."""
    return parts().editing
