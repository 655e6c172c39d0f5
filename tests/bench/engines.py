"""Both search engines beside each other: the same made vectors, the same queries, the same interface.

Run `python -m tests.bench.engines [COUNT…]`; `measure(count)` gives the rows to `make bench`. The vectors are
made like those of passages, not encoded (see `tests.bench.search`): embedding a million sentences would take hours.
Each is one text of one segment. PostgreSQL is one of its own on loopback, with shared memory that holds the graph, and
without forcing writes to the disk; its graph is made by as many processes as it has of itself (three at most).

What is measured is what a question asks for: the 256 nearest units (`knowledge.search`), of which the first ten
are compared with the true ten. Memory is that of a process which opened the segment from its file and answers from it,
beside the same process before it did; what lies in PostgreSQL lies there once, however many processes ask.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.index import FAISS
from knowledge.pgvector_index import PgvectorEngine
from knowledge.settings import PGVECTOR
from knowledge.store.database import Database
from knowledge.vectors import Nearest, VectorEngine
from tests.bench.figures import Figure
from tests.bench.machine import family, processor_seconds
from tests.bench.search import LOOKED_AT, QUERIES, made_like_passages
from tests.support import postgres

ENGINES = (FAISS.name, PGVECTOR)
SIZE, RECALL = 10_000, 0.95
_ENCODER = "made-up"
_WARM_UP = 100
_MODULE = "tests.bench.engines"


@dataclass(frozen=True, slots=True)
class Row:
    """One engine with so many vectors; milliseconds are those of one query after the other."""

    engine: str
    vectors: int
    build_seconds: float
    open_seconds: float
    p50: float
    p95: float
    processor: float
    """Milliseconds of processor time for a query, PostgreSQL's included: what a busy machine does not blur."""
    recall: float
    process_mb: float
    """What a process that searches holds more than before it opened the segment."""
    table_mb: float
    graph_mb: float
    added: float
    """Milliseconds to put in one vector that is new, among a hundred: what an edit costs."""


def why_not() -> str | None:
    """Why pgvector cannot be measured here; None when it can."""
    return postgres.why_not_with_vectors()


def measure(count: int) -> list[Row]:
    """A row for each engine that there is, each measured in processes of its own."""
    with tempfile.TemporaryDirectory(prefix="nkbot-bench-") as folder, ExitStack() as until_done:
        truth = Path(folder) / "truth.npy"
        _run("truth", count, str(truth))
        found = [_row(FAISS.name, count, Path(folder), "", ())]
        if why_not() is None:
            memory = (f"shared_buffers={_megabytes(count)}MB", "max_wal_size=8GB")
            server = postgres.PostgresServer("127.0.0.1", *memory, with_vectors=True)
            until_done.callback(server.remove)
            server.start()
            found.append(_row(PGVECTOR, count, Path(folder), server.url, (server.pid,)))
        return found


def table(rows: list[Row]) -> str:
    """The rows as text."""
    lines = [
        "engine       vectors     build     p50     p95  processor  recall@10  process    table    graph  one more"
    ]
    lines += [
        f"{row.engine:<9} {row.vectors:>10,} {row.build_seconds:7.1f} s {row.p50:5.2f} ms {row.p95:5.2f} ms   "
        f"{row.processor:5.2f} ms     "
        f"{row.recall:.4f} {row.process_mb:5.0f} MB {row.table_mb:5.0f} MB {row.graph_mb:5.0f} MB  {row.added:5.1f} ms"
        for row in rows
    ]
    return "\n".join(lines)


def figures(rows: Sequence[Row], count: int) -> list[Figure]:
    """What both reached with so many vectors; the baseline of pgvector is FAISS."""
    of = {row.engine: row for row in rows if row.vectors == count}
    faiss_row = of[FAISS.name]
    found = []
    for name, row in of.items():
        beside = faiss_row if row is not faiss_row else None
        note = f"p95 {row.p95:.1f} ms, processor {row.processor:.1f} ms, made in {row.build_seconds:.0f} s"
        what = f"{name}, {count:,}"
        found += [
            Figure(f"{what}: p50 of 256", row.p50, "ms", None, beside and beside.p50, note=note),
            Figure(f"{what}: recall@10", row.recall, "", RECALL, beside and beside.recall, better="higher"),
            Figure(f"{what}: in the process", row.process_mb, "MB", None, beside and beside.process_mb),
        ]
    return found


def _megabytes(count: int) -> int:
    """Shared memory that holds the graph."""
    return max(256, count * 2_500 >> 20)


def _row(engine: str, count: int, folder: Path, url: str, server: Sequence[int]) -> Row:
    built = json.loads(_run("build", count, engine, str(folder), url))
    asked = json.loads(_run("ask", count, engine, str(folder), url, *map(str, server)))
    return Row(engine=engine, vectors=count, **built, **asked)


def _run(what: str, count: int, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", _MODULE, "--here", what, str(count), *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    return done.stdout


# In processes of their own


def _engine(name: str, url: str) -> VectorEngine:
    return PgvectorEngine(Database(url), _ENCODER) if name == PGVECTOR else FAISS


def _queries(count: int) -> NDArray[np.float32]:
    return made_like_passages(QUERIES, count, seed=2)


def _truth(count: int, path: str) -> str:
    """The ten true neighbours of each query, by comparing with every vector."""
    vectors = made_like_passages(count, count, seed=1)
    _, nearest = faiss.knn(_queries(count), vectors, 10, metric=faiss.METRIC_INNER_PRODUCT)
    np.save(path, nearest)
    return ""


def _build(count: int, name: str, folder: str, url: str) -> str:
    """Give the vectors to the engine as a publication does, and write what a segment's file would keep."""
    vectors = made_like_passages(count, count, seed=1)
    texts = [f"text {number}" for number in range(count)]
    engine = _engine(name, url)
    before = time.perf_counter()
    part = engine.build(texts, vectors)
    engine.settle()
    seconds = time.perf_counter() - before
    np.save(Path(folder) / f"{name}.npy", part.to_bytes())
    sizes = engine.table.sizes() if isinstance(engine, PgvectorEngine) else (0, 0)
    return json.dumps({"build_seconds": seconds, "table_mb": sizes[0] / 1e6, "graph_mb": sizes[1] / 1e6})


def _ask(count: int, name: str, folder: str, url: str, *server: str) -> str:
    """Open what was written, and ask it; `server` is the process of PostgreSQL."""
    queries, nearest = _queries(count), np.load(Path(folder) / "truth.npy")
    engine = _engine(name, url)
    held, before = _resident(), time.perf_counter()
    part = engine.open(np.load(Path(folder) / f"{name}.npy"))
    search = part.together([(part, np.arange(count, dtype=np.int32))])
    opened = time.perf_counter() - before
    _times(search, queries[:_WARM_UP])
    roots = [os.getpid(), *map(int, server)]
    used = processor_seconds(family(roots))
    times, found = _times(search, queries)
    used = processor_seconds(family(roots)) - used
    right = sum(len(set(a) & set(b)) for a, b in zip(found.tolist(), nearest.tolist(), strict=True))
    more = made_like_passages(100, count, seed=3)
    before_adding = time.perf_counter()
    engine.build([f"more {number}" for number in range(len(more))], more)
    added = (time.perf_counter() - before_adding) * 1e3 / len(more)
    return json.dumps(
        {
            "open_seconds": opened,
            "p50": float(np.median(times)),
            "p95": float(np.quantile(times, 0.95)),
            "processor": used * 1e3 / len(queries),
            "recall": right / nearest.size,
            "process_mb": (_resident() - held) / 1e6,
            "added": added,
        }
    )


def _times(search: Nearest, queries: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Milliseconds of each query, asked one after the other, and the first ten that it found."""
    times, found = [], []
    for query in queries:
        before = time.perf_counter()
        numbers = search.search(query[None, :], LOOKED_AT)[1]
        times.append((time.perf_counter() - before) * 1e3)
        found.append(numbers[0, :10])
    return np.asarray(times), np.asarray(found)


def _resident() -> int:
    """Bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--here"]:
        steps = {"truth": _truth, "build": _build, "ask": _ask}
        print(steps[arguments[1]](int(arguments[2]), *arguments[3:]))  # type: ignore[operator]
        return
    if reason := why_not():
        print(f"Only FAISS is measured: {reason}.")
    for count in arguments or [str(SIZE)]:
        rows = measure(int(count))
        print(table(rows), json.dumps([asdict(row) for row in rows]), sep="\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
