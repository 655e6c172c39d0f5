"""The clock that chaos sets wrong is wrong, for a process that is told so, and only as to what time it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.chaos.site import WrongClock

TELLING = """
import sys, time
for line in sys.stdin:
    time.sleep(0.6)
    print(time.time(), time.time_ns() / 1e9, time.monotonic(), flush=True)
"""


def test_a_process_goes_by_the_clock_of_its_host(tmp_path: Path) -> None:
    clock = WrongClock(tmp_path / "clock")
    clock.be_off(600)
    folder = Path(__file__).parent / "wrong_clock"
    process = subprocess.Popen(
        [sys.executable, "-c", TELLING],
        env={**os.environ, "PYTHONPATH": str(folder), "CHAOS_CLOCK": str(clock.file)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:

        def told() -> list[float]:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("\n")
            process.stdin.flush()
            return [float(each) for each in process.stdout.readline().split()]

        ahead = told()
        clock.be_off(-600)
        behind = told()
        process.stdin.close()
    assert -1201 < behind[0] - ahead[0] < -1195
    assert -1201 < behind[1] - ahead[1] < -1195
    assert 0 < behind[2] - ahead[2] < 5
