"""Word search (BM25) over passages, beside the search by meaning.

Exact words matter where vectors blur: "amphiregulin", "GVHD", "IL-10". Words are lower-cased, stemmed
(Snowball English) and freed of stop words.

Counted are words per passage, never finished scores: a score depends on how many passages there are and how
many of them know a word, so one edited passage would change them all. With counts, a publication adds the
postings of what is new, and the scores are formed for the few words of a question when it is asked. A test
compares them with `bm25s`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import Stemmer
from numpy.typing import NDArray

_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?")
_STEMMER = Stemmer.Stemmer("english")
_GREEK = str.maketrans(
    {"α": " alpha ", "β": " beta ", "γ": " gamma ", "’": "'", "‑": "-", "–": " ", "—": " "}
)

STOP_WORDS = frozenset(
    """a about above actually after again all also am an and any anyway anything are aren't as ask at be because
    been before being but by can can't cannot could couldn't did didn't do does doesn't doing don't down each even
    ever every few for from further get gets getting give given go going gonna got had has have having he he'd
    her here hers herself hi him himself his how i i'd i'll i'm i've if in into is isn't it it's its itself just
    know let like lot made make makes many may maybe me mean might more most much must my myself no nor not now of
    off ok okay on once only or other our ours out over own please possible put really said same say says see she
    should so some something still such take tell than that that's the their theirs them themselves then there
    these they they're thing things think this those through to too try under until up us use used very want was
    way we well were what what's whats when where whether which while who whom why will with would yes yet you
    you'd your yours yourself""".split()
)


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return str(_STEMMER.stemWord(word))


def words(text: str) -> list[str]:
    """Lower-case words of a text, hyphens split, Greek letters by name ("IFN-γ" gives "ifn gamma")."""
    return _WORD.findall(text.translate(_GREEK).lower())


def terms(text: str) -> list[str]:
    """The stems that count for word search, in order, stop words left out."""
    return [_stem(word.split("'")[0]) for word in words(text) if word not in STOP_WORDS]


_K1, _B = 1.2, 0.6


@dataclass(frozen=True, slots=True)
class Postings:
    """Which of some texts hold a term, and how often; texts are numbered from 0.

    The term with number i in `terms` is in the texts `texts[starts[i]:starts[i + 1]]`, as often as `counts` says.
    """

    terms: Mapping[str, int]
    starts: NDArray[np.int64]
    texts: NDArray[np.int32]
    counts: NDArray[np.uint16]
    lengths: NDArray[np.int32]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Postings:
        """Count the terms of some texts."""
        found: dict[str, list[tuple[int, int]]] = {}
        lengths = np.zeros(len(texts), dtype=np.int32)
        for number, text in enumerate(texts):
            said = terms(text)
            lengths[number] = len(said)
            for term, count in Counter(said).items():
                found.setdefault(term, []).append((number, min(count, 0xFFFF)))
        ordered = sorted(found)
        starts = np.zeros(len(ordered) + 1, dtype=np.int64)
        np.cumsum([len(found[term]) for term in ordered], out=starts[1:])
        pairs = np.asarray([pair for term in ordered for pair in found[term]], dtype=np.int32).reshape(-1, 2)
        return cls(
            {term: number for number, term in enumerate(ordered)},
            starts,
            np.ascontiguousarray(pairs[:, 0]),
            pairs[:, 1].astype(np.uint16),
            lengths,
        )

    def find(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.uint16]] | None:
        """The texts that hold a term, and how often; None where no text does."""
        number = self.terms.get(term)
        if number is None:
            return None
        span = slice(self.starts[number], self.starts[number + 1])
        return self.texts[span], self.counts[span]

    def columns(self) -> dict[str, NDArray[Any]]:
        """As arrays, for a file."""
        names = np.frombuffer("\n".join(self.terms).encode(), dtype=np.uint8)
        return {
            "terms": names,
            "postings_at": self.starts,
            "postings": self.texts,
            "posting_counts": self.counts,
            "lengths": self.lengths,
        }

    @classmethod
    def from_columns(cls, columns: Mapping[str, NDArray[Any]]) -> Postings:
        """What `columns` gave."""
        names = columns["terms"].tobytes().decode()
        return cls(
            {term: number for number, term in enumerate(names.split("\n") if names else ())},
            columns["postings_at"],
            columns["postings"],
            columns["posting_counts"],
            columns["lengths"],
        )


class LexicalIndex:
    """BM25 of the passages of a corpus, from the postings of its parts.

    Each part comes with the number that each of its texts has in the corpus, −1 for one that is not in it.
    """

    def __init__(self, parts: Sequence[tuple[Postings, NDArray[np.int32]]], count: int) -> None:
        self._parts = tuple(parts)
        self._count = count
        lengths = np.ones(count, dtype=np.float32)
        for postings, numbers in parts:
            inside = numbers >= 0
            lengths[numbers[inside]] = np.maximum(postings.lengths[inside], 1)
        mean = float(lengths.mean()) if count else 1.0
        self._norms = (_K1 * (1 - _B + _B * lengths / mean)).astype(np.float32)
        # Of every word that is asked; how many words there are is bounded, what patients type is not.
        self._frequency = lru_cache(maxsize=10_000)(self._count_passages)

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Index `texts`; their order is the order of the scores."""
        return cls([(Postings.of(texts), np.arange(len(texts), dtype=np.int32))], len(texts))

    def scores(self, query: str) -> NDArray[np.float32]:
        """BM25 of every text for the query, shape (count,); zeros where no word is known."""
        scores = np.zeros(self._count, dtype=np.float32)
        for term, times in Counter(terms(query)).items():
            if not self.knows(term):
                continue
            weight = np.float32(times * self.weight(term))
            for numbers, counts in self._found(term):
                often = counts.astype(np.float32)
                scores[numbers] += weight * often / (often + self._norms[numbers])
        return scores

    def knows(self, term: str) -> bool:
        """Whether any text contains the stem."""
        return self._frequency(term) > 0

    def weight(self, term: str) -> float:
        """Inverse document frequency of a stem, largest for words that no text contains."""
        frequency = self._frequency(term)
        return float(np.log(1 + (self._count - frequency + 0.5) / (frequency + 0.5)))

    def _count_passages(self, term: str) -> int:
        return sum(len(numbers) for numbers, _ in self._found(term))

    def _found(self, term: str) -> list[tuple[NDArray[np.int32], NDArray[np.uint16]]]:
        """Per part, the numbers of the texts in the corpus that hold the term, and how often."""
        found = []
        for postings, numbers in self._parts:
            entry = postings.find(term)
            if entry is not None:
                texts, counts = entry
                known = numbers[texts]
                inside = known >= 0
                found.append((known, counts) if inside.all() else (known[inside], counts[inside]))
        return found
