"""What processes hold and use, and how busy the machine is with other things. Reads Linux's /proc."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes. `resident` counts a page once for each process that has it, `proportional` once in all."""

    resident: int
    proportional: int
    processes: int


def family(roots: Iterable[int]) -> set[int]:
    """These processes and all that descend from them."""
    children: dict[int, list[int]] = {}
    for pid, fields in _stats():
        children.setdefault(int(fields[1]), []).append(pid)
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children.get(pid, [])
    return found


def memory(pids: Iterable[int]) -> Memory:
    """What these processes hold together; one that has ended meanwhile counts nothing."""
    resident = proportional = processes = 0
    for pid in pids:
        try:
            lines = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        sizes = {name: rest.split() for name, _, rest in (line.partition(":") for line in lines[1:])}
        resident += int(sizes["Rss"][0]) * 1024
        proportional += int(sizes["Pss"][0]) * 1024
        processes += 1
    return Memory(resident, proportional, processes)


def processor_seconds(pids: Iterable[int]) -> float:
    """The computing time that these processes have used so far."""
    wanted = set(pids)
    return sum(int(fields[11]) + int(fields[12]) for pid, fields in _stats() if pid in wanted) / TICKS


def program(pid: int) -> str:
    """What a process runs, in a word: a module, else the program's name; "" when it is gone."""
    try:
        words = (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    for option, value in pairwise(words):
        if option == "-m":
            return value
        if option == "-c" and (named := re.search(r"from (\w+)\.__main__", value)):
            return named[1]
    return words[0].rpartition("/")[2]


def used_by_program(roots: Iterable[int]) -> dict[str, float]:
    """Seconds of computing so far by these and all below them, summed for each program.

    A process without a name of its own (a worker that Sanic spawned) counts for its parent.
    """
    parents = {pid: int(fields[1]) for pid, fields in _stats()}
    used: dict[str, float] = {}
    for pid in family(roots):
        name = program(pid)
        if name.startswith("python"):
            name = program(parents.get(pid, 0)) or name
        if name:
            used[name] = used.get(name, 0.0) + processor_seconds([pid])
    return used


def wait_for_calm(ours: Iterable[int], limit: float, seconds: float) -> None:
    """Wait until others use at most `limit` (0…1) of the machine for a second, so many seconds at most."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with Others(ours) as others:
            time.sleep(1)
        if others.share <= limit:
            return


class Others:
    """The share of the machine that others used while the block ran: 0…1 in `share`.

    `ours` are the first processes of what is measured; this process counts as ours too. Programs of
    ours that start or end within the block are not told apart from others, so let them live.
    """

    def __init__(self, ours: Iterable[int]) -> None:
        self._roots = {*ours, os.getpid()}
        self.share = 0.0

    def __enter__(self) -> Others:
        self._busy, self._all, self._own = self._now()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        busy, everything, own = self._now()
        total = everything - self._all
        if total > 0:
            self.share = min(max((busy - self._busy - (own - self._own)) / total, 0.0), 1.0)

    def _now(self) -> tuple[float, float, float]:
        first = (PROC / "stat").read_text(encoding="ascii").splitlines()[0]
        user, nice, system, idle, waiting, *rest = (int(each) / TICKS for each in first.split()[1:9])
        busy = user + nice + system + sum(rest)
        return busy, busy + idle + waiting, processor_seconds(family(self._roots))


def _stats() -> list[tuple[int, list[str]]]:
    """For every process its id and the fields of /proc/PID/stat behind its name."""
    found = []
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "stat").read_text(encoding="utf-8", errors="replace")
            except (FileNotFoundError, ProcessLookupError):
                continue
            found.append((int(entry.name), text.rpartition(")")[2].split()))
    return found
