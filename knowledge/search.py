"""Hybrid search: what a passage says, what it is asked, and which words it shares with the question.

For each candidate passage six numbers are formed, and their weighted sum orders the hits:

- `question`: best cosine with a question that the passage answers,
- `sentence`: best cosine with one of its sentences, list items or table rows,
- `passage`:  cosine with the passage as a whole,
- `heading`:  cosine with its heading,
- `late`:     how well each word of the question is met by a word of the passage (`knowledge.late`),
- `lexical`:  BM25, divided by the best BM25 of the query where that is large, so that it lies in 0…1.

Searching does not decide whether to answer; that is `knowledge.decide`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge.corpus import Corpus, SentenceEncoder, lexical_text
from knowledge.followup import with_context
from knowledge.late import late_scores, token_weights
from knowledge.lexical import terms
from knowledge.model import Hit, Passage
from knowledge.units import UnitKind
from knowledge.wording import canonical

UNITS_LOOKED_AT = 256
"""How many nearest units are fetched; far more than the passages that can matter."""
LEXICAL_LOOKED_AT = 50
LATE_LOOKED_AT = 12
"""How many candidates, best first by the other numbers, are compared word by word; with 40 the first hit is
right as often, and the comparison takes three times as long. No more hits than this are returned."""
NEAR_MATCH = 0.75
"""From this cosine on, a listed question counts as nearly the one that was asked."""
FULL_BM25 = 6.0
"""A best BM25 below this is weak evidence, and is not stretched to 1."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each number counts.

    Fitted (softmax over the candidates) on the questions listed in our own articles, each asked while
    it was taken out of the index; rounded. The optimum is flat.
    """

    question: float = 0.10
    sentence: float = 0.15
    passage: float = 0.25
    heading: float = 0.10
    late: float = 0.32
    lexical: float = 0.08
    match: float = 0.15
    """For a question that is listed (nearly) as it was asked: its section then wins, as its editor expects."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: hits, best first, and the vector of what was searched for (for deciding)."""

    hits: tuple[Hit, ...]
    query: str
    vector: NDArray[np.float32]


@dataclass(slots=True)
class _Candidate:
    question: float = 0.0
    sentence: float = 0.0
    passage: float = 0.0
    heading: float = 0.0
    late: float = 0.0
    lexical: float = 0.0
    best: float = -1.0
    best_unit: int = -1
    best_quote: int = -1
    best_quote_score: float = -1.0


_SENTENCE = UnitKind.SENTENCE.value
_NUMBERS = ("question", "sentence", "passage", "heading", "late", "lexical")


class Searcher:
    """Answers queries against one corpus; safe to share between threads."""

    def __init__(self, corpus: Corpus, encoder: SentenceEncoder, weights: Weights | None = None) -> None:
        self.corpus = corpus
        self.encoder = encoder
        self.weights = weights or Weights()
        self._owners = corpus.owners
        self._tokens = corpus.tokens.widened()
        self._kinds = [unit.kind.value for unit in corpus.units]

    def search(self, question: str, context: Sequence[str] = (), limit: int = 5) -> list[Hit]:
        """The best passages for a question, best first; empty for an empty corpus or question.

        `context` holds the patient's earlier questions, oldest first. A short follow-up ("and how long
        does that take?") is searched both alone and together with what it follows.
        """
        return list(self.find(question, context, limit).hits)

    def find(self, question: str, context: Sequence[str] = (), limit: int = 5) -> Found:
        """As `search`, with the text and vector that were searched for (with context for a follow-up)."""
        queries = [canonical(query) for query in with_context(question, context)]
        if not queries or not self.corpus.passages:
            return Found((), "", np.zeros(0, dtype=np.float32))
        merged, vector = self._candidates(queries[0])
        for query in queries[1:]:
            others, vector = self._candidates(query)
            merged = self._mixed(merged, others)
        ordered = sorted(merged.items(), key=lambda item: (-self._score(item[1]), item[0]))
        hits = tuple(self._hit(number, found) for number, found in ordered[:limit])
        return Found(hits, queries[-1], vector)

    def _candidates(self, query: str) -> tuple[dict[int, _Candidate], NDArray[np.float32]]:
        vector, names, token_vectors = self.encoder.encode_tokens(query)
        scores, numbers = self.corpus.vectors.search(vector[None, :], UNITS_LOOKED_AT)
        found: dict[int, _Candidate] = {}
        floor = float(scores[0][-1]) if len(scores[0]) else 0.0
        owners = self._owners[numbers[0]].tolist()
        for score, unit, owner in zip(scores[0].tolist(), numbers[0].tolist(), owners, strict=True):
            candidate = found.get(owner)
            if candidate is None:
                candidate = found[owner] = _Candidate()
            kind = self._kinds[unit]
            if score > candidate.best:
                candidate.best, candidate.best_unit = score, unit
            if kind == _SENTENCE and score > candidate.best_quote_score:
                candidate.best_quote_score, candidate.best_quote = score, unit
            if score > getattr(candidate, kind):
                setattr(candidate, kind, score)
        lexical = self.corpus.lexical.scores(query)
        top = float(lexical.max(initial=0.0))
        if top > 0:
            scale = max(top, FULL_BM25)
            for number in np.argsort(-lexical)[:LEXICAL_LOOKED_AT].tolist():
                if lexical[number] > 0:
                    found.setdefault(number, _Candidate()).lexical = float(lexical[number]) / scale
        for candidate in found.values():
            self._fill(candidate, floor)
        nearest = sorted(found, key=lambda number: -self._score(found[number]))[:LATE_LOOKED_AT]
        late = late_scores(token_vectors, token_weights(names), self._tokens, nearest)
        for number, score in late.items():
            found[number].late = score
        return {number: found[number] for number in nearest}, vector

    def _mixed(self, alone: dict[int, _Candidate], together: dict[int, _Candidate]) -> dict[int, _Candidate]:
        """The mean of what a follow-up finds alone and with what it follows; either may be misleading."""
        nothing = _Candidate()
        mixed: dict[int, _Candidate] = {}
        for number in alone.keys() | together.keys():
            one, other = alone.get(number, nothing), together.get(number, nothing)
            base = one if one.best >= other.best else other
            means = {name: (getattr(one, name) + getattr(other, name)) / 2 for name in _NUMBERS}
            mixed[number] = replace(base, **means)
        return mixed

    def _fill(self, candidate: _Candidate, floor: float) -> None:
        """Numbers that fell outside the nearest units are at most the last score that was fetched."""
        low = max(0.0, min(floor, 0.9 * candidate.best if candidate.best > 0 else floor))
        candidate.sentence = candidate.sentence or low
        candidate.passage = candidate.passage or low
        candidate.heading = candidate.heading or low
        candidate.question = candidate.question or low

    def _score(self, found: _Candidate) -> float:
        w = self.weights
        return (
            w.question * max(found.question, 0.0)
            + w.sentence * found.sentence
            + w.passage * found.passage
            + w.heading * found.heading
            + w.late * found.late
            + w.lexical * found.lexical
            + w.match * max(0.0, (found.question - NEAR_MATCH) / (1 - NEAR_MATCH))
        )

    def _hit(self, number: int, found: _Candidate) -> Hit:
        passage = self.corpus.passages[number]
        return Hit(
            passage=passage,
            score=self._score(found),
            dense=max(found.sentence, found.passage),
            question=found.question,
            lexical=found.lexical,
            best_unit=self.corpus.units[found.best_unit].text if found.best_unit >= 0 else "",
            quote=self._quote(found),
        )

    def _quote(self, found: _Candidate) -> str:
        """The closest sentence; none where a heading or listed question was closer: it is the whole that answers."""
        if found.best_unit < 0 or found.best_quote < 0:
            return ""
        whole = self._kinds[found.best_unit] in (UnitKind.HEADING, UnitKind.QUESTION)
        return "" if whole else self.corpus.units[found.best_quote].quote


def coverage(question: str, hit: Hit, corpus: Corpus) -> float:
    """Share (0…1) of the question's content words, weighted by rarity, that the passage knows."""
    wanted = set(terms(canonical(question)))
    if not wanted:
        return 0.0
    known = _known(hit.passage)
    weights = {term: corpus.lexical.weight(term) for term in wanted}
    return sum(weights[term] for term in wanted & known) / sum(weights.values())


@lru_cache(maxsize=4096)
def _known(passage: Passage) -> frozenset[str]:
    """The content words of a passage."""
    return frozenset(terms(lexical_text(passage)))
