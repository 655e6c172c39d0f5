"""Work that would hold up everybody else's requests, done in a real thread while gevent serves."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import TypeVar, cast

from gevent import monkey
from gevent.threadpool import ThreadPool

_Result = TypeVar("_Result")


class Apart:
    """At most `at_once` pieces of work at the same time; without gevent they are done on the spot."""

    def __init__(self, at_once: int = 1) -> None:
        self._threads = ThreadPool(at_once) if monkey.is_module_patched("threading") else None

    def run(self, work: Callable[[], _Result]) -> _Result:
        """What the work gives back; raises what it raises."""
        if self._threads is None:
            return work()

        def caught() -> tuple[_Result | None, Exception | None]:
            # gevent writes whatever a thread raises to the log; this may hold what somebody wrote.
            try:
                return work(), None
            except Exception as error:  # noqa: BLE001 - raised again where it was asked for
                return None, error

        # What the thread writes is about the same request.
        found, fault = self._threads.apply(copy_context().run, (caught,))
        if fault is not None:
            raise fault
        return cast(_Result, found)
