"""Looking after the folders of snapshots: whether one was touched, and deleting what is over."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from knowledge.snapshot import REFUSED, TEMPORARY, snapshot_folder


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


def prune(snapshots: Path, keep: Iterable[int], retired: Iterable[int], older_than: float) -> None:
    """Delete the snapshots of the publications in `retired`, and what crashes left behind.

    Any other folder, but for those of `keep`, may be the work of a publisher that is not done: it is
    deleted only when last written before `older_than` (seconds since 1970).
    """
    kept = {snapshot_folder(snapshots, publication).name for publication in keep}
    over = {snapshot_folder(snapshots, publication).name for publication in retired} - kept
    for folder in sorted(snapshots.iterdir()) if snapshots.is_dir() else ():
        ours = folder.name.isdigit() or folder.name.startswith((TEMPORARY, REFUSED))
        abandoned = ours and folder.name not in kept and _written_before(folder, older_than)
        if folder.name in over or abandoned:
            shutil.rmtree(folder, ignore_errors=True)


def _written_before(folder: Path, moment: float) -> bool:
    try:
        return folder.stat().st_mtime < moment
    except OSError:
        return False
