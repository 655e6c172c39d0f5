"""Time as the log knows it: whole milliseconds since 1970, UTC. Tests bring their own clock.

Which clock that is, the database decides (`Database.clock`): hosts that share one must agree on the time.
"""

from __future__ import annotations

from collections.abc import Callable

from knowledge.store.clock import system_clock

Clock = Callable[[], int]

__all__ = ["Clock", "system_clock"]
