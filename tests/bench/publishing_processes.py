"""What `tests.bench.publishing` measures, each in a process of its own, on a knowledge base that is made up."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from bot.operations.checkout import CHECKOUT
from knowledge.decide import SHIPPED
from knowledge.encoder import Encoder
from knowledge.live import LiveSearcher
from knowledge.model import Passage
from knowledge.progress import Pace, Phase, seldom
from knowledge.publish import Publisher
from knowledge.search import Searcher
from knowledge.settings import KnowledgeSettings
from knowledge.store import KnowledgeStore
from tests.support import synthetic

STOCK_SAMPLE = 256
QUESTIONS = 300
_MODULE = "tests.bench.publishing_processes"


# A knowledge base


def _settings(home: Path) -> KnowledgeSettings:
    return KnowledgeSettings(var=home)


def _model() -> Path:
    return KnowledgeSettings.from_environment().model_dir


def make_up(home: Path, passages: int, to_embed: int) -> None:
    """A knowledge base with drafts of so many passages, all but the first `to_embed` with made-up vectors."""
    home.mkdir()
    (home / "encoder").symlink_to(_model().resolve())
    store = KnowledgeStore(_settings(home).database_url)
    count = passages // synthetic.SECTIONS
    for number in range(count):
        store.revisions.save(synthetic.document(number))

    def of_documents(numbers: Sequence[int]) -> Iterator[Passage]:
        for number in numbers:
            yield from store.revisions.passages(synthetic.slug(number), 1)

    embedded = range(to_embed // synthetic.SECTIONS, count)
    synthetic.make_up_vectors(store, Encoder(_model()), of_documents(embedded))
    store.close()


# Each in a process of its own


def run(what: str, home: Path, number: int) -> Any:
    """What a process of its own has measured."""
    done = subprocess.run(
        [sys.executable, "-m", _MODULE, what, str(home), str(number)],
        cwd=CHECKOUT,
        env=None if what == "stock" else _environment(),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def _first(home: Path, embedded: int) -> dict[str, object]:
    settings = _settings(home)
    store, encoder = KnowledgeStore(settings.database_url), Encoder(settings.model_dir)
    phases: dict[str, float] = {}
    began = last = time.perf_counter()
    embedding = 0.0
    pace = Pace()
    show = seldom(lambda *told: print(f"    {pace(*told)}", file=sys.stderr, flush=True), 15)

    def tell(phase: str, done: int, total: int, /) -> None:
        nonlocal last, embedding
        now = time.perf_counter()
        phases[phase] = phases.get(phase, 0.0) + now - last
        last = now
        if phase == Phase.EMBEDDING and done >= embedded and not embedding:
            embedding = phases[phase]
        show(phase, done, total)

    done = Publisher(store, settings.snapshots_dir, encoder, progress=tell).publish(_calibration())
    seconds = time.perf_counter() - began
    return {
        "passages": done.passages,
        "embedded": embedded,
        "embedding": embedding,
        "seconds": seconds,
        "phases": {str(name): spent for name, spent in phases.items()},
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    }


def _stock(home: Path, passages: int) -> dict[str, float]:
    """Embed a sample as a stock set-up does; write and read a flat index for all."""
    import faiss
    from sentence_transformers import SentenceTransformer

    from tests.bench.baseline.model import stock_model

    store = KnowledgeStore(_settings(home).database_url)
    numbers = range(min(STOCK_SAMPLE, passages) // synthetic.SECTIONS)
    texts = [
        passage.text for number in numbers for passage in store.revisions.passages(synthetic.slug(number), 1)
    ]
    model = SentenceTransformer(str(stock_model()))
    model.encode(texts[:8])
    began = time.perf_counter()
    found = model.encode(texts)
    per_second = len(texts) / (time.perf_counter() - began)
    vectors = np.resize(found, (passages, found.shape[1])).astype(np.float32)
    began = time.perf_counter()
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    path = home / "stock.faiss"
    faiss.write_index(index, str(path))
    faiss.read_index(str(path))
    spent = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    return {"per_second": per_second, "peak_mb": peak, "written_and_read": spent}


def _search(home: Path, _passages: int) -> dict[str, float]:
    settings = _settings(home)
    live = LiveSearcher(settings, watch=False)
    live.refresh()
    corpus, encoder = live.current().corpus, Encoder(settings.model_dir)
    questions = [synthetic.document(number, 1).sections[1].questions[0] for number in range(QUESTIONS)]
    searcher = Searcher(corpus, _Known(encoder, questions))
    for question in questions[:20]:
        searcher.search(question)
    times, computing = [], []
    for question in questions:
        before, used = time.perf_counter(), time.thread_time()
        searcher.search(question)
        times.append((time.perf_counter() - before) * 1e3)
        computing.append((time.thread_time() - used) * 1e3)
    return {
        "p50": float(np.median(times)),
        "p95": float(np.quantile(times, 0.95)),
        "computing": float(np.median(computing)),
    }


class _Known:
    """An encoder that has encoded its questions before."""

    def __init__(self, encoder: Encoder, questions: Sequence[str]) -> None:
        from knowledge.wording import canonical

        self._found = {canonical(text): encoder.encode_tokens(canonical(text)) for text in questions}

    def encode(self, texts: Sequence[str]) -> Any:
        return np.stack([self._found[text][0] for text in texts])

    def encode_tokens(self, text: str) -> Any:
        return self._found[text]


def edit(home: Path, edits: int) -> dict[str, list[float]]:
    """Seconds from publishing to serving, by a publisher that was just started and by one that runs on."""
    settings = _settings(home)
    store, encoder = KnowledgeStore(settings.database_url), Encoder(settings.model_dir)
    taken: dict[str, list[float]] = {"new": [], "running": []}
    running = Publisher(store, settings.snapshots_dir, encoder)
    running.publish(_calibration())
    with _serving(home) as served:
        next(served)
        for number in range(edits):
            for how in taken:
                edition = 2 * number + (how == "running") + 1
                store.revisions.save(synthetic.document(7 * number, edition))
                publisher = running if how == "running" else Publisher(store, settings.snapshots_dir, encoder)
                began = time.time()
                live = publisher.publish(_calibration()).publication.id
                at = next(told["at"] for told in served if told["publication"] == live)
                taken[how].append(at - began)
    store.close()
    return taken


@contextmanager
def _serving(home: Path) -> Iterator[Iterator[dict[str, float]]]:
    """Runs a process that serves, and gives what it tells: publication and time whenever it serves another one."""
    with subprocess.Popen(
        [sys.executable, "-m", _MODULE, "serve", str(home), "0"],
        cwd=CHECKOUT,
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield map(json.loads, process.stdout)
        process.stdin.close()


def _serve(home: Path, until: IO[str] = sys.stdin) -> None:
    live = LiveSearcher(_settings(home))
    live.wait(300)

    def tell() -> None:
        seen = None
        while True:
            now = live.status()["publication"]
            if now != seen:
                seen = now
                print(json.dumps({"publication": now, "at": time.time()}), flush=True)
            time.sleep(0.002)

    threading.Thread(target=tell, daemon=True).start()
    until.read()


def _calibration() -> str:
    return SHIPPED.read_text(encoding="utf-8")


def _environment() -> dict[str, str]:
    """One thread for each product of matrices, as the processes that answer are started."""
    return {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}


def main() -> None:
    """One measurement, as JSON on standard output."""
    what, home, number = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    if what == "serve":
        _serve(home)
        return
    measures = {"first": _first, "stock": _stock, "search": _search}
    print(json.dumps(measures[what](home, number)))


if __name__ == "__main__":
    main()
