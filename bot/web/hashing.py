"""Where passwords are hashed: in threads of their own, so that nobody else's request waits meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from bot.web.apart import Apart
from bot.web.errors import Problem

AT_ONCE = 1
"""One takes 64 MiB of memory and all cores for a tenth of a second; others wait their turn."""

MOST_WAITING = 100
"""More are sent away, so that a flood of sign-ins stays a nuisance to those who sign in."""


def elsewhere() -> Callable[[Callable[[], object]], object]:
    """Runs work in a real thread where gevent serves, and on the spot everywhere else."""
    apart, waiting = Apart(AT_ONCE), 0

    def run(work: Callable[[], object]) -> object:
        nonlocal waiting
        if waiting >= MOST_WAITING:
            raise Problem(503, "busy", retry_after=10)
        waiting += 1
        try:
            return apart.run(work)
        finally:
            waiting -= 1

    return run
