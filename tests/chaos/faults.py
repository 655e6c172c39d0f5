"""What goes wrong, and how it is put right again."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bot.operations.stack import Stack, StackError
from tests.support.small_disk import Disk

PAUSE = (1.0, 7.0)
"""Seconds between two faults: some come before the last one is over."""
FROZEN = (1.0, 9.0)
FULL = (3.0, 10.0)


class Saboteur(threading.Thread):
    """Does something bad every few seconds until told to stop, and leaves nothing broken behind."""

    def __init__(self, stack: Stack, disk: Disk | None, luck: random.Random) -> None:
        super().__init__(daemon=True, name="saboteur")
        self.done: Counter[str] = Counter()
        self._stack = stack
        self._luck = luck
        self._enough = threading.Event()
        names = [each.name for each in stack.programs]
        self._faults: list[tuple[str, Callable[[], None]]] = [
            *((f"kill {name}", lambda name=name: self._kill(name)) for name in names),  # type: ignore[misc]
            *((f"freeze {name}", lambda name=name: self._freeze(name)) for name in names),  # type: ignore[misc]
            ("kill a web worker", self._kill_web_worker),
            ("flip a byte of the snapshot", self._corrupt),
        ]
        if disk is not None:
            self._faults.append(("fill the disk", lambda: self._fill(disk)))

    def enough(self) -> None:
        """Stops, and puts right what is wrong just now."""
        self._enough.set()

    def run(self) -> None:
        """Every kind of fault comes before one comes again."""
        while not self._enough.is_set():
            round_ = list(self._faults)
            self._luck.shuffle(round_)
            for name, fault in round_:
                if self._enough.wait(self._luck.uniform(*PAUSE)):
                    return
                try:
                    fault()
                except (StackError, OSError):
                    continue  # it was down already
                self.done[name] += 1

    def _kill(self, name: str) -> None:
        self._stack.kill(name)

    def _freeze(self, name: str) -> None:
        with self._stack.frozen(name):
            self._enough.wait(self._luck.uniform(*FROZEN))

    def _kill_web_worker(self) -> None:
        pid = self._stack.pid("web")
        if pid == 0:
            raise StackError("web is down")
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if not children:
            raise StackError("web has no worker just now")
        os.kill(int(children[0]), signal.SIGKILL)

    def _corrupt(self) -> None:
        """A flipped byte in each file that is served, found by whoever opens it next."""
        for file in sorted((self._stack.var / "snapshots").rglob("*")):
            if file.is_file() and file.stat().st_size > 0:
                with file.open("r+b") as damaged:
                    damaged.seek(self._luck.randrange(file.stat().st_size))
                    byte = damaged.read(1)
                    damaged.seek(-1, os.SEEK_CUR)
                    damaged.write(bytes((byte[0] ^ 0x40,)))
                break
        self._stack.kill("actions")

    def _fill(self, disk: Disk) -> None:
        until = time.monotonic() + self._luck.uniform(*FULL)
        try:
            while time.monotonic() < until and not self._enough.is_set():
                disk.fill()
                self._enough.wait(0.5)
        finally:
            with suppress(OSError):
                disk.empty()
