"""Makes the snapshot of a publication from the database, whenever there is no good one."""

from __future__ import annotations

from pathlib import Path

from knowledge.embed import Progress, embed
from knowledge.encoder import Encoder
from knowledge.snapshot import (
    Snapshot,
    SnapshotRefused,
    lend_groups,
    load_snapshot,
    make_corpus,
    snapshot_folder,
    write_snapshot,
)
from knowledge.store import KnowledgeStore, Publication


def ensure_snapshot(
    store: KnowledgeStore,
    snapshots: Path,
    encoder: Encoder,
    publication: Publication,
    *,
    like: int | None = None,
    progress: Progress | None = None,
) -> Snapshot:
    """The publication's snapshot from disk if it is good, else made again, written and verified.

    Raises `SnapshotRefused` or OSError when it cannot be written or does not verify.
    """
    folder = snapshot_folder(snapshots, publication.id)
    try:
        return load_snapshot(folder, encoder=encoder.identity, publication=publication.id)
    except SnapshotRefused:
        made = rebuild(store, snapshots, encoder, publication, like=like, progress=progress)
    folder = write_snapshot(snapshots, made.publication, made.encoder, made.corpus, made.calibration)
    return load_snapshot(folder, encoder=encoder.identity, publication=publication.id)


def rebuild(
    store: KnowledgeStore,
    snapshots: Path,
    encoder: Encoder,
    publication: Publication,
    *,
    like: int | None = None,
    progress: Progress | None = None,
) -> Snapshot:
    """The publication's content in memory, from the database; embeds only what is not cached.

    `like` is an earlier publication whose snapshot may lend the groups of a large index.
    """
    passages = store.publications.passages(publication.id)
    embedded = embed(passages, store, encoder, progress)
    corpus = make_corpus(passages, embedded, lend_groups(snapshots, like))
    return Snapshot(publication.id, encoder.identity, publication.calibration, corpus, None)
