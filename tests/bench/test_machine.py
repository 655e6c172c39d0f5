from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.machine import MB, Others, family, memory, processor_seconds

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux's /proc")

HOLDS = 80
GRANDCHILD = f"""
import sys, time
held = b'x' * {HOLDS * MB}
until = time.process_time() + 0.3
while time.process_time() < until: pass
print('ready', flush=True)
sys.stdin.read()
"""
CHILD = "import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-c', sys.argv[1]]).returncode)"


@pytest.fixture
def parent() -> Iterator[int]:
    """A process whose child holds memory and has computed for a while."""
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, GRANDCHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None and process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    yield process.pid
    process.stdin.close()
    process.stdout.close()
    process.wait(10)


def test_children_count_in_memory_and_computing_time(parent: int) -> None:
    members = family([parent])
    assert len(members) == 2
    held = memory(members)
    assert held.processes == 2
    assert held.resident > HOLDS * MB > memory([parent]).resident
    assert HOLDS * MB < held.proportional <= held.resident
    assert processor_seconds(members) >= 0.25


def test_a_process_that_is_gone_counts_nothing() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert memory([process.pid]).processes == 0


def test_what_we_use_ourselves_is_not_others_doing() -> None:
    with Others([]) as others:
        for _ in range(200):
            sum(range(20_000))
    assert 0.0 <= others.share <= 1.0
