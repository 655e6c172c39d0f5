"""What searching by meaning asks of a search engine. There are two, and which one serves is a setting.

FAISS (`knowledge.index`) keeps all vectors in the memory of each process that searches: the fastest, and it
answers while the database is away. pgvector (`knowledge.pgvector_index`) keeps them in PostgreSQL, once for all
processes. The same tests run over both. Everything else that searching needs (texts, words, which unit is whose)
lies in the segments' files and in each process, whatever the engine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Nearest(Protocol):
    """The vectors of a corpus, searched as one, by the numbers its units have. Safe to share between threads."""

    @property
    def whole(self) -> bool:
        """False once it was noticed that vectors are gone: the snapshot has to be opened, or made, again."""
        ...

    def search(self, queries: NDArray[np.float32], k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Inner products and numbers per query, best first; as many as there are, k at most, never padded."""
        ...

    def rows(self) -> NDArray[np.float32] | None:
        """All vectors, by number; None where there are none, many, or some are held only approximately."""
        ...


class UnitVectors(Protocol):
    """The vectors of one segment's units, in order. They never change."""

    @property
    def count(self) -> int:
        """How many units there are."""
        ...

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        ...

    def to_bytes(self) -> NDArray[np.uint8]:
        """What the segment's file keeps of them: the vectors, or where they are."""
        ...

    def complete(self) -> bool:
        """Whether every vector can be found where it belongs."""
        ...

    def together(self, parts: Sequence[tuple[UnitVectors, NDArray[np.int32]]]) -> Nearest:
        """Several segments as one, each with the numbers that its units have in the whole (−1: not in it)."""
        ...


class VectorEngine(Protocol):
    """Keeps the vectors of segments. Safe to share between threads."""

    @property
    def name(self) -> str:
        """As the setting calls it; a snapshot made for one engine is refused by another and made again."""
        ...

    def build(self, texts: Sequence[str], vectors: NDArray[np.float32], /) -> UnitVectors:
        """The vectors of a new segment, whose units have these texts. A text always has the same vector."""
        ...

    def open(self, written: NDArray[np.uint8]) -> UnitVectors:
        """What `UnitVectors.to_bytes` gave; ValueError or RuntimeError for anything else."""
        ...

    def settle(self) -> None:
        """After the last new segment of a publication, before anybody searches it."""
        ...

    @property
    def tidies(self) -> bool:
        """Whether `tidy` would do anything now; asked first, since it wants to know all that is in use."""
        ...

    def tidy(self, used: Iterable[UnitVectors], encoders: Collection[str], /) -> None:
        """Forget what is neither new nor used; `encoders` are those whose publications may still be served."""
        ...
