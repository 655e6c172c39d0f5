"""Time as the log knows it: whole milliseconds since 1970, UTC. Tests bring their own clock."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], int]


def system_clock() -> int:
    """Now."""
    return time.time_ns() // 1_000_000
