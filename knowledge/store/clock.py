"""Time as the database's server tells it, for processes on several hosts that share one database.

Leases and "changed since" compare times that different hosts wrote. Clocks of hosts differ, sometimes by
half a minute, so on PostgreSQL none of them counts: each process measures now and then how the server's clock
stands to its own steady counter, and reckons from there. A host's clock that is wrong, or is put right in
the middle of the day, changes nothing. SQLite lives on one host, whose clock it is.
"""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

_MEASURE_EVERY = 10.0
_WORTH_KEEPING = 0.2
"""A measurement that took longer (seconds) says too little; the one before is better."""
_QUERY = "SELECT extract(epoch FROM clock_timestamp())"


def system_clock() -> int:
    """Now by this host's clock, in whole milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


class DatabaseClock:
    """Call it for the time in whole milliseconds since 1970, UTC. Calling it asks nobody.

    `follow` an engine of PostgreSQL: each new connection measures. `keep_right` inside a transaction
    measures again when it is time. Before the first measurement this host's clock is told.
    """

    def __init__(self) -> None:
        self._zero: float | None = None
        """What the server's clock showed when our counter stood at zero."""
        self._measured_at = 0.0

    def __call__(self) -> int:
        return system_clock() if self._zero is None else round((self._zero + _counter()) * 1000)

    def follow(self, engine: sa.Engine) -> None:
        """Every new connection of this engine says what time it is."""
        event.listen(engine, "connect", self._connected)

    def keep_right(self, connection: sa.Connection) -> None:
        """Measures again when the last time was a while ago; else it costs nothing."""
        began = _counter()
        if self._zero is None or began - self._measured_at < _MEASURE_EVERY:
            return
        self._measured_at = began  # at once: one of many who come at the same moment is enough
        self._take(began, connection.exec_driver_sql(_QUERY).scalar_one())

    def _connected(self, connection: Any, _record: object) -> None:
        began = _counter()
        with connection.cursor() as cursor:
            shown = cursor.execute(_QUERY).fetchone()[0]
        self._take(began, shown)
        connection.rollback()

    def _take(self, began: float, shown: Any) -> None:
        ended = _counter()
        if self._zero is None or ended - began <= _WORTH_KEEPING:
            self._zero, self._measured_at = float(shown) - (began + ended) / 2, ended


def _counter() -> float:
    """Seconds that pass evenly, also while the machine sleeps."""
    sleepless = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if sleepless is None else time.clock_gettime(sleepless)
