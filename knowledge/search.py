"""Hybrid search: what a passage says, what it is asked, and which words it shares with the question.

For each candidate passage seven numbers are formed, and their weighted sum orders the hits:

- `question`: best cosine with a question that the passage answers,
- `sentence`: best cosine with one of its sentences, list items or table rows,
- `passage`:  cosine with the passage as a whole,
- `heading`:  cosine with its heading; asked word for word it counts as a listed question, else for nothing at present,
- `late`:     how well each word of the question is met by a word of the passage (`knowledge.late`),
- `sense`:    how like the passage's wordings, all together, the question is (`knowledge.sense`),
- `lexical`:  BM25, divided by the best BM25 of the query where that is large, so that it lies in 0…1.

Searching does not decide whether to answer; that is `knowledge.decide`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.corpus import Corpus, SentenceEncoder, lexical_text, spoken_text
from knowledge.followup import with_context
from knowledge.late import Unpacked, late_scores, token_weights, weakest
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
AS_WRITTEN = 0.99
"""From this cosine on, a question was asked word for word."""
SPELT_UP_TO = 5_000
"""The words of so many passages are gathered for spelling when a corpus is opened (about 0.1 ms each)."""
FULL_BM25 = 6.0
"""A best BM25 below this is weak evidence, and is not stretched to 1."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each number counts.

    Fitted (softmax over the candidates) on the questions for calibration, which no article lists, and rounded
    towards even shares: articles that list few questions have little but their text. The optimum is flat.
    """

    question: float = 0.15
    sentence: float = 0.20
    passage: float = 0.10
    heading: float = 0.0
    late: float = 0.40
    lexical: float = 0.10
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


_SENTENCE = KINDS.index(UnitKind.SENTENCE)
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

    def knows(self, text: str) -> bool:
        """Whether any passage has a content word of the text, its spelling mended."""
        return any(map(self.corpus.lexical.knows, terms(canonical(self._speller.mend(text)))))

    def find(self, question: str, context: Sequence[str] = (), limit: int = 5) -> Found:
        """As `search`, with the text and vector that were searched for (with context for a follow-up)."""
        queries = [canonical(self._speller.mend(query)) for query in with_context(question, context)]
        if not queries or not self.corpus.passages:
            return Found((), "", np.zeros(0, dtype=np.float32))
        read = Unpacked(self.corpus.tokens)
        merged, vector = self._candidates(queries[0], read)
        for query in queries[1:]:
            others, vector = self._candidates(query, read)
            merged = self._mixed(merged, others)
        ordered = sorted(merged.items(), key=lambda item: (-self._score(item[1]), item[0]))
        _, names, tokens = self.encoder.encode_tokens(queries[0])
        words = tokens, token_weights(names)
        hits = tuple(self._hit(number, found, words, read) for number, found in ordered[:limit])
        return Found(hits, queries[-1], vector)

    def _candidates(self, query: str, read: Unpacked) -> tuple[dict[int, _Candidate], NDArray[np.float32]]:
        vector, names, token_vectors = self.encoder.encode_tokens(query)
        found = self._nearest(vector, self.corpus.lexical.scores(query))
        late = late_scores(token_vectors, token_weights(names), read, list(found))
        for number, score in late.items():
            found[number].late = score
        return found, vector

    def _nearest(self, vector: NDArray[np.float32], lexical: NDArray[np.float32]) -> dict[int, _Candidate]:
        """The best candidates by all numbers but the late one, best first.

        Hundreds are weighed for each question and a dozen kept, so all are weighed at once, in columns.
        """
        found = self.corpus.vectors.search(vector[None, :], UNITS_LOOKED_AT)
        scores, units = found[0][0], found[1][0]
        owners = self._owners[units]
        worded = _largest(lexical, LEXICAL_LOOKED_AT)
        worded = worded[lexical[worded] > 0]
        numbers, rows = np.unique(np.concatenate([owners, worded]), return_inverse=True)
        of_units, of_words = rows[: len(units)], rows[len(units) :]
        columns = {name: np.zeros(len(numbers)) for name in _NUMBERS}
        kinds = self.corpus.kinds[units]
        for kind, name in enumerate(KINDS):
            ours = kinds == kind
            np.maximum.at(columns[name.value], of_units[ours], scores[ours])
        # Best first, so the first unit of a passage is its best one.
        best, best_quote = np.full((2, len(numbers)), -1)
        best[of_units[::-1]] = np.arange(len(units))[::-1]
        quotes = np.flatnonzero(kinds == _SENTENCE)[::-1]
        best_quote[of_units[quotes]] = quotes
        if len(worded):
            columns["lexical"][of_words] = lexical[worded] / max(float(lexical[worded[0]]), FULL_BM25)
        if self._sense is not None:
            columns["sense"][:] = list(self._sense.scores(vector, numbers.tolist()).values())
        best_score = np.where(best >= 0, scores[best], -1.0) if len(units) else np.full(len(numbers), -1.0)
        _fill(columns, best_score, float(scores[-1]) if len(scores) else 0.0)
        # A heading is not listed as a question once more: asked word for word it counts as one.
        written = columns["heading"] >= AS_WRITTEN
        columns["question"][written] = columns["heading"][written]
        total = self._score(SimpleNamespace(**columns))
        chosen = np.argsort(-total, kind="stable")[:LATE_LOOKED_AT].tolist()
        return {
            int(numbers[row]): _Candidate(
                **{name: float(columns[name][row]) for name in _NUMBERS},
                best=float(best_score[row]),
                best_unit=int(units[best[row]]) if best[row] >= 0 else -1,
                best_quote=int(units[best_quote[row]]) if best_quote[row] >= 0 else -1,
            )
            for row in chosen
        }

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

    def _score(self, found: Any) -> Any:
        """The weighted sum of the numbers of a candidate, or of many whose numbers are columns."""
        w = self.weights
        return (
            w.question * found.question
            + w.sentence * found.sentence
            + w.passage * found.passage
            + w.heading * found.heading
            + w.late * found.late
            + w.lexical * found.lexical
            + w.sense * found.sense
            + w.match * np.maximum(0.0, (found.question - NEAR_MATCH) / (1 - NEAR_MATCH))
        )

    def _hit(
        self,
        number: int,
        found: _Candidate,
        words: tuple[NDArray[np.float32], NDArray[np.float32]],
        read: Unpacked,
    ) -> Hit:
        passage = self.corpus.passages[number]
        return Hit(
            passage=passage,
            score=float(self._score(found)),
            dense=max(found.sentence, found.passage),
            question=found.question,
            lexical=found.lexical,
            sense=found.sense,
            late=found.late,
            weakest=weakest(*words, read, number),
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


def _fill(columns: dict[str, NDArray[np.float64]], best: NDArray[np.float64], floor: float) -> None:
    """Numbers that fell outside the nearest units are at most the last score that was fetched."""
    low = np.maximum(0.0, np.minimum(floor, np.where(best > 0, 0.9 * best, floor)))
    for kind in KINDS:
        column = columns[kind.value]
        columns[kind.value] = np.where(column == 0, low, column)


def _largest(numbers: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """The places of the largest numbers, largest first, without sorting all of them."""
    places = np.argpartition(-numbers, count)[:count] if len(numbers) > count else np.arange(len(numbers))
    largest: NDArray[np.int64] = places[np.argsort(-numbers[places], kind="stable")]
    return largest


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
