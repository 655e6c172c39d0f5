"""Makes the snapshot of a publication from the database, whenever there is no good one.

Whatever is in segments already is taken from there; the rest gets a new one. So that the segments do not
become many, small ones are made anew together with what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from knowledge.corpus import Corpus
from knowledge.embed import embed, fill_cache
from knowledge.encoder import Encoder
from knowledge.index import FAISS
from knowledge.model import Passage
from knowledge.progress import Phase, Progress, nobody
from knowledge.segment import Segment
from knowledge.snapshot import (
    Snapshot,
    SnapshotRefused,
    good_segments,
    load_snapshot,
    snapshot_folder,
    spool,
    write_snapshot,
)
from knowledge.store import KnowledgeStore, Publication
from knowledge.store.model import Content
from knowledge.vectors import VectorEngine

SEGMENT_PASSAGES = 5_000
"""A segment holds about as many passages at most: one is built at a time, so memory is bounded by it."""
MERGED_UP_TO = 1_500
"""A segment with more live passages than this is not made anew for the sake of having fewer segments."""


def ensure_snapshot(
    store: KnowledgeStore,
    snapshots: Path,
    encoder: Encoder,
    publication: Publication,
    *,
    like: int | None = None,
    known: Iterable[Segment] = (),
    progress: Progress = nobody,
    engine: VectorEngine = FAISS,
) -> Snapshot:
    """The publication's snapshot from disk if it is good, else made again, written and verified.

    `like` is an earlier publication that has much in common with it, `known` are segments that this process
    has open. Raises `SnapshotRefused` or OSError when it cannot be written or does not verify.
    """
    folder = snapshot_folder(snapshots, publication.id)
    known = tuple(known)
    try:
        return load_snapshot(
            folder, encoder=encoder.identity, publication=publication.id, known=known, engine=engine
        )
    except SnapshotRefused:
        return make_snapshot(
            store, snapshots, encoder, publication, like=like, known=known, progress=progress, engine=engine
        )


def make_snapshot(
    store: KnowledgeStore,
    snapshots: Path,
    encoder: Encoder,
    publication: Publication,
    *,
    like: int | None = None,
    known: Iterable[Segment] = (),
    progress: Progress = nobody,
    engine: VectorEngine = FAISS,
) -> Snapshot:
    """As `ensure_snapshot`, where the snapshot on disk is known to be missing or bad."""
    known = usable_segments(snapshots, encoder, {publication.id, like} - {None}, known, engine)
    with spool(snapshots, engine) as keep:
        made = rebuild(store, encoder, publication, known, keep, progress, engine)
        folder = write_snapshot(
            snapshots, made.publication, made.encoder, made.corpus, made.calibration, progress, engine
        )
    return load_snapshot(
        folder,
        encoder=encoder.identity,
        publication=publication.id,
        known=made.corpus.segments,
        progress=progress,
        engine=engine,
    )


def usable_segments(
    snapshots: Path,
    encoder: Encoder,
    publications: Iterable[int | None],
    known: Iterable[Segment] = (),
    engine: VectorEngine = FAISS,
) -> list[Segment]:
    """The undamaged segments of some publications' snapshots, each once."""
    found = {
        segment.file.checksum: segment
        for segment in known
        if segment.file and segment.file.untouched and segment.index.complete()
    }
    for publication in publications:
        if publication is not None:
            folder = snapshot_folder(snapshots, publication)
            for segment in good_segments(folder, encoder.identity, tuple(found.values()), engine):
                if segment.file:
                    found[segment.file.checksum] = segment
    return list(found.values())


def rebuild(
    store: KnowledgeStore,
    encoder: Encoder,
    publication: Publication,
    known: Sequence[Segment] = (),
    keep: Callable[[Segment], Segment] = lambda segment: segment,
    progress: Progress = nobody,
    engine: VectorEngine = FAISS,
) -> Snapshot:
    """The publication's content, from segments that are known and from the database; embeds only what is not cached.

    `keep` is given each new segment and says what to go on with: a spool writes it and forgets the original.
    """
    contents = store.publications.contents(publication.id)
    corpus = assemble(store, encoder, contents, known, keep, progress, engine)
    return Snapshot(publication.id, encoder.identity, publication.calibration, corpus, None)


def assemble(
    store: KnowledgeStore,
    encoder: Encoder,
    contents: Sequence[Content],
    known: Iterable[Segment] = (),
    keep: Callable[[Segment], Segment] = lambda segment: segment,
    progress: Progress = nobody,
    engine: VectorEngine = FAISS,
) -> Corpus:
    """A corpus of revisions in the order given; `known` and `keep` as in `rebuild`."""
    progress(Phase.READING, 0, len(contents))
    segments, missing = _choose(store, contents, known)
    total = store.publications.count_passages(missing)
    progress(Phase.READING, len(contents), len(contents))
    passages = (each for _, some in store.publications.passages_of(missing) for each in some)
    fill_cache(passages, total, store, encoder, progress)
    done = 0
    progress(Phase.INDEXING, done, total)
    for revisions in _portions(store.publications.passages_of(missing)):
        some = [passage for _, few in revisions for passage in few]
        made = embed(some, store, encoder)
        index = engine.build([unit.text for unit in made.units], made.vectors)
        segments.append(keep(Segment.build(revisions, made.units, made.owners, index, made.tokens)))
        done += len(some)
        progress(Phase.INDEXING, done, total)
    if done:
        engine.settle()
    return Corpus(segments, _order(contents, segments))


def _choose(
    store: KnowledgeStore, contents: Sequence[Content], known: Iterable[Segment]
) -> tuple[list[Segment], list[Content]]:
    """Which segments to take over, and which revisions need a new one."""
    wanted = {content.mark for content in contents}
    kept: list[tuple[int, set[str], Segment]] = []
    for segment in sorted(known, key=len, reverse=True):
        sizes = np.diff(segment.revision_at).tolist()
        ours = wanted.intersection(segment.marks)
        live = sum(size for mark, size in zip(segment.marks, sizes, strict=True) if mark in ours)
        # Where more is replaced than live, what is live is better off elsewhere.
        if live and 2 * live >= len(segment):
            kept.append((live, ours, segment))
            wanted -= ours
    new = [content for content in contents if content.mark in wanted]
    count = store.publications.count_passages(new)
    while kept and new:
        kept.sort(key=lambda each: each[0], reverse=True)
        live, ours, _ = kept[-1]
        if live > min(2 * count, MERGED_UP_TO):
            break
        kept.pop()
        wanted |= ours
        count += live
    return [segment for _, _, segment in kept], [each for each in contents if each.mark in wanted]


def _portions(
    revisions: Iterable[tuple[Content, list[Passage]]],
) -> Iterator[list[tuple[str, list[Passage]]]]:
    """Marks and passages for one segment after the other."""
    portion: list[tuple[str, list[Passage]]] = []
    count = 0
    for content, passages in revisions:
        if portion and count + len(passages) > SEGMENT_PASSAGES:
            yield portion
            portion, count = [], 0
        portion.append((content.mark, passages))
        count += len(passages)
    if portion:
        yield portion


def _order(
    contents: Sequence[Content], segments: Sequence[Segment]
) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    """Where each passage of the publication lies, in reading order."""
    places: dict[str, tuple[int, int, int]] = {}
    for number, segment in enumerate(segments):
        starts = segment.revision_at.tolist()
        for mark, start, end in zip(segment.marks, starts, starts[1:], strict=False):
            places.setdefault(mark, (number, start, end))
    rows = [
        (number, place)
        for number, start, end in (places[content.mark] for content in contents)
        for place in range(start, end)
    ]
    return np.asarray(rows, dtype=np.int32).reshape(-1, 2)
