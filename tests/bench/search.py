"""How fast and how complete the vector search is with 10,000 and 1,000,000 vectors.

Run `python -m tests.bench.search [COUNT…]`; `measure(count)` gives one row to `make bench`. Each size is
measured in a process of its own, so that the memory it needs is its own.

The vectors are made, not encoded: a million sentences would take hours to embed. They are made like the
vectors of real passages, in groups within groups: a knowledge base has topics, a topic has questions, a
question has passages that say nearly the same. Each vector is a topic's direction, plus a sub-topic's,
plus one of its own, in proportions that give passages of one sub-topic a cosine of about 0.6 and those
of one topic 0.3, as the encoder does. Directions come from a spectrum that falls off, since an encoder
does not use all of its dimensions alike. Vectors spread evenly over the sphere would be no use: in 768
dimensions all of them are nearly equally far from a query, so there are no neighbours to be found, and
the result would say nothing. Queries are drawn in the same way, and none of them is in the index.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import DIMENSION
from knowledge.index import build_index, exact_index

SIZES = (10_000, 1_000_000)
QUERIES = 1_000
AT_ONCE = 50_000
PER_TOPIC, PER_SUBTOPIC = 2_000, 40
"""How many vectors there are to a topic and to a sub-topic."""
LOOKED_AT = 256
"""As many units as `knowledge.search` fetches for a question."""


@dataclass(frozen=True, slots=True)
class Row:
    """Milliseconds for one query on one core; `recall` is against comparing with every vector."""

    vectors: int
    kind: str
    build_seconds: float
    megabytes: float
    p50: float
    p95: float
    p50_wide: float
    """Fetching 256 neighbours instead of 10."""
    recall: float
    exact_p50: float
    """Comparing with every vector, one core: the baseline."""


def made_like_passages(count: int, size: int, seed: int) -> NDArray[np.float32]:
    """`count` unit vectors from the topics of a knowledge base of `size`; topics are the same for every seed."""
    spectrum = np.arange(1, DIMENSION + 1, dtype=np.float32) ** -0.35
    spectrum /= np.linalg.norm(spectrum)
    shared = np.random.default_rng(0)
    subtopics = shared.standard_normal((max(size // PER_SUBTOPIC, 1), DIMENSION), dtype=np.float32)
    topics = shared.standard_normal((max(size // PER_TOPIC, 1), DIMENSION), dtype=np.float32)
    subtopics += topics[shared.integers(len(topics), size=len(subtopics))]
    own = np.random.default_rng(seed)
    made = np.empty((count, DIMENSION), dtype=np.float32)
    for start in range(0, count, AT_ONCE):
        rows = made[start : start + AT_ONCE]
        rows[:] = own.standard_normal(rows.shape, dtype=np.float32)
        rows *= 1.1
        rows += subtopics[own.integers(len(subtopics), size=len(rows))]
        rows *= spectrum
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return made


def measure_here(count: int) -> Row:
    """Build, search and compare, in this process."""
    vectors = made_like_passages(count, count, seed=1)
    queries = made_like_passages(QUERIES, count, seed=2)
    truth = exact_index(vectors)
    _, nearest = faiss.knn(queries, vectors, 10, metric=faiss.METRIC_INNER_PRODUCT)
    exact_times = _times(truth, queries[: QUERIES if count <= 100_000 else 20], 10)
    del truth
    before = time.perf_counter()
    index = build_index(vectors)
    build = time.perf_counter() - before
    del vectors
    found = index.search(queries, 10)[1]
    right = sum(len(set(a) & set(b)) for a, b in zip(found.tolist(), nearest.tolist(), strict=True))
    times = _times(index, queries, 10)
    return Row(
        vectors=count,
        kind="exact" if index.exact else "lists of nearest",
        build_seconds=build,
        megabytes=index.to_bytes().nbytes / 1e6,
        p50=float(np.median(times)),
        p95=float(np.quantile(times, 0.95)),
        p50_wide=float(np.median(_times(index, queries, LOOKED_AT))),
        recall=right / nearest.size,
        exact_p50=float(np.median(exact_times)),
    )


def _times(index: object, queries: NDArray[np.float32], k: int) -> NDArray[np.float64]:
    """Milliseconds of each query, asked one after the other."""
    times = []
    for query in queries:
        before = time.perf_counter()
        index.search(query[None, :], k)  # type: ignore[attr-defined]
        times.append((time.perf_counter() - before) * 1e3)
    return np.asarray(times)


def measure(count: int) -> Row:
    """One row, measured in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.search", "--here", str(count)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    return Row(**json.loads(done.stdout))


def table(rows: list[Row]) -> str:
    """The rows as text."""
    lines = ["   vectors  index             build  memory     p50     p95  p50 of 256  recall@10  exact p50"]
    lines += [
        f"{row.vectors:>10,}  {row.kind:<16} {row.build_seconds:5.1f} s {row.megabytes:4.0f} MB "
        f"{row.p50:5.2f} ms {row.p95:5.2f} ms    {row.p50_wide:5.2f} ms     {row.recall:.4f}  {row.exact_p50:6.2f} ms"
        for row in rows
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--here"]:
        print(json.dumps(asdict(measure_here(int(arguments[1])))))
        return
    print(table([measure(int(size)) for size in arguments or SIZES]))


if __name__ == "__main__":
    main(sys.argv[1:])
