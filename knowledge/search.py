"""Hybrid search: what a passage says, what it is asked, and which words it shares with the question.

For each candidate passage seven numbers are formed, and their weighted sum orders the hits:

- `question`: best cosine with a question that the passage answers,
- `sentence`: best cosine with one of its sentences, list items or table rows,
- `passage`:  cosine with the passage as a whole,
- `heading`:  cosine with its heading,
- `late`:     how well each word of the question is met by a word of the passage (`knowledge.late`),
- `sense`:    how like the passage's wordings, all together, the question is (`knowledge.sense`),
- `lexical`:  BM25, divided by the best BM25 of the query where that is large, so that it lies in 0…1.

Searching does not decide whether to answer; that is `knowledge.decide`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge.corpus import Corpus, SentenceEncoder, lexical_text, spoken_text
from knowledge.followup import with_context
from knowledge.late import late_scores, token_weights, weakest
from knowledge.lexical import terms
from knowledge.model import Hit, Passage
from knowledge.segment import KINDS
from knowledge.sense import Sense
from knowledge.spelling import Speller
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
SPELT_UP_TO = 5_000
"""The words of so many passages are gathered for spelling when a corpus is opened (about 0.1 ms each)."""
FULL_BM25 = 6.0
"""A best BM25 below this is weak evidence, and is not stretched to 1."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each number counts.

    Fitted (softmax over the candidates) on the questions listed in our own articles, each asked while
    it was taken out of the index; rounded. The optimum is flat. `sense` was added later, on the questions
    for calibration; more of it helps a little more there, and harms articles that list few questions.
    """

    question: float = 0.10
    sentence: float = 0.15
    passage: float = 0.25
    heading: float = 0.10
    late: float = 0.32
    lexical: float = 0.08
    sense: float = 0.10
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
    sense: float = 0.0
    best: float = -1.0
    best_unit: int = -1
    best_quote: int = -1
    best_quote_score: float = -1.0


_SENTENCE = UnitKind.SENTENCE.value
_NUMBERS = ("question", "sentence", "passage", "heading", "late", "lexical", "sense")


class Searcher:
    """Answers queries against one corpus; safe to share between threads."""

    def __init__(self, corpus: Corpus, encoder: SentenceEncoder, weights: Weights | None = None) -> None:
        self.corpus = corpus
        self.encoder = encoder
        self.weights = weights or Weights()
        self.answering: dict[str, bool] = {}
        """What `knowledge.answer` found out about passages of this corpus: whether they answer their heading."""
        self._owners = corpus.owners
        self._kinds = [KINDS[kind].value for kind in corpus.kinds.tolist()]
        self._sense = Sense.of(corpus, self._kinds) if self.weights.sense else None
        self._speller = _speller(corpus, encoder)

    def search(self, question: str, context: Sequence[str] = (), limit: int = 5) -> list[Hit]:
        """The best passages for a question, best first; empty for an empty corpus or question.

        `context` holds the patient's earlier questions, oldest first. A short follow-up ("and how long
        does that take?") is searched both alone and together with what it follows.
        """
        return list(self.find(question, context, limit).hits)

    def find(self, question: str, context: Sequence[str] = (), limit: int = 5) -> Found:
        """As `search`, with the text and vector that were searched for (with context for a follow-up)."""
        queries = [canonical(self._speller.mend(query)) for query in with_context(question, context)]
        if not queries or not self.corpus.passages:
            return Found((), "", np.zeros(0, dtype=np.float32))
        merged, vector = self._candidates(queries[0])
        for query in queries[1:]:
            others, vector = self._candidates(query)
            merged = self._mixed(merged, others)
        ordered = sorted(merged.items(), key=lambda item: (-self._score(item[1]), item[0]))
        _, names, tokens = self.encoder.encode_tokens(queries[0])
        words = tokens, token_weights(names)
        hits = tuple(self._hit(number, found, words) for number, found in ordered[:limit])
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
            for number in _largest(lexical, LEXICAL_LOOKED_AT):
                if lexical[number] > 0:
                    found.setdefault(number, _Candidate()).lexical = float(lexical[number]) / scale
        self._make_sense(vector, found)
        for candidate in found.values():
            self._fill(candidate, floor)
        nearest = sorted(found, key=lambda number: -self._score(found[number]))[:LATE_LOOKED_AT]
        late = late_scores(token_vectors, token_weights(names), self.corpus.tokens, nearest)
        for number, score in late.items():
            found[number].late = score
        return {number: found[number] for number in nearest}, vector

    def _make_sense(self, vector: NDArray[np.float32], found: dict[int, _Candidate]) -> None:
        if self._sense is not None:
            for number, sense in self._sense.scores(vector, list(found)).items():
                found[number].sense = sense

    def _mixed(self, alone: dict[int, _Candidate], together: dict[int, _Candidate]) -> dict[int, _Candidate]:
        """The mean of what a follow-up finds alone and with what it follows; either may be misleading."""
        nothing = _Candidate()
        mixed: dict[int, _Candidate] = {}
        for number in alone.keys() | together.keys():
            one, other = alone.get(number, nothing), together.get(number, nothing)
            base = one if one.best >= other.best else other
            means = {name: (getattr(one, name) + getattr(other, name)) / 2 for name in _NUMBERS}
            means["sense"] = other.sense  # alone, "and how is it done?" has the sense of every "how"
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
            + w.sense * found.sense
            + w.match * max(0.0, (found.question - NEAR_MATCH) / (1 - NEAR_MATCH))
        )

    def _hit(
        self, number: int, found: _Candidate, words: tuple[NDArray[np.float32], NDArray[np.float32]]
    ) -> Hit:
        passage = self.corpus.passages[number]
        return Hit(
            passage=passage,
            score=self._score(found),
            dense=max(found.sentence, found.passage),
            question=found.question,
            lexical=found.lexical,
            sense=found.sense,
            late=found.late,
            weakest=weakest(*words, self.corpus.tokens.of(number)),
            best_unit=self.corpus.units[found.best_unit].text if found.best_unit >= 0 else "",
            quote=self._quote(found),
        )

    def _quote(self, found: _Candidate) -> str:
        """The closest sentence; none where a heading or listed question was closer: it is the whole that answers."""
        if found.best_unit < 0 or found.best_quote < 0:
            return ""
        whole = self._kinds[found.best_unit] in (UnitKind.HEADING, UnitKind.QUESTION)
        return "" if whole else self.corpus.units[found.best_quote].quote


def _speller(corpus: Corpus, encoder: SentenceEncoder) -> Speller:
    """Knows the articles' words, and which words the encoder knows; nothing where either cannot be told."""
    is_word = getattr(encoder, "is_word", None)
    if is_word is None or len(corpus.passages) > SPELT_UP_TO:
        return Speller((), lambda _: True)
    return Speller(map(spoken_text, corpus.passages), is_word)


def _largest(numbers: NDArray[np.float32], count: int) -> list[int]:
    """The places of the largest numbers, largest first, without sorting all of them."""
    places = np.argpartition(-numbers, count)[:count] if len(numbers) > count else np.arange(len(numbers))
    return [int(place) for place in places[np.argsort(-numbers[places], kind="stable")]]


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
