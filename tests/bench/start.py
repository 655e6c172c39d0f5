"""How long it takes from a prepared checkout to ready, and how much memory all processes hold."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence

from bot.operations.checkout import CHECKOUT
from bot.operations.stack import Stack
from tests.bench.baseline.stack import BaselineStack
from tests.bench.figures import Figure
from tests.bench.machine import MB, Memory, family, memory, program

READY_SECONDS = 30
RESIDENT_MB = 1500
SETTLE_SECONDS = 3.0


def start(stack: Stack) -> float:
    """Start as `make run` does, its check of what is prepared included; the seconds until ready."""
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "bot.operations.prepare", "bench"],
        cwd=CHECKOUT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    stack.start()
    stack.wait_ready(timeout=180)
    return time.monotonic() - started


def start_baseline(stack: BaselineStack) -> float:
    """Start the stock stack; the seconds until its first answer."""
    started = time.monotonic()
    stack.start()
    stack.wait_ready()
    return time.monotonic() - started


def roots(stack: Stack) -> list[int]:
    """The process from which all of the stack descend: the supervisor."""
    return [int((stack.var / "run" / "supervisor.pid").read_text(encoding="ascii"))]


def idle_memory(roots: Sequence[int]) -> Memory:
    """What these and all below them hold after a moment of rest."""
    time.sleep(SETTLE_SECONDS)
    return memory(family(roots))


def ready_figure(ours: float, baseline: float | None) -> Figure:
    """Time to ready."""
    return Figure("start → ready", ours, "s", READY_SECONDS, baseline, note="prepared checkout")


def memory_figures(when: str, ours: Memory, baseline: Memory | None) -> list[Figure]:
    """Resident set of all processes, and the same with shared pages counted once."""
    return [
        Figure(
            f"memory {when}: resident",
            ours.resident / MB,
            "MB",
            RESIDENT_MB,
            baseline.resident / MB if baseline else None,
            note=f"{ours.processes} processes" + (f", baseline {baseline.processes}" if baseline else ""),
        ),
        Figure(
            f"memory {when}: shared pages once",
            ours.proportional / MB,
            "MB",
            None,
            baseline.proportional / MB if baseline else None,
        ),
    ]


def by_process(roots: Sequence[int]) -> dict[str, float]:
    """Megabytes resident of each process."""
    return {
        f"{pid} {program(pid)}": round(held.resident / MB, 1)
        for pid in sorted(family(roots))
        if (held := memory([pid])).processes
    }
