"""Vector search finds the true neighbours, exactly or nearly so, and never returns padding."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.index import Among, FaissIndex, SegmentedIndex, approximate_index, build_index, exact_index


def clustered(count: int, seed: int, dimension: int = 48) -> NDArray[np.float32]:
    """Unit vectors around 60 centres that are the same for every seed."""
    centres = np.random.default_rng(0).standard_normal((60, dimension), dtype=np.float32)
    random = np.random.default_rng(seed)
    rows = centres[random.integers(60, size=count)]
    rows = rows + 0.8 * random.standard_normal((count, dimension), dtype=np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def true_neighbours(queries: NDArray[np.float32], vectors: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    return np.argsort(-(queries @ vectors.T), axis=1)[:, :k]


def recall(found: NDArray[np.int64], truth: NDArray[np.int64]) -> float:
    return float(np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found, truth, strict=True)]))


def test_exact_search_agrees_with_arithmetic() -> None:
    vectors, queries = clustered(500, 1), clustered(20, 2)
    scores, rows = exact_index(vectors).search(queries, 7)
    assert rows.tolist() == true_neighbours(queries, vectors, 7).tolist()
    np.testing.assert_allclose(scores, np.take_along_axis(queries @ vectors.T, rows, 1), atol=1e-5)


def test_approximate_search_finds_nearly_all() -> None:
    vectors, queries = clustered(12_000, 1), clustered(200, 2)
    index = approximate_index(vectors)
    assert not index.exact
    assert recall(index.search(queries, 10)[1], true_neighbours(queries, vectors, 10)) >= 0.95


@pytest.mark.parametrize("make", [exact_index, approximate_index])
def test_more_wanted_than_there_are_gives_each_once(make: type[FaissIndex]) -> None:
    vectors = clustered(3_000, 1)
    scores, rows = make(vectors).search(vectors[:3], 5_000)  # type: ignore[arg-type]
    assert rows.shape == (3, 3_000)
    for row in rows.tolist():
        assert sorted(row) == list(range(3_000))
    assert (np.diff(scores, axis=1) <= 1e-6).all()


def test_an_empty_index_finds_nothing() -> None:
    scores, rows = exact_index(np.empty((0, 48), np.float32)).search(clustered(2, 1), 10)
    assert scores.shape == rows.shape == (2, 0)


@pytest.mark.parametrize("make", [exact_index, approximate_index])
def test_saved_and_loaded_gives_the_same_answers(make: type[FaissIndex]) -> None:
    vectors, queries = clustered(3_000, 1), clustered(10, 2)
    index = make(vectors)  # type: ignore[arg-type]
    loaded = FaissIndex.from_bytes(index.to_bytes())
    assert loaded.count == 3_000
    assert loaded.search(queries, 10)[1].tolist() == index.search(queries, 10)[1].tolist()


@pytest.mark.parametrize("make", [exact_index, approximate_index])
def test_only_rows_that_are_wanted_are_found(make: type[FaissIndex]) -> None:
    vectors, queries = clustered(3_000, 1), clustered(10, 2)
    among = np.random.default_rng(3).random(3_000) < 0.4
    found = make(vectors).search(queries, 500, Among(among))[1]  # type: ignore[arg-type]
    assert found.shape == (10, 500)
    assert among[found].all()
    everything = make(vectors).search(queries, 5_000, Among(among))[1]  # type: ignore[arg-type]
    assert sorted(everything[0].tolist()) == np.flatnonzero(among).tolist()


def test_segments_are_searched_as_one() -> None:
    """Numbers of the whole come back, best first, and what is no part of it never does."""
    vectors, queries = clustered(3_000, 1), clustered(20, 2)
    live = np.random.default_rng(4).permutation(3_000)[:2_000]
    numbers = np.full(3_000, -1, dtype=np.int32)
    numbers[live] = np.arange(2_000)
    parts = [
        (exact_index(vectors[a:b]), numbers[a:b]) for a, b in ((0, 2_500), (2_500, 2_501), (2_501, 3_000))
    ]
    scores, rows = SegmentedIndex(parts).search(queries, 7)
    assert rows.tolist() == true_neighbours(queries, vectors[live], 7).tolist()
    np.testing.assert_allclose(scores, np.take_along_axis(queries @ vectors[live].T, rows, 1), atol=1e-5)
    assert SegmentedIndex(parts).search(queries, 5_000)[1].shape == (20, 2_000)
    held = SegmentedIndex(parts).rows()
    assert held is not None
    assert (held == vectors[live]).all()
    assert SegmentedIndex([(approximate_index(vectors), numbers)]).rows() is None


def test_no_segments_find_nothing() -> None:
    assert SegmentedIndex([]).search(clustered(2, 1), 10)[1].shape == (2, 0)
    assert SegmentedIndex([]).rows() is None


def test_small_is_exact_and_large_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.index.EXACT_UP_TO", 1_000)
    assert build_index(clustered(1_000, 1)).exact
    assert not build_index(clustered(1_001, 1)).exact
