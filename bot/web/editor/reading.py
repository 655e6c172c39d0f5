"""Files that editors bring in: read two at a time, each in the limited process of `knowledge.importing`.

A file stands in a folder of its own until it is read, then it is gone; what was read waits a while for the page
that asked. All of it lives in this process: after a restart the editor is asked to choose the file again.

The limited process is awaited by a thread of the web process; under gevent that is a green one, because only the
main loop can be told that a child has ended. Nothing is parsed here.
"""

from __future__ import annotations

import contextlib
import logging
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePath

from bot.failures import where
from bot.web.apart import Apart
from knowledge.importing import ImportRefused, load_file
from knowledge.model import Document

_log = logging.getLogger(__name__)

AT_ONCE = 2
MOST_OF_ONE = 5
"""Files of one person that may wait or be read at the same time."""
KEPT_SECONDS = 900.0
LEFT_BEHIND_SECONDS = 86_400.0
_PREFIX = "nkbot-upload-"
_BROKEN = "This file could not be read. Please try again, or upload its text."
_STEM_LIMIT = 80


class ReadState(StrEnum):
    """How far a file is."""

    WAITING = "waiting"
    """Others are read first."""
    READING = "reading"
    DONE = "done"
    REFUSED = "refused"


class TooManyFiles(Exception):
    """Somebody has several files under way already."""


@dataclass(slots=True)
class Upload:
    """One file on its way. `document` is there when it is done, `refusal` (a sentence) when it is refused."""

    id: str
    account: int
    file_name: str
    state: ReadState = ReadState.WAITING
    document: Document | None = None
    refusal: str = ""
    changed_at: float = field(default_factory=time.monotonic)

    @property
    def open(self) -> bool:
        """Whether it still waits or is read."""
        return self.state in (ReadState.WAITING, ReadState.READING)


class Reading:
    """All uploads of one web process; safe to share."""

    def __init__(self, read: Callable[[Path], Document] = load_file) -> None:
        self._read = read
        self._uploads: dict[str, Upload] = {}
        self._free = threading.Semaphore(AT_ONCE)
        self._disk = Apart()

    def folder(self, account: int) -> Path:
        """A new folder for a file that arrives. Raises `TooManyFiles`."""
        self._forget_old()
        if sum(1 for each in self._uploads.values() if each.account == account and each.open) >= MOST_OF_ONE:
            raise TooManyFiles
        self._disk.run(_remove_left_behind)
        return Path(tempfile.mkdtemp(prefix=_PREFIX))

    def start(self, account: int, file: Path, file_name: str) -> Upload:
        """Begins to read a file that stands alone in a folder from `folder`; the folder goes afterwards."""
        upload = Upload(secrets.token_urlsafe(12), account, file_name)
        self._uploads[upload.id] = upload
        threading.Thread(target=self._work, args=(upload, file), name="reads a file", daemon=True).start()
        return upload

    def find(self, account: int, upload: str) -> Upload | None:
        """Somebody's own upload; None for one that nobody knows or that is another's."""
        found = self._uploads.get(upload)
        return found if found is not None and found.account == account else None

    def ahead(self, upload: Upload) -> int:
        """How many files wait before this one."""
        waiting = [each.id for each in self._uploads.values() if each.state is ReadState.WAITING]
        return waiting.index(upload.id) if upload.id in waiting else 0

    def discard(self, folder: Path) -> None:
        """Takes a folder away with what is in it."""
        self._disk.run(lambda: shutil.rmtree(folder, ignore_errors=True))

    def _work(self, upload: Upload, file: Path) -> None:
        with self._free:
            self._move(upload, ReadState.READING)
            try:
                upload.document = self._read(file)
                self._move(upload, ReadState.DONE)
            except ImportRefused as refusal:
                upload.refusal = str(refusal)
                self._move(upload, ReadState.REFUSED)
            except Exception as error:  # noqa: BLE001 - whatever a file does, its editor gets a sentence
                _log.error("a file could not be read: %s", where(error))
                upload.refusal = _BROKEN
                self._move(upload, ReadState.REFUSED)
            finally:
                self.discard(file.parent)

    def _move(self, upload: Upload, state: ReadState) -> None:
        upload.state, upload.changed_at = state, time.monotonic()

    def _forget_old(self) -> None:
        before = time.monotonic() - KEPT_SECONDS
        for each in list(self._uploads.values()):
            if not each.open and each.changed_at < before:
                del self._uploads[each.id]


def _remove_left_behind() -> None:
    """Takes away folders of a process that was killed while it read."""
    before = time.time() - LEFT_BEHIND_SECONDS
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # it may be another's, or gone by now
            if folder.lstat().st_mtime < before and not folder.is_symlink():
                shutil.rmtree(folder)


def safe_name(name: str) -> str:
    """A name for the file on our disk: the words of the given one and its ending, nothing that means a place.

    "" for a name without anything that can be read.
    """
    last = re.split(r"[/\\]", name)[-1].strip()
    path = PurePath(last)
    stem = re.sub(r"[^\w .()-]+", " ", path.stem).strip(" .-")[:_STEM_LIMIT].strip(" .-")
    suffix = path.suffix if re.fullmatch(r"\.[A-Za-z0-9]{1,10}", path.suffix) else ""
    return f"{stem or 'file'}{suffix}" if stem or suffix else ""
