"""The clock of one host is wrong: Python reads this file at its start, where it lies on PYTHONPATH.

What `time.time` tells is off by as many seconds as the file `CHAOS_CLOCK` says, at each moment. Clocks that only
measure how long something takes go on as before, as they do where somebody sets a clock. `datetime.now` is left
alone: it is written in C, and nothing that hosts compare comes from it.
"""

import os
import time

_FILE = os.environ.get("CHAOS_CLOCK", "")
_LOOK_EVERY = 0.5
_true_time = time.time
_true_time_ns = time.time_ns
_looked_at = -_LOOK_EVERY
_off = 0.0


def _wrong_by() -> float:
    global _looked_at, _off
    now = time.monotonic()
    if now - _looked_at >= _LOOK_EVERY:
        _looked_at = now
        try:
            with open(_FILE, encoding="ascii") as file:  # noqa: PTH123 - nothing else is imported this early
                _off = float(file.read())
        except (OSError, ValueError):
            pass  # as before
    return _off


if _FILE:
    time.time = lambda: _true_time() + _wrong_by()
    time.time_ns = lambda: _true_time_ns() + int(_wrong_by() * 1e9)
