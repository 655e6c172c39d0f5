"""Nearest vectors in PostgreSQL: one HNSW graph over all texts that are published, were, or are about to be.

What is in the table, and why so:

- A row is a *text* under a number of its own (64 bits of its SHA-256), whichever segments or publications have
  it. Its vector depends on nothing but the encoder, so a row never changes. Publishing adds rows for texts that are
  new, and rolling back adds nothing; segments may be merged, and cut otherwise on each host, without one more row.
- *Which publication a text belongs to is not in the database.* A segment's file names its texts by number, and
  the snapshot is what it is with FAISS: verified, put in place, and swapped as one. So what is served is wholly the
  old or wholly the new publication with either engine, and going back is opening files.
- A search takes the nearest texts from the graph and leaves out those that are not in its publication. It asks for
  more from the outset, in proportion to the share of the table that is its own, and for more again where that was
  not enough (`hnsw.iterative_scan` goes on where it stopped). Texts of other publications so cost time, and no
  recall. What no kept publication has is forgotten after the next one, once it is a quarter of the table.

Not so: *a table or partition for each segment* leaves nothing out, but a question then walks as many graphs as there
are segments (some thirty for a million units), and whenever small segments are merged, thousands of known vectors would
go into a graph again, a millisecond or more each. *A column for the publication* would need a row for each
publication that a text is in, and pgvector filters after the walk anyway.

In the memory of each process stay twelve bytes for each unit, its text's number and its place; the vectors do not.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import DIMENSION
from knowledge.index import EXACT_UP_TO
from knowledge.settings import PGVECTOR
from knowledge.store.database import Database
from knowledge.store.embeddings import text_key
from knowledge.store.vectors import VectorTable
from knowledge.vectors import UnitVectors

_MORE = 4
_UNUSED_FROM = 0.25
"""From this share of rows that no kept publication has on, they are worth deleting."""


class VectorsMissing(RuntimeError):
    """Vectors of what is served are gone from the database; whoever serves it makes them again."""


class PgvectorEngine:
    """Keeps vectors in the knowledge base's own database. `encoder` is the identity of the one that made them.

    Raises `StoreError` with a sentence where the database cannot do that.
    """

    name = PGVECTOR

    def __init__(self, database: Database, encoder: str, dimension: int = DIMENSION) -> None:
        self.table = VectorTable(database, encoder, dimension)

    def build(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> TextVectors:
        """Put the vectors of texts that are new into the table."""
        numbers = np.asarray([text_number(text) for text in texts], dtype=np.int64)
        once, first = np.unique(numbers, return_index=True)
        self.table.add(once, vectors[first])
        return TextVectors(self.table, numbers)

    def open(self, written: NDArray[np.uint8]) -> TextVectors:
        """The vectors of the texts that a segment's file names."""
        return TextVectors(self.table, written.view(np.int64))

    def settle(self) -> None:
        """Make the graph after the first publication, which takes a fraction of the time of growing it."""
        self.table.index()

    @property
    def tidies(self) -> bool:
        """Always worth asking: what is unused shows when it is known what is used."""
        return True

    def tidy(self, used: Iterable[UnitVectors], encoders: Collection[str]) -> None:
        """Forget the texts that no kept publication has, where they are many, and encoders that nobody uses."""
        self.table.forget_encoders_but(encoders)
        kept = [part.numbers for part in used if isinstance(part, TextVectors)]
        numbers = np.unique(np.concatenate([np.zeros(0, np.int64), *kept]))
        if len(numbers) < (1 - _UNUSED_FROM) * self.table.count():
            self.table.forget_all_but(numbers)


class TextVectors:
    """The vectors of one segment's units, by the numbers of their texts."""

    def __init__(self, table: VectorTable, numbers: NDArray[np.int64]) -> None:
        self.table = table
        self.numbers = numbers

    @property
    def count(self) -> int:
        """How many units there are."""
        return len(self.numbers)

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return self.table.dimension

    def to_bytes(self) -> NDArray[np.uint8]:
        """The numbers of the texts."""
        return np.ascontiguousarray(self.numbers).view(np.uint8)

    def complete(self) -> bool:
        """Whether the table has all these texts."""
        once = np.unique(self.numbers)
        return self.table.known(once) == len(once)

    def together(self, parts: Sequence[tuple[UnitVectors, NDArray[np.int32]]]) -> TextSearch:
        """Several segments as one."""
        count = sum(int((places >= 0).sum()) for _, places in parts)
        texts = np.zeros(count, dtype=np.int64)
        for vectors, places in parts:
            if not isinstance(vectors, TextVectors):
                raise TypeError("The segments of a corpus must all be of one search engine.")
            inside = places >= 0
            texts[places[inside]] = vectors.numbers[inside]
        return TextSearch(self.table, texts)


class TextSearch:
    """The units of a corpus, searched in the table; `texts[i]` is the number of the text of unit i."""

    def __init__(self, table: VectorTable, texts: NDArray[np.int64]) -> None:
        self.whole = True
        self._table = table
        self._units = np.argsort(texts, kind="stable").astype(np.int32)
        self._texts = texts[self._units]
        self._different = int((np.diff(self._texts) != 0).sum()) + 1 if len(texts) else 0
        self._rows = max(table.count(), 1)

    def search(self, queries: NDArray[np.float32], k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Inner products and numbers per query, best first; as many as there are, k at most."""
        wanted = min(k, len(self._units))
        scores = np.empty((len(queries), wanted), np.float32)
        numbers = np.empty((len(queries), wanted), np.int64)
        for row, query in enumerate(queries if wanted else ()):
            scores[row], numbers[row] = self._nearest(query, wanted)
        return scores, numbers

    def rows(self) -> NDArray[np.float32] | None:
        """All vectors, by number; None where there are none or many."""
        if not 0 < len(self._units) <= EXACT_UP_TO:
            return None
        found = self._table.read(np.unique(self._texts))
        vectors = np.empty((len(self._units), self._table.dimension), dtype=np.float32)
        for text, unit in zip(self._texts.tolist(), self._units.tolist(), strict=True):
            if text not in found:
                raise self._missing()
            vectors[unit] = found[text]
        return vectors

    def _nearest(
        self, query: NDArray[np.float32], wanted: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        limit = math.ceil(wanted * max(1.0, self._rows / self._different))
        while limit < self._rows // 2:
            texts, products = self._table.nearest(query, limit)
            scores, numbers = self._ours(texts, products)
            if len(numbers) >= wanted:
                return scores[:wanted], numbers[:wanted]
            if len(texts) < limit:
                break  # the graph has no more; what is missing is found by comparing with all
            limit *= _MORE
        # So many are wanted that comparing with all is as fast.
        scores, numbers = self._ours(*self._table.nearest(query, limit, exactly=True))
        if len(numbers) < wanted:
            scores, numbers = self._ours(*self._table.nearest(query, None, exactly=True))
        if len(numbers) < wanted:
            raise self._missing()
        return scores[:wanted], numbers[:wanted]

    def _ours(
        self, texts: NDArray[np.int64], products: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Of texts that were found those of this corpus, as units: several may have the same text."""
        first = np.searchsorted(self._texts, texts, side="left")
        often = np.searchsorted(self._texts, texts, side="right") - first
        starts = np.repeat(first - np.cumsum(often) + often, often)
        units = self._units[starts + np.arange(len(starts))]
        return np.repeat(products, often), units.astype(np.int64)

    def _missing(self) -> VectorsMissing:
        self.whole = False
        return VectorsMissing(
            "Vectors of what is published are missing in the database; they are made again."
        )


def text_number(text: str) -> int:
    """64 bits of the SHA-256 of a text; two among ten million share their number with a chance of 1 in 370,000."""
    return int.from_bytes(bytes.fromhex(text_key(text)[:16]), "big", signed=True)
