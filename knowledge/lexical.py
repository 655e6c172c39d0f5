"""Word search (BM25) over passages, beside the search by meaning.

Exact words matter where vectors blur: "amphiregulin", "GVHD", "IL-10". Words are lower-cased, stemmed
(Snowball English) and freed of stop words; `bm25s` holds the scores as a sparse matrix.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import bm25s
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


class LexicalIndex:
    """BM25 scores of a fixed list of texts."""

    def __init__(self, engine: Any, count: int, document_frequency: dict[str, int]) -> None:
        self._engine = engine
        self._count = count
        self._frequency = document_frequency

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Index `texts`; their order is the order of the scores."""
        tokenised = [terms(text) or [""] for text in texts]
        engine = bm25s.BM25(k1=1.2, b=0.6)
        if tokenised:
            engine.index(tokenised, show_progress=False)
        frequency: dict[str, int] = {}
        for document in tokenised:
            for term in set(document):
                frequency[term] = frequency.get(term, 0) + 1
        return cls(engine, len(texts), frequency)

    def scores(self, query: str) -> NDArray[np.float32]:
        """BM25 of every text for the query, shape (count,); zeros where no word is known."""
        known = [term for term in terms(query) if term in self._frequency]
        if not known:
            return np.zeros(self._count, dtype=np.float32)
        return np.asarray(self._engine.get_scores(known), dtype=np.float32)

    def knows(self, term: str) -> bool:
        """Whether any text contains the stem."""
        return term in self._frequency

    def weight(self, term: str) -> float:
        """Inverse document frequency of a stem, largest for words that no text contains."""
        return float(
            np.log(
                1 + (self._count - self._frequency.get(term, 0) + 0.5) / (self._frequency.get(term, 0) + 0.5)
            )
        )

    def save(self, folder: Path) -> None:
        """Write the index into an existing folder."""
        self._engine.save(folder, show_progress=False)
        (folder / "frequency.json").write_text(
            json.dumps({"count": self._count, "frequency": self._frequency}, sort_keys=True), encoding="utf-8"
        )

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Read an index written by `save`."""
        counted = json.loads((folder / "frequency.json").read_text(encoding="utf-8"))
        engine = bm25s.BM25.load(folder, show_progress=False)
        return cls(engine, int(counted["count"]), counted["frequency"])
