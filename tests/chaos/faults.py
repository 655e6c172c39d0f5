"""What goes wrong, and how it is put right again."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.operations.stack import Stack, StackError
from bot.settings import PARTS
from tests.chaos.site import Host, Site, WrongClock
from tests.support.postgres import PostgresServer
from tests.support.private_network import Cut, Place
from tests.support.redis_server import RedisServer
from tests.support.small_disk import Disk

PAUSE = (1.0, 7.0)
"""Seconds between two faults: some come before the last one is over."""
FROZEN = (1.0, 9.0)
FULL = (3.0, 10.0)
CUT_OFF = (3.0, 20.0)
AWAY = (1.0, 8.0)
CLOCK_OFF = 900.0
MISSING = 1.5
PATIENCE = 120.0
_CRASH_OR_RESTART = (signal.SIGQUIT, signal.SIGINT)

Fault = Callable[[], str]
"""Does it, puts it right, and says what it was."""


class Saboteur:
    """Does something bad every few seconds while somebody is there, and leaves nothing broken behind.

    Not a thread: what a thread starts would end with it.
    """

    def __init__(self, site: Site, luck: random.Random, somebody_is_there: Callable[[], bool]) -> None:
        self.done: Counter[str] = Counter()
        self.unnoticed: list[str] = []
        self._site = site
        self._luck = luck
        self._somebody_is_there = somebody_is_there
        self._until = 0.0

    def take_away_one_at_a_time(self, seconds: float) -> None:
        """Each process is stopped in good order and comes back, and only then the next: nobody may notice.

        One of each part, and then more of them for so long.
        """
        until = time.monotonic() + seconds
        all_ = [
            (host.stack, host.name, each.name) for host in self._site.hosts for each in host.stack.programs
        ]
        self._luck.shuffle(all_)
        seen: set[str] = set()
        first = [each for each in all_ if each[2] not in seen and not seen.add(each[2])]  # type: ignore[func-returns-value]
        for stack, host, name in (*first, *(each for each in all_ if each not in first)):
            if time.monotonic() > until and len(self.unnoticed) >= len(first):
                break
            with _without(stack, name):
                time.sleep(MISSING)
            stack.wait_ready(PATIENCE)
            self.unnoticed.append(f"{name} of {host}")

    def go_on(self, seconds: float, only: str = "") -> None:
        """For so long, every kind of fault whose name fits the pattern comes before one comes again.

        The time counts from here: on a slow machine, to take processes away one at a time lasts longer than planned.
        """
        faults = [fault for name, fault in self.faults() if re.search(only, name)]
        if not faults:
            raise ValueError(f"no fault is called so: {only}")
        self._until = time.monotonic() + seconds
        while self._goes_on():
            self._luck.shuffle(faults)
            for fault in faults:
                self._wait(*PAUSE)
                if not self._goes_on():
                    return
                with suppress(StackError, OSError):  # it was down already
                    self.done[fault()] += 1

    def _goes_on(self) -> bool:
        return time.monotonic() < self._until and self._somebody_is_there()

    def faults(self) -> Iterator[tuple[str, Fault]]:
        """All that this site can suffer, by name."""
        yield from self._of_processes()
        hosts = self._site.hosts
        disks = [each.disk for each in hosts if each.disk is not None]
        if disks:
            yield "fill the disk", lambda: self._fill(self._luck.choice(disks))
        places = [each.place for each in hosts if each.place is not None]
        if places:
            for how in Cut:
                yield f"cut off: {how}", lambda how=how: self._cut_off(self._luck.choice(places), how)  # type: ignore[misc]
        for clock in (each.clock for each in hosts if each.clock is not None):
            yield "set a clock wrong", lambda clock=clock: self._set_wrong(clock)  # type: ignore[misc]
        if redis := self._site.redis:
            yield "kill Redis", lambda: self._kill_redis(redis)
            yield "freeze Redis", lambda: self._freeze_redis(redis)
        if database := self._site.database:
            yield "restart PostgreSQL", lambda: self._restart(database)

    def _of_processes(self) -> Iterator[tuple[str, Fault]]:
        hosts = self._site.hosts
        for part in PARTS:
            there = [each for each in hosts if part in each.stack.settings.parts]
            for name, fault in (
                ("kill", self._kill),
                ("freeze", self._freeze),
                ("take away", self._take_away),
            ):
                if name != "take away" or len(there) > 1:
                    yield (
                        f"{name} {part}",
                        lambda fault=fault, there=there, part=part: fault(self._luck.choice(there), part),  # type: ignore[misc]
                    )
        yield "kill a web worker", lambda: self._kill_web_worker(self._luck.choice(hosts))
        yield "flip a byte of the snapshot", lambda: self._corrupt(self._luck.choice(hosts))

    def _wait(self, least: float, most: float) -> None:
        """A while; no longer when all is to be put right."""
        until = time.monotonic() + self._luck.uniform(least, most)
        while self._goes_on() and time.monotonic() < until:
            time.sleep(min(0.2, max(until - time.monotonic(), 0)))

    def _kill(self, host: Host, name: str) -> str:
        host.stack.kill(name)
        return f"kill {name}"

    def _freeze(self, host: Host, name: str) -> str:
        with host.stack.frozen(name):
            self._wait(*FROZEN)
        return f"freeze {name}"

    def _take_away(self, host: Host, name: str) -> str:
        with _without(host.stack, name):
            self._wait(*AWAY)
        return f"take away {name}"

    def _kill_web_worker(self, host: Host) -> str:
        pid = host.stack.pid("web")
        if pid == 0:
            raise StackError("web is down")
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if not children:
            raise StackError("web has no worker just now")
        os.kill(int(children[0]), signal.SIGKILL)
        return "kill a web worker"

    def _corrupt(self, host: Host) -> str:
        """A flipped byte in a file that is served, found by whoever opens it next."""
        for file in sorted((host.stack.var / "snapshots").rglob("*")):
            if file.is_file() and file.stat().st_size > 0:
                with file.open("r+b") as damaged:
                    damaged.seek(self._luck.randrange(file.stat().st_size))
                    byte = damaged.read(1)
                    damaged.seek(-1, os.SEEK_CUR)
                    damaged.write(bytes((byte[0] ^ 0x40,)))
                break
        host.stack.kill("actions")
        return "flip a byte of the snapshot"

    def _fill(self, disk: Disk) -> str:
        until = time.monotonic() + self._luck.uniform(*FULL)
        try:
            while time.monotonic() < until and self._goes_on():
                disk.fill()
                time.sleep(0.5)
        finally:
            with suppress(OSError):
                disk.empty()
        return "fill the disk"

    def _cut_off(self, place: Place, how: Cut) -> str:
        place.cut_off(how)
        try:
            self._wait(*CUT_OFF)
        finally:
            place.rejoin()
        return f"cut off a host: {how}"

    def _set_wrong(self, clock: WrongClock) -> str:
        """It stays so until the next time."""
        clock.be_off(self._luck.uniform(-CLOCK_OFF, CLOCK_OFF))
        return "set a clock wrong"

    def _kill_redis(self, redis: RedisServer) -> str:
        redis.stop()
        try:
            self._wait(*AWAY)
        finally:
            redis.start()
        return "kill Redis"

    def _freeze_redis(self, redis: RedisServer) -> str:
        redis.freeze()
        try:
            self._wait(*FROZEN)
        finally:
            redis.thaw()
        return "freeze Redis"

    def _restart(self, database: PostgresServer) -> str:
        database.stop(self._luck.choice(_CRASH_OR_RESTART))
        try:
            self._wait(*AWAY)
        finally:
            database.start()
        return "restart PostgreSQL"


@contextmanager
def _without(stack: Stack, name: str) -> Iterator[None]:
    """A process that is stopped in good order, and started again at the end."""
    stack.halt(name)
    try:
        yield
    finally:
        stack.resume(name)
