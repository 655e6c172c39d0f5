"""One process at a time: a lock in the state folder that the system takes away from whoever dies."""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOTHING_TO_DO, TRY_AGAIN = 3, 75
"""What a process that was started for one job says at its end: there was none; the database did not answer."""
_LOCK = "publishing.lock"


@contextmanager
def alone(var: Path) -> Iterator[bool]:
    """Whether no other process on this machine publishes from this state folder, nor will within the block."""
    var.mkdir(parents=True, exist_ok=True)
    handle = os.open(var / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def place(var: Path) -> str:
    """The beginning of the names of all workers with this state folder on this machine."""
    whole = f"{socket.gethostname()}\n{uuid.getnode()}\n{var.resolve()}"
    return hashlib.sha256(whole.encode()).hexdigest()[:16] + "-"


def new_name(var: Path) -> str:
    """A name that no worker ever had."""
    return place(var) + uuid.uuid4().hex
