"""Where passwords are hashed: in threads of their own, so that nobody else's request waits meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from bot.accounts.passwords import here

AT_ONCE = 2
"""Each takes 64 MiB of memory and a core for a tenth of a second; others wait their turn."""


def elsewhere() -> Callable[[Callable[[], object]], object]:
    """Runs work in a real thread where gevent serves, and on the spot everywhere else."""
    from gevent import monkey

    if not monkey.is_module_patched("threading"):
        return here
    from gevent.threadpool import ThreadPool

    pool = ThreadPool(AT_ONCE)

    def run(work: Callable[[], object]) -> object:
        return pool.apply(work)

    return run
