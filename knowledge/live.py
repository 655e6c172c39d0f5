"""What a process that answers holds: the live publication, opened once, swapped when a new one appears.

A thread of its own looks at the database twice a second. When another publication is live, or somebody
damaged or deleted the snapshot's files, it opens or rebuilds what is needed and swaps it in one step;
until then the last good one is served, and the status says what is going on. Questions never wait for it.

No PyTorch is loaded here, also not to rebuild: documents and questions share the int8 encoder.
Open it after a fork, and in an ordinary thread (not a greenlet: indexing would hold up the loop).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from knowledge.answer import answer, prepare_offers
from knowledge.decide import Calibration
from knowledge.encoder import Encoder, EncoderError, opened
from knowledge.engines import engine_of
from knowledge.index import FAISS
from knowledge.model import Reply
from knowledge.rebuild import make_snapshot, rebuild, usable_segments
from knowledge.search import Searcher
from knowledge.segment import Segment
from knowledge.settings import KnowledgeSettings
from knowledge.snapshot import (
    Snapshot,
    SnapshotRefused,
    load_snapshot,
    snapshot_folder,
)
from knowledge.snapshot_upkeep import signature
from knowledge.store import KnowledgeStore, StoreError
from knowledge.vectors import VectorEngine

_log = logging.getLogger(__name__)
_LOOK_EVERY = 0.5
_LONGEST_PAUSE = 30.0


class NotReady(RuntimeError):
    """There is nothing to answer from yet; the message says why."""


@dataclass(frozen=True, slots=True)
class Serving:
    """One publication, ready to answer: search and decision that belong together."""

    publication: int
    searcher: Searcher
    calibration: Calibration
    signature: tuple[tuple[str, int, int], ...]

    @property
    def whole(self) -> bool:
        """False once a search noticed that vectors are gone."""
        return self.searcher.corpus.vectors.whole

    def answer(self, question: str, context: Sequence[str] = (), shown: Collection[str] = ()) -> Reply:
        """The reply to a question; `context` holds the earlier ones, `shown` the passages already said."""
        return answer(question, context, self.searcher, self.calibration, shown)


class LiveSearcher:
    """The live publication as a searcher. Safe to share between threads.

    With `watch` a background thread keeps it current; without, call `refresh` yourself.
    """

    def __init__(
        self, settings: KnowledgeSettings, *, encoder: Encoder | None = None, watch: bool = True
    ) -> None:
        self._settings = settings
        self._encoder = encoder
        self._store: KnowledgeStore | None = None
        self._engine: VectorEngine = FAISS
        self._serving: Serving | None = None
        self._live: int | None = None
        self._problem = "The knowledge base is being opened."
        self._refreshing = threading.Lock()
        self._ready = threading.Event()
        self._closed = threading.Event()
        self._failures = 0
        self._memory_only_until = 0.0
        if watch:
            threading.Thread(target=self._watch, name="knowledge", daemon=True).start()

    def serving(self) -> Serving:
        """The publication to answer from. Raises `NotReady` with a sentence."""
        serving = self._serving
        if serving is None:
            raise NotReady(self._problem)
        return serving

    def current(self) -> Searcher:
        """The searcher of the publication to answer from. Raises `NotReady` with a sentence."""
        return self.serving().searcher

    def answer(self, question: str, context: Sequence[str] = (), shown: Collection[str] = ()) -> Reply:
        """The reply to a question from what is live. Raises `NotReady` with a sentence.

        `context` holds the earlier questions, oldest first; `shown` the keys of passages already said.
        """
        return self.serving().answer(question, context, shown)

    def speaks_of(self, pattern: str) -> bool:
        """Whether a live passage has the pattern in its text or headings. Raises `NotReady` with a sentence."""
        return self.current().corpus.speaks_of(pattern)

    def status(self) -> dict[str, object]:
        """For the health page: whether it can answer, from which publication, and what is wrong.

        `problem` is empty when all is well; with a problem it may still be ready, from the last good one.
        """
        serving, live = self._serving, self._live
        return {
            "ready": serving is not None,
            "publication": serving.publication if serving else None,
            "live": live,
            "passages": len(serving.searcher.corpus.passages) if serving else 0,
            "encoder": self._encoder.identity if self._encoder else "",
            "problem": self._problem,
        }

    def wait(self, seconds: float) -> bool:
        """Wait until there is something to answer from; False when that takes longer."""
        return self._ready.wait(seconds)

    def close(self) -> None:
        """Stop looking for new publications; what was opened goes on answering."""
        self._closed.set()
        with self._refreshing:
            if self._store is not None:
                self._store.close()
                self._store = None

    def refresh(self) -> None:
        """Look once at the database and the snapshot, and do what is needed. Never raises."""
        with self._refreshing:
            if self._closed.is_set():
                return
            try:
                self._refresh()
                self._failures = 0
            except (EncoderError, StoreError, SnapshotRefused) as error:
                self._fail(str(error))
            except SQLAlchemyError as error:
                self._fail(f"The knowledge base's database cannot be reached ({type(error).__name__}).")
            except Exception as error:  # noqa: BLE001 - the last good one must go on answering whatever happens
                _log.exception("opening the knowledge base failed")
                self._fail(f"The knowledge base cannot be opened ({type(error).__name__}: {error}).")

    def _watch(self) -> None:
        while not self._closed.is_set():
            self.refresh()
            serving = self._serving
            if serving is not None and self._failures == 0:
                prepare_offers(serving.searcher, serving.calibration)
            self._closed.wait(min(_LOOK_EVERY * 2**self._failures, _LONGEST_PAUSE))

    def _fail(self, sentence: str) -> None:
        self._failures = min(self._failures + 1, 10)
        if sentence != self._problem:
            _log.warning("%s", sentence)
        self._problem = sentence

    def _refresh(self) -> None:
        if self._encoder is None:
            self._encoder = opened(self._settings.model_dir)
        if self._store is None:
            self._store, self._engine = self._opened(self._encoder)
        self._live = self._store.publications.live_id()
        if self._live is None:
            self._serving = None
            self._ready.clear()
            self._problem = "Nothing is published yet. Run `python -m knowledge publish`."
            return
        folder = snapshot_folder(self._settings.snapshots_dir, self._live)
        serving = self._serving
        if serving is not None and serving.publication == self._live and serving.whole:
            in_memory = time.monotonic() < self._memory_only_until
            if in_memory or signature(folder) == serving.signature:
                if not in_memory:
                    self._problem = ""
                return
        before = signature(folder)
        try:
            found = load_snapshot(
                folder,
                encoder=self._encoder.identity,
                publication=self._live,
                known=self._known(),
                engine=self._engine,
            )
        except SnapshotRefused as refused:
            self._problem = f"{refused} It is being made again from the database."
            _log.warning("%s", self._problem)
            self._make_again(self._store, self._encoder, self._live)
            return
        self._swap(found, before)
        self._problem = ""

    def _opened(self, encoder: Encoder) -> tuple[KnowledgeStore, VectorEngine]:
        store = KnowledgeStore(self._settings.database_url)
        try:
            return store, engine_of(self._settings, store, encoder.identity)
        except BaseException:
            store.close()
            raise

    def _known(self) -> tuple[Segment, ...]:
        """The segments that are open; a publication that changes little has most of them, too."""
        return self._serving.searcher.corpus.segments if self._serving else ()

    def _make_again(self, store: KnowledgeStore, encoder: Encoder, live: int) -> None:
        """Rebuild from the database, write the result and serve it; from memory where it cannot be written."""
        snapshots, publication = self._settings.snapshots_dir, store.publications.get(live)
        try:
            made = make_snapshot(
                store, snapshots, encoder, publication, known=self._known(), engine=self._engine
            )
        except OSError as error:
            known = usable_segments(snapshots, encoder, (), self._known(), self._engine)
            self._swap(rebuild(store, encoder, publication, known, engine=self._engine), ())
            self._memory_only_until = time.monotonic() + _LONGEST_PAUSE
            self._problem = (
                f"The search index cannot be written ({error.strerror}); it is served from memory."
            )
            _log.warning("%s", self._problem)
            return
        self._swap(made, signature(snapshot_folder(snapshots, live)))
        self._problem = ""
        _log.info("publication %s was made again from the database", live)

    def _swap(self, found: Snapshot, files: tuple[tuple[str, int, int], ...]) -> None:
        if self._encoder is None:
            raise EncoderError("The encoder is not open.")
        self._serving = serving_of(found, self._encoder, files)
        self._ready.set()


def serving_of(found: Snapshot, encoder: Encoder, files: tuple[tuple[str, int, int], ...] = ()) -> Serving:
    """A snapshot, ready to answer; `files` are those it was read from."""
    try:
        calibration = Calibration.from_json(found.calibration)
    except (ValueError, KeyError, TypeError):
        # Published by another version of the decision; the one that came with this code fits it.
        _log.warning("publication %s: its calibration is of another version", found.publication)
        calibration = Calibration.shipped()
    return Serving(found.publication, Searcher(found.corpus, encoder), calibration, files)


__all__ = ["LiveSearcher", "NotReady", "Serving", "serving_of"]
