"""Nearest vectors by inner product: exact search for a small knowledge base, approximate for a large one.

Rows are numbered from 0 in the order they were added. FAISS pads a short result with −1; no −1 leaves
this module. A loaded index is read only and safe to share between threads.
"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.corpus import VectorIndex

# Read once, when FAISS loads OpenMP: its threads sleep while they wait for each other. Spinning, as they do
# otherwise, made building an index many times slower whenever other processes needed the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import faiss

EXACT_UP_TO = 20_000
"""Up to here comparing with every vector takes about 2 ms, and no neighbour is ever missed."""
RECALL_WANTED = 0.98
"""How many of the 10 true neighbours of sample vectors an approximate index must find when it is built."""
_SAMPLE = 100
_PROBES = (16, 24, 32, 48, 64, 96, 128, 256)
_POINTS_PER_LIST = 48
_ROUNDS = 6


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

    def search(self, queries: NDArray[np.float32], k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Scores and row numbers per query, best first; min(k, count) each, never padded with −1."""
        wanted = min(k, self.count)
        if wanted == 0:
            return np.empty((len(queries), 0), np.float32), np.empty((len(queries), 0), np.int64)
        # OpenMP keeps this number per thread, and one question is answered fastest by one core: the
        # other cores are busy with the rest of the turn.
        faiss.omp_set_num_threads(1)
        asked = np.ascontiguousarray(queries, dtype=np.float32)
        scores, rows = self._index.search(asked, wanted)
        short = (rows < 0).any(axis=1)
        if short.any():
            # The lists that were looked at held fewer than wanted: look at all of them.
            everywhere = faiss.SearchParametersIVF()
            everywhere.nprobe = self._index.nlist
            scores[short], rows[short] = self._index.search(asked[short], wanted, params=everywhere)
        return scores, rows

    def save(self, path: Path) -> None:
        """Write the index to a file that `load_index` reads."""
        faiss.write_index(self._index, str(path))


def exact_index(vectors: NDArray[np.float32]) -> FaissIndex:
    """An index that compares a query with every vector."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    return FaissIndex(index)


def approximate_index(vectors: NDArray[np.float32], like: FaissIndex | None = None) -> FaissIndex:
    """An index that groups vectors into lists and looks only at the lists nearest to a query.

    Vectors are kept in 16-bit floats. How many lists are looked at is measured on sample vectors, so
    that `RECALL_WANTED` is reached. `like`, an earlier approximate index of much the same knowledge,
    lends its groups, which saves most of the time; it can no longer be searched afterwards.
    """
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    data = np.ascontiguousarray(vectors, dtype=np.float32)
    if like is not None and _fits(like, data):
        index = like._index  # this module's own class
        index.reset()
    else:
        index = _trained(data)
    index.add(data)
    index.nprobe = _enough_lists(index, data)
    return FaissIndex(index)


def build_index(vectors: NDArray[np.float32], like: FaissIndex | None = None) -> FaissIndex:
    """Exact where that is fast enough, else approximate."""
    if len(vectors) <= EXACT_UP_TO:
        return exact_index(vectors)
    return approximate_index(vectors, like)


def load_index(path: Path) -> FaissIndex:
    """Read an index that `save` wrote; raises RuntimeError when the file is not one.

    FAISS does not notice a flipped byte: check the file's checksum first (`knowledge.snapshot` does).
    """
    return FaissIndex(faiss.read_index(str(path)))


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


def _fits(like: FaissIndex, data: NDArray[np.float32]) -> bool:
    if like.exact or like.dimension != data.shape[1]:
        return False
    return 0.5 <= len(data) / max(like.count, 1) <= 2


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


__all__ = ["FaissIndex", "VectorIndex", "approximate_index", "build_index", "exact_index", "load_index"]
