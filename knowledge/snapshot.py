"""Snapshots: everything that serving one publication needs, as files that are verified before use.

A snapshot is a folder of its own: the segments with its passages (`knowledge.segment`), their order, the
decision, and a manifest. A segment that another snapshot has, too, is the same file under a second name (a
hard link), so a publication writes only what is new, and whoever has verified that very file does not read
it again. The folder is written under another name, forced to disk and renamed, so it is there wholly or
not at all; it can always be made again from the database. The manifest names the publication, the
encoder, the version of the code that shaped it, the counts, and the SHA-256 of every file and of itself.
FAISS would load a flipped byte without a word, so nothing is opened before all of that agrees.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.corpus import Corpus
from knowledge.encoder import DIMENSION, file_checksum
from knowledge.index import FAISS
from knowledge.progress import Phase, Progress, nobody
from knowledge.segment import Segment, SegmentFile, look
from knowledge.vectors import VectorEngine

MANIFEST = "manifest.json"
_ORDER, _CALIBRATION, _SEGMENT = "order.npy", "calibration.json", ".segment"
_SHAPING = (
    *(
        "columns",
        "corpus",
        "embed",
        "encoder",
        "index",
        "late",
        "lexical",
        "model",
        "pgvector_index",
        "segment",
    ),
    *("snapshot", "units", "values", "vectors"),
)
"""The modules of the library whose code decides what is in a snapshot."""
TEMPORARY = ".new-"
"""How the name of a folder begins that is being written."""
REFUSED = ".refused-"
"""And of one that was taken out of the way."""


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


def write_snapshot(
    snapshots: Path,
    publication: int,
    encoder: str,
    corpus: Corpus,
    calibration: str,
    progress: Progress = nobody,
    engine: VectorEngine = FAISS,
) -> Path:
    """Write the snapshot of a publication; returns its folder.

    Segments that are in a file already are linked, not written. Nothing is left half done: a crash leaves at
    most a temporary folder, which `prune` removes. Raises OSError when the disk is full or the folder cannot
    be written.
    """
    with _temporary_folder(snapshots, publication) as folder:
        segments = []
        for number, segment in enumerate(corpus.segments):
            progress(Phase.WRITING, number, len(corpus.segments))
            kept = _put(segment, folder)
            segments.append({"file": kept.path.name, "checksum": kept.checksum, **segment.counts()})
        np.save(folder / _ORDER, corpus.order)
        (folder / _CALIBRATION).write_text(calibration, encoding="utf-8")
        manifest = {
            "publication": publication,
            "encoder": encoder,
            "engine": engine.name,
            "code": code_fingerprint(),
            "dimension": DIMENSION,
            "passages": len(corpus.passages),
            "units": len(corpus.units),
            "segments": segments,
            "files": {name: file_checksum(folder / name) for name in (_ORDER, _CALIBRATION)},
        }
        manifest["checksum"] = _own_checksum(manifest)
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        _sync(folder)
        target = _move_into_place(folder, snapshot_folder(snapshots, publication))
        progress(Phase.WRITING, len(corpus.segments), len(corpus.segments))
        return target


def load_snapshot(
    folder: Path,
    *,
    encoder: str,
    publication: int | None = None,
    known: Iterable[Segment] = (),
    progress: Progress = nobody,
    engine: VectorEngine = FAISS,
) -> Snapshot:
    """Verify and open a snapshot made for this encoder and search engine (and publication).

    Segments that are `known`, whose very files this process has verified and nobody has written to since, are
    taken over as they are. Raises `SnapshotRefused` with a sentence when a file is missing, changed or cut
    short, when counts do not agree, when vectors are gone from the database, or when it was made by another
    encoder, for another search engine or by another version of this program.
    """
    manifest = _manifest(folder)
    for name, expected in manifest["files"].items():
        _verify(folder / name, expected)
    if publication is not None and manifest["publication"] != publication:
        raise SnapshotRefused(f"The search index in {folder.name} belongs to another publication.")
    _check_origin(manifest, encoder, engine)
    by_checksum = {segment.file.checksum: segment for segment in known if segment.file}
    segments = []
    total = len(manifest["segments"])
    for number, described in enumerate(manifest["segments"]):
        progress(Phase.VERIFYING, number, total)
        segments.append(_open_segment(folder, described, by_checksum, engine))
    progress(Phase.VERIFYING, total, total)
    try:
        order = np.load(folder / _ORDER, allow_pickle=False)
        calibration = (folder / _CALIBRATION).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise SnapshotRefused(f"The search index in {folder.name} cannot be opened ({error}).") from error
    if not _order_fits(order, segments, manifest):
        raise SnapshotRefused(f"The parts of the search index in {folder.name} do not belong together.")
    return Snapshot(int(manifest["publication"]), encoder, calibration, Corpus(segments, order), folder)


def good_segments(
    folder: Path, encoder: str, known: Iterable[Segment] = (), engine: VectorEngine = FAISS
) -> list[Segment]:
    """The segments of a snapshot that are undamaged, each for itself: what need not be made again of it."""
    found = []
    by_checksum = {segment.file.checksum: segment for segment in known if segment.file}
    with suppress(SnapshotRefused, OSError):
        manifest = _manifest(folder)
        _check_origin(manifest, encoder, engine)
        for described in manifest["segments"]:
            with suppress(SnapshotRefused):
                found.append(_open_segment(folder, described, by_checksum, engine))
    return found


class Spool:
    """Takes segments as they are made and puts them on disk, so that they need not stay in memory."""

    def __init__(self, folder: Path, engine: VectorEngine) -> None:
        self._folder = folder
        self._engine = engine

    def __call__(self, segment: Segment) -> Segment:
        """The same segment, opened from a file that a snapshot can link."""
        file = _put(segment, self._folder)
        return Segment.load(file.path, file.checksum, self._engine)


@contextmanager
def spool(snapshots: Path, engine: VectorEngine = FAISS) -> Iterator[Spool]:
    """A spool that is there for the length of the block. Raises OSError when nothing can be written."""
    with _temporary_folder(snapshots, "spool") as folder:
        yield Spool(folder, engine)


def set_aside(folder: Path) -> None:
    """Take a refused snapshot out of the way; it is kept under another name until the next `snapshot_upkeep.prune`."""
    with suppress(FileNotFoundError):
        folder.rename(folder.with_name(f"{REFUSED}{folder.name}-{uuid.uuid4().hex[:12]}"))


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


@contextmanager
def _temporary_folder(snapshots: Path, name: object) -> Iterator[Path]:
    """A new folder; what is still in it at the end of the block is deleted."""
    snapshots.mkdir(parents=True, exist_ok=True)
    folder = snapshots / f"{TEMPORARY}{name}-{uuid.uuid4().hex[:12]}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put(segment: Segment, folder: Path) -> SegmentFile:
    """Bring a segment's file into a folder: as a link to the one it was read from, else written anew."""
    if segment.file is not None and segment.file.untouched:
        target = folder / _name(segment.file.checksum)
        try:
            os.link(segment.file.path, target)
        except OSError:  # the file system knows no links, or the file has just been deleted
            shutil.copyfile(segment.file.path, target)
            _sync_one(target)
            if file_checksum(target) != segment.file.checksum:
                raise OSError(f"{segment.file.path.name} was changed while it was copied.") from None
        return SegmentFile(target, segment.file.checksum, segment.file.look)
    written = folder / f"written{_SEGMENT}"
    segment.save(written)
    checksum = file_checksum(written)
    target = written.rename(folder / _name(checksum))
    return SegmentFile(target, checksum, look(target) or (0, 0, 0, 0))


def _name(checksum: str) -> str:
    return f"{checksum[:20]}{_SEGMENT}"


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


def _check_origin(manifest: Mapping[str, Any], encoder: str, engine: VectorEngine) -> None:
    if manifest["encoder"] != encoder:
        raise SnapshotRefused("The search index was made with another encoder; it is made again.")
    if manifest.get("engine", engine.name) != engine.name:
        raise SnapshotRefused("The search index was made for another search engine; it is made again.")
    if manifest["code"] != code_fingerprint():
        raise SnapshotRefused(
            "The search index was made by another version of the program; it is made again."
        )


def _verify(path: Path, expected: str) -> None:
    try:
        actual = file_checksum(path)
    except OSError as error:
        raise SnapshotRefused(
            f"{path.name} is missing from the search index in {path.parent.name}."
        ) from error
    if actual != expected:
        raise SnapshotRefused(f"{path.name} in the search index {path.parent.name} is damaged.")


def _open_segment(
    folder: Path, described: Mapping[str, Any], known: Mapping[str, Segment], engine: VectorEngine
) -> Segment:
    """A segment that the manifest describes: the one that is known, if this is its file, else verified and read."""
    path, checksum = folder / described["file"], described["checksum"]
    segment = known.get(checksum)
    if segment is not None and segment.file is not None and segment.file.look == look(path):
        _check_vectors(segment)
        # Under the name it has here: the other one may be deleted.
        return replace(segment, file=replace(segment.file, path=path))
    _verify(path, checksum)
    try:
        segment = Segment.load(path, checksum, engine)
    except Exception as error:  # FAISS and the readers of arrays raise whatever they like
        raise SnapshotRefused(f"The search index in {folder.name} cannot be opened ({error}).") from error
    if any(segment.counts()[name] != described[name] for name in segment.counts()):
        raise SnapshotRefused(f"The parts of the search index in {folder.name} do not belong together.")
    _check_vectors(segment)
    return segment


def _check_vectors(segment: Segment) -> None:
    if not segment.index.complete():
        raise SnapshotRefused("Vectors of the search index are missing in the database; they are made again.")


def _order_fits(order: NDArray[Any], segments: list[Segment], manifest: Mapping[str, Any]) -> bool:
    """Whether every passage of the order is in a segment, once, and there are as many as the manifest says."""
    if order.ndim != 2 or order.shape[1] != 2 or len(order) != manifest["passages"]:
        return False
    if len(order) == 0:
        return True
    sizes = np.asarray([len(segment) for segment in segments])
    if not ((order >= 0).all() and (order[:, 0] < len(sizes)).all()):
        return False
    units = 0
    for number, segment in enumerate(segments):
        places = order[order[:, 0] == number, 1]
        if (places >= len(segment)).any() or len(np.unique(places)) != len(places):
            return False
        units += int((segment.unit_at[places + 1] - segment.unit_at[places]).sum())
    dimensions = {segment.index.dimension for segment in segments}
    return units == manifest["units"] and dimensions == {manifest["dimension"]} == {DIMENSION}


def _own_checksum(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


# Onto the disk


def _sync(folder: Path) -> None:
    """Force the folder and its files to disk; segments are there already."""
    for path in sorted(folder.iterdir()):
        if path.suffix != _SEGMENT:
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
