"""Suggested replies from the knowledge base, and the proof that a source is still live.

Searching is fast, opening an index is not: both run on real threads, so that the event loop, which serves
every patient's stream, goes on meanwhile. Nothing is opened before the first suggestion is wanted.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.web.apart import Apart
from knowledge import answer as answering
from knowledge.asking import readable
from knowledge.live import LiveSearcher, NotReady, Serving
from knowledge.model import Citation
from knowledge.settings import KnowledgeSettings

MOST = 3
NEAR = 0.6
"""A hit whose score is below this share of the best one's is no suggestion."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text that may answer the patient, with its source. `sure`: the bot itself would have said it."""

    text: str
    citation: Citation
    score: float
    sure: bool


class SourceGone(Exception):
    """The passage is not live any more, or never said that."""


class Suggestions:
    """Looks up what an advisor might say. One per process; safe to share."""

    def __init__(self, settings: KnowledgeSettings) -> None:
        self._settings = settings
        self._live: LiveSearcher | None = None
        self._opening = threading.Lock()
        self._apart = Apart()

    def find(self, question: str, context: Sequence[str] = ()) -> list[Suggestion]:
        """What fits a question best, the best first; perhaps nothing. Raises `NotReady` with a sentence.

        `context` holds the patient's earlier questions, oldest first.
        """
        return self._apart.run(lambda: _find(self._serving(), question, context))

    def citation(self, passage: str, quote: str) -> Citation:
        """The full citation of a live passage. Raises `SourceGone`, `NotReady`.

        What travels to the patient is built here from the publication, never taken from a browser.
        """
        return self._apart.run(lambda: _citation(self._serving(), passage, quote))

    def close(self) -> None:
        """Lets go of the knowledge base."""
        if self._live is not None:
            self._apart.run(self._live.close)

    def _serving(self) -> Serving:
        # Without a watching thread: each look-up asks once whether another publication is live.
        with self._opening:
            if self._live is None:
                self._live = LiveSearcher(self._settings, watch=False)
            self._live.refresh()
        return self._live.serving()


def _find(serving: Serving, question: str, context: Sequence[str]) -> list[Suggestion]:
    searcher = serving.searcher
    found, decision = answering.surest(readable(question), context, searcher, serving.calibration)
    if not found.hits:
        return []
    least = NEAR * found.hits[0].score
    return [
        Suggestion(
            text=answering.spoken(hit.passage),
            citation=answering.cite(hit),
            score=round(hit.score, 4),
            sure=place == 0 and decision.answer,
        )
        for place, hit in enumerate(found.hits[:MOST])
        if hit.score >= least
    ]


def _citation(serving: Serving, key: str, quote: str) -> Citation:
    for passage in serving.searcher.corpus.passages:
        if passage.key == key:
            if not quote or quote not in passage.text:
                raise SourceGone
            title = f"{passage.title}: {passage.heading}" if passage.path else passage.title
            return Citation(
                document=passage.document,
                revision=passage.revision,
                title=title,
                source="; ".join(source.title for source in passage.sources) or passage.title,
                url=next((source.url for source in passage.sources if source.url), ""),
                reviewed_on=passage.reviewed_on,
                passage=passage.key,
                quote=quote,
            )
    raise SourceGone


def as_json(citation: Citation) -> dict[str, Any]:
    """A citation in the form of the patient API."""
    return asdict(citation)


__all__ = ["NotReady", "SourceGone", "Suggestion", "Suggestions", "as_json"]
