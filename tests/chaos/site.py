"""What chaos comes over: one host with everything on it, or several that share PostgreSQL and Redis."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from bot.operations.checkout import CHECKOUT, red_flags, seed_folder, state_folder
from bot.operations.stack import Stack, temporary_stack
from tests.support import postgres, redis_server
from tests.support.hosts import SHARED, Balanced, fill
from tests.support.postgres import PostgresServer
from tests.support.private_network import Place, PrivateNetwork
from tests.support.redis_server import RedisServer
from tests.support.small_disk import Disk, DiskRefused

SPARE = 96 * 1024 * 1024
MOST_HOSTS = 9
_EVERYTHING = "web rasa actions worker"
_SMALL = "web actions"
_PORTS = {"NKBOT_PORT": "8000", "NKBOT_RASA_PORT": "5005", "NKBOT_ACTIONS_PORT": "5055"}
_ALONE = {"NKBOT_LIMITS": "off"}


class NotHere(Exception):
    """This machine cannot carry such a site; the sentence says why."""


@dataclass(frozen=True)
class WrongClock:
    """The clock of a host, to be set wrong while its processes run."""

    file: Path

    def be_off(self, seconds: float) -> None:
        """It shows so much more than the truth from now on."""
        new = self.file.with_suffix(".new")
        new.write_text(f"{seconds:.1f}", encoding="ascii")
        new.replace(self.file)

    def rule(self, stack: Stack) -> None:
        """The processes of this stack, not started yet, will go by it."""
        here = {
            "PYTHONPATH": f"{Path(__file__).parent / 'wrong_clock'}:{CHECKOUT}",
            "CHAOS_CLOCK": str(self.file),
        }
        stack.programs = [replace(each, variables={**each.variables, **here}) for each in stack.programs]


@dataclass(frozen=True)
class Host:
    """One machine. What it has not, cannot go wrong."""

    name: str
    stack: Stack
    disk: Disk | None = None
    place: Place | None = None
    clock: WrongClock | None = None


@dataclass(frozen=True)
class Site:
    """All of it. `way(number)` is how somebody's requests get there; they keep it for themselves."""

    hosts: Sequence[Host]
    way: Callable[[int], httpx.BaseTransport | None]
    database: PostgresServer | None = None
    redis: RedisServer | None = None

    @property
    def url(self) -> str:
        """The address that people are told."""
        return self.hosts[0].stack.url

    @property
    def database_url(self) -> str:
        """Where conversations are kept."""
        return self.hosts[0].stack.settings.database_url

    def wait_ready(self, seconds: float = 180) -> None:
        """Until everything can serve on every host."""
        for host in self.hosts:
            host.stack.wait_ready(seconds)


def one_host(folder: Path, house: ExitStack) -> Site:
    """Everything on loopback, with SQLite; gone when the house is left."""
    disk = _small_disk(folder, house)
    stack = house.enter_context(temporary_stack(folder, _ALONE))
    return Site([Host("", stack, disk)], way=lambda _: None)


def several_hosts(count: int, folder: Path, house: ExitStack, luck: random.Random) -> Site:
    """As the operator's guide has it: PostgreSQL and Redis on a machine of their own, a private network.

    The first two hosts have all parts, the others web and actions only. The last one's clock is wrong from the start.
    NotHere or NetworkRefused when it cannot be.
    """
    if reason := postgres.why_not() or redis_server.why_not():
        raise NotHere(reason)
    network = PrivateNetwork()
    database = PostgresServer(network.address)
    house.callback(database.remove)
    database.start()
    redis = RedisServer(network.address)
    house.callback(redis.stop)
    redis.start()
    fill(database.url, seed_folder(state_folder()) / "knowledge.sqlite3")
    places = [network.add(number) for number in range(1, count + 1)]
    together = {
        **SHARED,
        **_PORTS,
        "NKBOT_DATABASE_URL": database.url,
        "NKBOT_REDIS_URL": redis.url,
        "NKBOT_RASA_URL": " ".join(f"http://{each.address}:5005" for each in places[:2]),
        "NKBOT_ACTIONS_URL": " ".join(f"http://{each.address}:5055" for each in places),
    }
    hosts = []
    for number, (place, name) in enumerate(zip(places, "abcdefghi", strict=False)):
        own = folder / name
        own.mkdir()
        disk = _small_disk(own, house)
        there = {"NKBOT_HOST": place.address, "NKBOT_INTERNAL_HOST": place.address}
        parts = {"NKBOT_PARTS": _EVERYTHING if number < 2 else _SMALL}
        stack = temporary_stack(own, {**together, **there, **parts}, empty=True)
        clock = None
        if number == count - 1:
            clock = WrongClock(folder / "clock")
            clock.be_off(luck.choice((-1, 1)) * luck.uniform(120, 900))
            clock.rule(stack)
        with place.entered():
            house.enter_context(stack)
        hosts.append(Host(name, stack, disk, place, clock))
    urls = [each.stack.url for each in hosts]
    return Site(hosts, lambda number: Balanced(urls, number), database, redis)


def _small_disk(folder: Path, house: ExitStack) -> Disk | None:
    copied = [*seed_folder(state_folder()).rglob("*"), red_flags(state_folder())]
    needed = sum(path.stat().st_size for path in copied if path.is_file())
    try:
        disk = Disk(folder, needed + SPARE)
    except DiskRefused as reason:
        print(f"The disk is not filled: {reason}.", flush=True)
        return None
    house.callback(disk.close)
    return disk
