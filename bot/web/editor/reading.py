"""Files that editors bring in: read two at a time, each in the limited process of `knowledge.importing`.

A file stands in a folder of its own until it is read, then it is gone; what was read waits a while for the page
that asked. The file is on this process's disk only, but how far it is and what was read stand in the knowledge
base's database: whichever web process is asked can tell. When the process that reads dies, the editor is asked to
choose the file again.

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
from functools import partial
from pathlib import Path, PurePath
from typing import Protocol, TypeVar

from bot.failures import where
from bot.web.apart import Apart
from knowledge.importing import ImportRefused, load_file
from knowledge.model import Document
from knowledge.store.model import Upload
from knowledge.store.store import KnowledgeStore

_log = logging.getLogger(__name__)

AT_ONCE = 2
MOST_OF_ONE = 5
"""Files of one person that may wait or be read at the same time."""
RENEW_SECONDS = 5.0
"""Several times within the lease of `knowledge.store.uploads`."""
LEFT_BEHIND_SECONDS = 86_400.0
_PREFIX = "nkbot-upload-"
_BROKEN = "This file could not be read. Please try again, or upload its text."
_STEM_LIMIT = 80
_Result = TypeVar("_Result")


class TooManyFiles(Exception):
    """Somebody has several files under way already."""


class Store(Protocol):
    """Runs something short on the knowledge base's database; see `Editing.run`."""

    def __call__(self, work: Callable[[KnowledgeStore], _Result], /) -> _Result: ...


class Reading:
    """What one web process reads, and what all of them tell of it; safe to share."""

    def __init__(self, store: Store, read: Callable[[Path], Document] = load_file) -> None:
        self._store = store
        self._read = read
        self._me = secrets.token_urlsafe(12)
        self._mine: set[str] = set()
        """Uploads that this process has not read yet."""
        self._changing = threading.Lock()
        self._renewing = False
        self._free = threading.Semaphore(AT_ONCE)
        self._disk = Apart()

    def folder(self, account: int) -> Path:
        """A new folder for a file that arrives. Raises `TooManyFiles`."""
        if self._store(lambda store: store.uploads.under_way(account)) >= MOST_OF_ONE:
            raise TooManyFiles
        self._disk.run(_remove_left_behind)
        return Path(tempfile.mkdtemp(prefix=_PREFIX))

    def start(self, account: int, file: Path, file_name: str) -> Upload:
        """Begins to read a file that stands alone in a folder from `folder`; the folder goes afterwards."""
        name = secrets.token_urlsafe(12)
        upload = self._store(lambda store: store.uploads.add(name, account, file_name, self._me))
        with self._changing:
            self._mine.add(name)
            renew, self._renewing = not self._renewing, True
        if renew:
            threading.Thread(target=self._renew, name="says that files are read", daemon=True).start()
        threading.Thread(target=self._work, args=(name, file), name="reads a file", daemon=True).start()
        return upload

    def find(self, account: int, upload: str) -> Upload | None:
        """Somebody's own upload, whichever process reads it; None for one that is gone or another's."""
        return self._store(lambda store: store.uploads.find(account, upload))

    def discard(self, folder: Path) -> None:
        """Takes a folder away with what is in it."""
        self._disk.run(lambda: shutil.rmtree(folder, ignore_errors=True))

    def _work(self, upload: str, file: Path) -> None:
        try:
            with self._free:
                self._store(lambda store: store.uploads.begin(upload))
                self._read_one(upload, file)
        except Exception as error:  # noqa: BLE001 - the database is away: when its lease is over, the upload is gone
            _log.error("how far a file is could not be noted: %s", where(error))
        finally:
            self.discard(file.parent)
            with self._changing:
                self._mine.discard(upload)

    def _read_one(self, upload: str, file: Path) -> None:
        try:
            document = self._read(file)
        except ImportRefused as refusal:
            why = str(refusal)
        except Exception as error:  # noqa: BLE001 - whatever a file does, its editor gets a sentence
            _log.error("a file could not be read: %s", where(error))
            why = _BROKEN
        else:
            self._store(lambda store: store.uploads.finish(upload, document))
            return
        self._store(lambda store: store.uploads.refuse(upload, why))

    def _renew(self) -> None:
        """Says that this process lives for as long as it has files to read."""
        while True:
            time.sleep(RENEW_SECONDS)
            with self._changing:
                mine = list(self._mine)
                self._renewing = bool(mine)
            if not mine:
                return
            try:
                self._store(partial(_renew, mine))
            except Exception as error:  # noqa: BLE001 - the next time is within the lease
                _log.warning("that files are being read could not be noted: %s", where(error))


def _renew(mine: list[str], store: KnowledgeStore) -> None:
    store.uploads.renew(mine)


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
