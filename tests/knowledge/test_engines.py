"""What searching asks of a search engine, of FAISS (exact and with lists) and of PostgreSQL with pgvector alike."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.index import FAISS
from knowledge.pgvector_index import PgvectorEngine
from knowledge.store.database import Database
from knowledge.vectors import Nearest, UnitVectors, VectorEngine
from tests.knowledge.test_index import clustered, recall, true_neighbours

DIMENSION = 48
CLOSE = 2e-3
"""A cosine of 16-bit numbers may be so far off."""


@pytest.fixture(params=["faiss, exact", "faiss, lists", "pgvector"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> VectorEngine:
    if request.param == "pgvector":
        made: VectorEngine = request.getfixturevalue("pgvector")
        return made
    if request.param == "faiss, lists":
        monkeypatch.setattr("knowledge.index.EXACT_UP_TO", 400)
    return FAISS


@pytest.fixture
def pgvector(vector_database_url: str) -> Iterator[VectorEngine]:
    database = Database(vector_database_url)
    yield PgvectorEngine(database, "an encoder", DIMENSION)
    database.close()


def names(count: int, first: int = 0) -> list[str]:
    return [f"text {number}" for number in range(first, first + count)]


def all_of(part: UnitVectors) -> Nearest:
    return part.together([(part, np.arange(part.count, dtype=np.int32))])


def built(engine: VectorEngine, texts: Sequence[str], vectors: NDArray[np.float32]) -> UnitVectors:
    part = engine.build(texts, vectors)
    engine.settle()
    return part


def test_nearly_all_true_neighbours_are_found_best_first(engine: VectorEngine) -> None:
    vectors, queries = clustered(6_000, 1), clustered(100, 2)
    scores, found = all_of(built(engine, names(6_000), vectors)).search(queries, 10)
    assert recall(found, true_neighbours(queries, vectors, 10)) >= 0.95
    assert (np.diff(scores, axis=1) <= 1e-6).all()
    np.testing.assert_allclose(scores, np.take_along_axis(queries @ vectors.T, found, 1), atol=CLOSE)


def test_as_many_are_found_as_a_question_asks_for(engine: VectorEngine) -> None:
    vectors, queries = clustered(6_000, 1), clustered(20, 2)
    found = all_of(built(engine, names(6_000), vectors)).search(queries, 256)[1]
    assert found.shape == (20, 256)
    assert all(len(set(row)) == 256 for row in found.tolist())
    assert recall(found, true_neighbours(queries, vectors, 256)) >= 0.8


def test_more_wanted_than_there_are_gives_each_once(engine: VectorEngine) -> None:
    vectors = clustered(1_000, 1)
    scores, found = all_of(built(engine, names(1_000), vectors)).search(vectors[:3], 5_000)
    assert found.shape == scores.shape == (3, 1_000)
    for row in found.tolist():
        assert sorted(row) == list(range(1_000))


def test_nothing_is_found_where_there_is_nothing(engine: VectorEngine) -> None:
    part = built(engine, [], np.empty((0, DIMENSION), np.float32))
    assert (part.count, part.dimension) == (0, DIMENSION)
    search = all_of(part)
    assert search.search(clustered(2, 1), 10)[1].shape == (2, 0)
    assert search.rows() is None


def test_what_a_file_kept_gives_the_same_answers(engine: VectorEngine) -> None:
    vectors, queries = clustered(1_000, 1), clustered(10, 2)
    part = built(engine, names(1_000), vectors)
    opened = engine.open(np.frombuffer(part.to_bytes().tobytes(), dtype=np.uint8))
    assert (opened.count, opened.dimension, opened.complete()) == (1_000, DIMENSION, True)
    assert all_of(opened).search(queries, 10)[1].tolist() == all_of(part).search(queries, 10)[1].tolist()


def test_segments_are_searched_as_one_and_what_was_replaced_is_never_found(engine: VectorEngine) -> None:
    vectors, queries = clustered(3_000, 1), clustered(20, 2)
    live = np.random.default_rng(4).permutation(3_000)[:2_000]
    numbers = np.full(3_000, -1, dtype=np.int32)
    numbers[live] = np.arange(2_000)
    parts = []
    for first, last in ((0, 2_500), (2_500, 2_501), (2_501, 3_000)):
        part = engine.build(names(last - first, first), vectors[first:last])
        parts.append((part, numbers[first:last]))
    engine.settle()
    search = parts[0][0].together(parts)
    scores, found = search.search(queries, 7)
    assert recall(found, true_neighbours(queries, vectors[live], 7)) >= 0.95
    np.testing.assert_allclose(scores, np.take_along_axis(queries @ vectors[live].T, found, 1), atol=CLOSE)
    everything = search.search(queries[:1], 5_000)[1]
    assert sorted(everything[0].tolist()) == list(range(2_000))


def test_a_crowd_of_replaced_neighbours_hides_nobody(engine: VectorEngine) -> None:
    """All that was replaced lies nearer to the question than anything that is live."""
    vectors, query = clustered(2_000, 1), clustered(1, 9)
    crowd = query + 0.05 * np.random.default_rng(5).standard_normal((1_500, DIMENSION), dtype=np.float32)
    crowd /= np.linalg.norm(crowd, axis=1, keepdims=True)
    part = built(engine, names(3_500), np.concatenate([vectors, crowd]))
    numbers = np.full(3_500, -1, dtype=np.int32)
    numbers[:2_000] = np.arange(2_000)
    found = part.together([(part, numbers)]).search(query, 20)[1]
    assert recall(found, true_neighbours(query, vectors, 20)) >= 0.9


def test_units_of_the_same_text_are_all_found(engine: VectorEngine) -> None:
    vectors = clustered(500, 1)
    vectors[100] = vectors[200] = vectors[7]
    texts = names(500)
    texts[100] = texts[200] = texts[7]
    scores, found = all_of(built(engine, texts, vectors)).search(vectors[7:8], 3)
    assert sorted(found[0].tolist()) == [7, 100, 200]
    np.testing.assert_allclose(scores, 1, atol=CLOSE)


def test_a_few_vectors_can_be_read_in_order(engine: VectorEngine) -> None:
    vectors = clustered(300, 1)
    order = np.random.default_rng(6).permutation(300).astype(np.int32)
    part = built(engine, names(300), vectors)
    rows = part.together([(part, order)]).rows()
    assert rows is not None
    np.testing.assert_allclose(rows[order], vectors, atol=CLOSE)


def test_questions_at_the_same_time_get_their_own_answers(engine: VectorEngine) -> None:
    vectors = clustered(2_000, 1)
    search = all_of(built(engine, names(2_000), vectors))
    wrong: list[object] = []

    def ask(first: int) -> None:
        for number in range(first, 2_000, 80):
            found = search.search(vectors[number : number + 1], 5)[1][0, 0]
            if found != number:
                wrong.append((number, found))

    threads = [threading.Thread(target=ask, args=(first,)) for first in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_segments_of_two_engines_do_not_go_together(pgvector: VectorEngine) -> None:
    engines: list[VectorEngine] = [FAISS, pgvector]
    parts = [each.build(names(10), clustered(10, 1)) for each in engines]
    both = [(part, np.arange(10, dtype=np.int32)) for part in parts]
    for part in parts:
        with pytest.raises(TypeError, match="one search engine"):
            part.together(both)
