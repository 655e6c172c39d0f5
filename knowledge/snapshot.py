"""Snapshots: everything that serving one publication needs, as files that are verified before use.

A snapshot is a folder of its own. It is written under another name, forced to disk and renamed, so it
is there wholly or not at all; it can always be made again from the database. Its manifest names the
publication, the encoder, the version of the code that shaped it, the counts, and the SHA-256 of every
file and of itself. FAISS would load a flipped byte without a word, so nothing is opened before all of
that agrees.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.corpus import Corpus, lexical_text
from knowledge.embed import Embedded
from knowledge.encoder import DIMENSION, file_checksum
from knowledge.index import FaissIndex, build_index, load_index
from knowledge.late import TokenVectors
from knowledge.lexical import LexicalIndex
from knowledge.model import Passage
from knowledge.units import Unit, UnitKind
from knowledge.values import from_plain, to_plain

MANIFEST = "manifest.json"
_INDEX, _OWNERS, _TOKENS, _STARTS = "vectors.faiss", "owners.npy", "tokens.npy", "starts.npy"
_PASSAGES, _UNITS, _CALIBRATION, _LEXICAL = "passages.json", "units.json", "calibration.json", "lexical"
_SHAPING = ("corpus", "embed", "encoder", "index", "late", "lexical", "model", "snapshot", "units", "values")
"""The modules of the library whose code decides what is in a snapshot."""
_IN_MEMORY_UP_TO = 256 << 20
_TEMPORARY, _REFUSED = ".new-", ".refused-"


class SnapshotRefused(RuntimeError):
    """A snapshot that must not be served; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A loaded snapshot. `calibration` is the decision's JSON that goes with it."""

    publication: int
    encoder: str
    calibration: str
    corpus: Corpus
    folder: Path | None


def snapshot_folder(snapshots: Path, publication: int) -> Path:
    """Where the snapshot of a publication belongs."""
    return snapshots / f"{publication:08d}"


def make_corpus(passages: Iterable[Passage], embedded: Embedded, like: FaissIndex | None = None) -> Corpus:
    """Index embedded passages; `like` may lend its groups (see `knowledge.index`)."""
    kept = tuple(passages)
    return Corpus(
        passages=kept,
        units=embedded.units,
        owners=embedded.owners,
        vectors=build_index(embedded.vectors, like),
        tokens=embedded.tokens,
        # BM25 cannot be built of nothing; one empty text is found by no word.
        lexical=LexicalIndex.build([lexical_text(passage) for passage in kept] or [""]),
    )


def write_snapshot(snapshots: Path, publication: int, encoder: str, corpus: Corpus, calibration: str) -> Path:
    """Write the snapshot of a publication; returns its folder.

    Nothing is left half done: a crash leaves at most a temporary folder, which `prune` removes. Raises
    OSError when the disk is full or the folder cannot be written.
    """
    snapshots.mkdir(parents=True, exist_ok=True)
    folder = snapshots / f"{_TEMPORARY}{publication}-{uuid.uuid4().hex[:12]}"
    folder.mkdir()
    try:
        _write_files(folder, corpus, calibration)
        names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
        manifest = {
            "publication": publication,
            "encoder": encoder,
            "code": code_fingerprint(),
            "dimension": DIMENSION,
            "passages": len(corpus.passages),
            "units": len(corpus.units),
            "tokens": len(corpus.tokens.vectors),
            "files": {name: file_checksum(folder / name) for name in names},
        }
        manifest["checksum"] = _own_checksum(manifest)
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        _sync(folder)
        return _move_into_place(folder, snapshot_folder(snapshots, publication))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def load_snapshot(folder: Path, *, encoder: str, publication: int | None = None) -> Snapshot:
    """Verify and open a snapshot made for this encoder (and publication).

    Raises `SnapshotRefused` with a sentence when a file is missing, changed or cut short, when counts do
    not agree, or when it was made by another encoder or another version of this program.
    """
    manifest = _verified_manifest(folder)
    if manifest["encoder"] != encoder:
        raise SnapshotRefused("The search index was made with another encoder; it is made again.")
    if manifest["code"] != code_fingerprint():
        raise SnapshotRefused(
            "The search index was made by another version of the program; it is made again."
        )
    if publication is not None and manifest["publication"] != publication:
        raise SnapshotRefused(f"The search index in {folder.name} belongs to another publication.")
    try:
        corpus = _read_files(folder)
        calibration = (folder / _CALIBRATION).read_text(encoding="utf-8")
    except Exception as error:  # the readers of five formats raise whatever they like
        raise SnapshotRefused(f"The search index in {folder.name} cannot be opened ({error}).") from error
    _check_counts(folder, manifest, corpus)
    return Snapshot(int(manifest["publication"]), encoder, calibration, corpus, folder)


def signature(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of every file: changes when somebody touches the folder. () when it is gone."""
    found = []
    try:
        for path in sorted(folder.rglob("*")):
            known = path.stat()
            if path.is_file():
                found.append((str(path.relative_to(folder)), known.st_size, known.st_mtime_ns))
    except OSError:
        return ()
    return tuple(found)


def lend_groups(snapshots: Path, publication: int | None) -> FaissIndex | None:
    """The index of an earlier publication, to lend its groups; None unless it is large and undamaged."""
    if publication is None:
        return None
    folder = snapshot_folder(snapshots, publication)
    try:
        manifest = _manifest(folder)
        if file_checksum(folder / _INDEX) != manifest["files"][_INDEX]:
            return None
        index = load_index(folder / _INDEX)
    except (SnapshotRefused, OSError, RuntimeError):
        return None
    return None if index.exact else index


def set_aside(folder: Path) -> None:
    """Take a refused snapshot out of the way; it is kept under another name until the next `prune`."""
    with suppress(FileNotFoundError):
        folder.rename(folder.with_name(f"{_REFUSED}{folder.name}-{uuid.uuid4().hex[:12]}"))


def prune(snapshots: Path, keep: Iterable[int], retired: Iterable[int], older_than: float) -> None:
    """Delete the snapshots of the publications in `retired`, and what crashes left behind.

    Any other folder, but for those of `keep`, may be the work of a publisher that is not done: it is
    deleted only when last written before `older_than` (seconds since 1970).
    """
    kept = {snapshot_folder(snapshots, publication).name for publication in keep}
    over = {snapshot_folder(snapshots, publication).name for publication in retired} - kept
    for folder in sorted(snapshots.iterdir()) if snapshots.is_dir() else ():
        ours = folder.name.isdigit() or folder.name.startswith((_TEMPORARY, _REFUSED))
        abandoned = ours and folder.name not in kept and _written_before(folder, older_than)
        if folder.name in over or abandoned:
            shutil.rmtree(folder, ignore_errors=True)


def _written_before(folder: Path, moment: float) -> bool:
    try:
        return folder.stat().st_mtime < moment
    except OSError:
        return False


@cache
def code_fingerprint() -> str:
    """The SHA-256 of the code that shapes a snapshot.

    After an upgrade a snapshot may be split, embedded or tokenised otherwise than the running code
    expects; making it again takes seconds, and nobody has to remember to raise a version number.
    """
    digest = hashlib.sha256()
    for name in _SHAPING:
        digest.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    return digest.hexdigest()


# Files


def _write_files(folder: Path, corpus: Corpus, calibration: str) -> None:
    if not isinstance(corpus.vectors, FaissIndex):
        raise TypeError("Only a corpus indexed by knowledge.index can be written.")
    corpus.vectors.save(folder / _INDEX)
    np.save(folder / _OWNERS, corpus.owners)
    np.save(folder / _TOKENS, corpus.tokens.vectors)
    np.save(folder / _STARTS, corpus.tokens.starts)
    _write_json(folder / _PASSAGES, [to_plain(passage) for passage in corpus.passages])
    _write_json(folder / _UNITS, [[unit.text, str(unit.kind), unit.quote] for unit in corpus.units])
    (folder / _CALIBRATION).write_text(calibration, encoding="utf-8")
    (folder / _LEXICAL).mkdir()
    corpus.lexical.save(folder / _LEXICAL)


def _read_files(folder: Path) -> Corpus:
    large = (folder / _TOKENS).stat().st_size > _IN_MEMORY_UP_TO
    return Corpus(
        passages=tuple(from_plain(Passage, row) for row in _read_json(folder / _PASSAGES)),
        units=tuple(Unit(text, UnitKind(kind), quote) for text, kind, quote in _read_json(folder / _UNITS)),
        owners=np.load(folder / _OWNERS, allow_pickle=False),
        vectors=load_index(folder / _INDEX),
        tokens=TokenVectors(
            np.load(folder / _TOKENS, mmap_mode="r" if large else None, allow_pickle=False),
            np.load(folder / _STARTS, allow_pickle=False),
        ),
        lexical=LexicalIndex.load(folder / _LEXICAL),
    )


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


# Verifying


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = _read_json(folder / MANIFEST)
        intact = manifest.pop("checksum") == _own_checksum(manifest)
    except FileNotFoundError as error:
        raise SnapshotRefused(f"There is no complete search index in {folder.name}.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SnapshotRefused(f"The manifest of the search index in {folder.name} is damaged.") from error
    if not intact:
        raise SnapshotRefused(f"The manifest of the search index in {folder.name} is damaged.")
    return dict(manifest)


def _verified_manifest(folder: Path) -> dict[str, Any]:
    manifest = _manifest(folder)
    for name, expected in manifest["files"].items():
        try:
            actual = file_checksum(folder / name)
        except OSError as error:
            raise SnapshotRefused(f"{name} is missing from the search index in {folder.name}.") from error
        if actual != expected:
            raise SnapshotRefused(f"{name} in the search index {folder.name} is damaged.")
    return manifest


def _check_counts(folder: Path, manifest: Mapping[str, Any], corpus: Corpus) -> None:
    index = corpus.vectors
    counts_agree = (
        isinstance(index, FaissIndex)
        and index.count == len(corpus.units) == len(corpus.owners) == manifest["units"]
        and index.dimension == manifest["dimension"] == DIMENSION
        and len(corpus.passages) == len(corpus.tokens.starts) - 1 == manifest["passages"]
        and len(corpus.tokens.vectors) == corpus.tokens.starts[-1] == manifest["tokens"]
        and (len(corpus.owners) == 0 or int(corpus.owners.max()) < len(corpus.passages))
    )
    if not counts_agree:
        raise SnapshotRefused(f"The parts of the search index in {folder.name} do not belong together.")


def _own_checksum(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


# Onto the disk


def _sync(folder: Path) -> None:
    """Force every file and folder to disk."""
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync_one(path)
    _sync_one(folder)


def _sync_one(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _move_into_place(folder: Path, target: Path) -> Path:
    """Rename, which replaces nothing: whatever stood there is set aside first."""
    for _ in range(5):
        set_aside(target)
        try:
            folder.rename(target)
        except OSError:  # another process put its own there in this very moment
            continue
        _sync_one(target.parent)
        return target
    raise OSError(f"The search index could not be put into {target}.")
