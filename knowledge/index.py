"""Nearest vectors by inner product: exact search for a small knowledge base, approximate for a large one.

Rows are numbered from 0 in the order they were added. FAISS pads a short result with −1; no −1 leaves
this module. An index that was built or read is not changed any more and is safe to share between threads.
"""

from __future__ import annotations

import math
import os
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Read once, when FAISS loads OpenMP: its threads sleep while they wait for each other. Spinning, as they do
# otherwise, made building an index many times slower whenever other processes needed the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import faiss

from knowledge import settings
from knowledge.vectors import UnitVectors

_options: Any = faiss
"""The classes that FAISS changes when it is loaded, which its type hints do not know."""

EXACT_UP_TO = 20_000
"""Up to here comparing with every vector takes about 2 ms, and no neighbour is ever missed."""
RECALL_WANTED = 0.98
"""How many of the 10 true neighbours of sample vectors an approximate index must find when it is built."""
_SAMPLE = 100
_PROBES = (16, 24, 32, 48, 64, 96, 128, 256)
_POINTS_PER_LIST = 48
_ROUNDS = 6


class Among:
    """The rows of an index that may be found: those for which `inside` is true. Made once, used for every search."""

    def __init__(self, inside: NDArray[np.bool_]) -> None:
        self.count = int(inside.sum())
        self._bits = np.packbits(inside, bitorder="little")
        self.selector = _options.IDSelectorBitmap(self._bits)
        self._in_lists: dict[int, Any] = {}
        self.exactly = _options.SearchParameters(sel=self.selector)

    def in_lists(self, lists: int) -> Any:
        """How FAISS is told to look in so many lists."""
        found = self._in_lists.get(lists)
        if found is None:
            found = self._in_lists[lists] = _options.SearchParametersIVF(sel=self.selector, nprobe=lists)
        return found


class FaissIndex:
    """A FAISS index behind our own interface."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @property
    def count(self) -> int:
        """How many vectors are indexed."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return int(self._index.d)

    @property
    def exact(self) -> bool:
        """True when every vector is compared, so that no neighbour is ever missed."""
        return not isinstance(self._index, faiss.IndexIVF)

    def search(
        self, queries: NDArray[np.float32], k: int, among: Among | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Scores and row numbers per query, best first; never padded with −1.

        min(k, count) each; of the rows that `among` lets through where it is given.
        """
        wanted = min(k, self.count if among is None else among.count)
        if wanted == 0:
            return np.empty((len(queries), 0), np.float32), np.empty((len(queries), 0), np.int64)
        # OpenMP keeps this number per thread, and one question is answered fastest by one core: the
        # other cores are busy with the rest of the turn.
        faiss.omp_set_num_threads(1)
        asked = np.ascontiguousarray(queries, dtype=np.float32)
        scores, rows = self._index.search(asked, wanted, params=self._looking(among))
        short = (rows < 0).any(axis=1)
        if short.any():
            # The lists that were looked at held fewer than wanted: look at all of them.
            everywhere = self._looking(among, self._index.nlist)
            scores[short], rows[short] = self._index.search(asked[short], wanted, params=everywhere)
        return scores, rows

    def rows(self) -> NDArray[np.float32] | None:
        """All vectors, in order; None where the index holds them only approximately."""
        if not self.exact:
            return None
        found: NDArray[np.float32] = self._index.reconstruct_n(0, self.count)
        return found

    def complete(self) -> bool:
        """Always: the vectors are in here."""
        return True

    def together(self, parts: Sequence[tuple[UnitVectors, NDArray[np.int32]]]) -> SegmentedIndex:
        """Several segments as one."""
        ours = [(part, numbers) for part, numbers in parts if isinstance(part, FaissIndex)]
        if len(ours) != len(parts):
            raise TypeError("The segments of a corpus must all be of one search engine.")
        return SegmentedIndex(ours)

    def _looking(self, among: Among | None, lists: int | None = None) -> Any:
        """How FAISS is to search; None for as usual."""
        if self.exact:
            return None if among is None else among.exactly
        if among is not None:
            return among.in_lists(lists or self._index.nprobe)
        return None if lists is None else _options.SearchParametersIVF(nprobe=lists)

    def to_bytes(self) -> NDArray[np.uint8]:
        """The whole index, for a file."""
        written: NDArray[np.uint8] = faiss.serialize_index(self._index)
        return written

    @classmethod
    def from_bytes(cls, written: NDArray[np.uint8]) -> FaissIndex:
        """What `to_bytes` gave; raises RuntimeError for anything else.

        FAISS does not notice a flipped byte: check first (`knowledge.snapshot` does).
        """
        return cls(faiss.deserialize_index(written))


class SegmentedIndex:
    """Several indexes searched as one, each with the numbers that its rows have in the whole (−1: not in it)."""

    whole = True

    def __init__(self, parts: Sequence[tuple[FaissIndex, NDArray[np.int32]]]) -> None:
        self._parts = [
            (index, numbers, None if (inside := numbers >= 0).all() else Among(inside))
            for index, numbers in parts
            if (numbers >= 0).any()
        ]

    def rows(self) -> NDArray[np.float32] | None:
        """All vectors, by number; None where there are many, or some are held only approximately."""
        count = sum(int((numbers >= 0).sum()) for _, numbers, _ in self._parts)
        if not 0 < count <= EXACT_UP_TO:
            return None
        found: NDArray[np.float32] | None = None
        for index, numbers, _ in self._parts:
            vectors = index.rows()
            if vectors is None:
                return None
            if found is None:
                found = np.empty((count, index.dimension), dtype=np.float32)
            inside = numbers >= 0
            found[numbers[inside]] = vectors[inside]
        return found

    def search(self, queries: NDArray[np.float32], k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Scores and numbers per query, best first; as many as there are, k at most, never padded with −1."""
        found = [(*index.search(queries, k, among), numbers) for index, numbers, among in self._parts]
        if not found:
            return np.empty((len(queries), 0), np.float32), np.empty((len(queries), 0), np.int64)
        scores = np.concatenate([scores for scores, _, _ in found], axis=1)
        numbers = np.concatenate([numbers[rows] for _, rows, numbers in found], axis=1).astype(np.int64)
        if len(found) == 1:
            return scores, numbers
        best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(scores, best, axis=1), np.take_along_axis(numbers, best, axis=1)


def exact_index(vectors: NDArray[np.float32]) -> FaissIndex:
    """An index that compares a query with every vector."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    return FaissIndex(index)


def approximate_index(vectors: NDArray[np.float32]) -> FaissIndex:
    """An index that groups vectors into lists and looks only at the lists nearest to a query.

    Vectors are kept in 16-bit floats. How many lists are looked at is measured on sample vectors, so
    that `RECALL_WANTED` is reached.
    """
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    data = np.ascontiguousarray(vectors, dtype=np.float32)
    index = _trained(data)
    index.add(data)
    index.nprobe = _enough_lists(index, data)
    return FaissIndex(index)


def build_index(vectors: NDArray[np.float32]) -> FaissIndex:
    """Exact where that is fast enough, else approximate."""
    return exact_index(vectors) if len(vectors) <= EXACT_UP_TO else approximate_index(vectors)


class FaissEngine:
    """Keeps the vectors of a segment in its file, and in the memory of each process that searches it."""

    name = settings.FAISS
    tidies = False

    def build(self, _texts: Sequence[str], vectors: NDArray[np.float32]) -> FaissIndex:
        """An index of these vectors, whatever their texts."""
        return build_index(vectors)

    def open(self, written: NDArray[np.uint8]) -> FaissIndex:
        """What `FaissIndex.to_bytes` gave."""
        return FaissIndex.from_bytes(written)

    def settle(self) -> None:
        """Nothing is left to do."""

    def tidy(self, _used: Iterable[UnitVectors], _encoders: Collection[str]) -> None:
        """What is not used is deleted with its file."""


FAISS = FaissEngine()


def _trained(data: NDArray[np.float32]) -> Any:
    """An empty index whose lists are placed where the vectors are."""
    lists = 2 ** round(math.log2(2 * math.sqrt(len(data))))
    dimension = data.shape[1]
    centres = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFScalarQuantizer(
        centres, dimension, lists, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT, False
    )
    index.cp.spherical = True
    index.cp.niter = _ROUNDS
    index.cp.max_points_per_centroid = _POINTS_PER_LIST
    sample = min(len(data), lists * _POINTS_PER_LIST)
    chosen = np.random.default_rng(0).choice(len(data), sample, replace=False)
    index.train(data[np.sort(chosen)])
    return index


def _enough_lists(index: Any, data: NDArray[np.float32]) -> int:
    """The smallest number of lists that finds the true neighbours of sample vectors."""
    chosen = np.random.default_rng(1).choice(len(data), min(_SAMPLE, len(data)), replace=False)
    # A vector finds itself anywhere; a little noise makes it a query that is near others, too.
    noise = np.random.default_rng(2).standard_normal((len(chosen), data.shape[1]), dtype=np.float32)
    queries = data[chosen] + 0.6 * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    _, truth = faiss.knn(queries, data, 10, metric=faiss.METRIC_INNER_PRODUCT)
    for probes in _PROBES:
        if probes >= index.nlist:
            break
        index.nprobe = probes
        _, found = index.search(queries, 10)
        right = sum(len(set(a) & set(b)) for a, b in zip(truth.tolist(), found.tolist(), strict=True))
        if right >= RECALL_WANTED * truth.size:
            return probes
    return min(_PROBES[-1], int(index.nlist))
