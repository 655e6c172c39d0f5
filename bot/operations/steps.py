"""Set-up steps that are skipped when nothing they depend on has changed. Bare Python.

A step has inputs (files, folders, texts), outputs that must exist, and an action. After the action a
stamp with a hash of the inputs is written; the same hash and existing outputs mean there is nothing to do.
"""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Union

Input = Union[Path, str]


class SetupFailed(Exception):
    """A step did not succeed; the sentence says what to do."""


@dataclass(frozen=True)
class Step:
    """One piece of set-up. `name` completes "Preparing …"; `inputs` are read when the step's turn comes."""

    name: str
    stamp: Path
    inputs: Callable[[], Sequence[Input]]
    outputs: Sequence[Path]
    action: Callable[[], None]

    def is_done(self) -> bool:
        """Whether the outputs exist and were made from these inputs."""
        if not all(each.exists() for each in self.outputs) or not self.stamp.is_file():
            return False
        return self.stamp.read_text(encoding="ascii").strip() == fingerprint(self.inputs())

    def run(self, say: Callable[[str], None] = print) -> bool:
        """Do it unless it is done; whether anything was done. SetupFailed when it did not succeed."""
        if self.is_done():
            return False
        say(f"Preparing {self.name} …")
        started = time.monotonic()
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        if self.stamp.exists():
            self.stamp.unlink()
        self.action()
        missing = [str(each) for each in self.outputs if not each.exists()]
        if missing:
            raise SetupFailed(f"Preparing {self.name} ended without making {', '.join(missing)}.")
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        self.stamp.write_text(fingerprint(self.inputs()) + "\n", encoding="ascii")
        say(f"  {self.name.partition(' (')[0]}: done in {time.monotonic() - started:.0f} s")
        return True


def side_by_side(steps: Sequence[Step]) -> None:
    """Run steps that need nothing of each other at the same time. SetupFailed of the first that did not succeed.

    The others are finished all the same: what they made need not be made again.
    """
    with ThreadPoolExecutor(max(len(steps), 1)) as pool:
        for under_way in [pool.submit(step.run) for step in steps]:
            under_way.result()


def fingerprint(inputs: Sequence[Input]) -> str:
    """A hash over texts and over the names and contents of files; folders count with all below them.

    Caches of compiled Python are left out. A path that does not exist counts as absent.
    """
    total = hashlib.sha256()
    for each in inputs:
        if isinstance(each, str):
            total.update(b"text\0" + each.encode() + b"\0")
            continue
        for path in _files(each):
            total.update(b"file\0" + str(path.relative_to(each.parent)).encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        for each in sorted(path.rglob("*")):
            if each.is_file() and "__pycache__" not in each.parts and each.suffix != ".pyc":
                yield each


def command(
    arguments: Sequence[str],
    log: Path,
    *,
    environment: dict[str, str] | None = None,
    folder: Path | None = None,
    advice: str = "",
) -> None:
    """Run a program with its output in `log`; SetupFailed shows the log's end and `advice`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        output.write(("\n$ " + " ".join(arguments) + "\n").encode())
        output.flush()
        done = subprocess.run(
            list(arguments), stdout=output, stderr=subprocess.STDOUT, env=environment, cwd=folder
        )
    if done.returncode != 0:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-25:]
        raise SetupFailed(
            "\n".join([*lines, "", f"{advice or 'A step of set-up failed.'} The whole log: {log}"])
        )


@contextmanager
def only_one(path: Path, say: Callable[[str], None] = print) -> Iterator[None]:
    """Wait until no other set-up of this checkout is under way, and keep others out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up of this checkout is under way; waiting for it …")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
