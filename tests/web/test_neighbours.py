"""Streams, typing and limits: the same within one process and, through Redis, across several."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from bot.conversations.model import Author
from bot.web import redis_limits
from bot.web.errors import Problem
from bot.web.limits import Counts, CountsHere, Limits, Rate
from bot.web.neighbours import Neighbours, Nobody
from bot.web.places import Places, PlacesHere
from bot.web.redis_connection import REST_SECONDS, connect
from bot.web.redis_limits import RedisCounts, RedisPlaces
from bot.web.redis_neighbours import CHANNEL, RedisNeighbours
from bot.web.streams import Streams, Wake
from bot.web.typing import Typing
from tests.support.redis_server import RedisServer

KEY = "a key that all hosts have"
RATE = Rate("test", burst=3, every=0.4)


@dataclass
class Process:
    """The parts of a web process that have to do with its neighbours."""

    neighbours: Neighbours
    counts: Counts
    places: Places
    news: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.streams = Streams(tell=self.neighbours.changed)
        self.typing = Typing(self.neighbours.writes)
        self.limits = Limits(True, self.counts)
        self.neighbours.listen(self)

    def changed(self, name: str) -> None:
        self.news.append(name)
        self.streams.heard(name)

    def writes(self, conversation_id: str, author: Author, *, now: bool) -> None:
        self.typing.heard(conversation_id, author, now=now)


@pytest.fixture
def new_process(request: pytest.FixtureRequest) -> Iterator[Callable[[], Process]]:
    """Makes processes that know each other through Redis."""
    server: RedisServer = request.getfixturevalue("redis_server")
    made: list[Process] = []

    def make() -> Process:
        client = connect(server.url)
        process = Process(RedisNeighbours(client), RedisCounts(client, KEY), RedisPlaces(client, KEY))
        assert process.neighbours.hears.wait(5)  # type: ignore[attr-defined]
        made.append(process)
        return process

    yield make
    for each in made:
        each.neighbours.close()


@pytest.fixture(params=["in memory", "Redis"])
def process(request: pytest.FixtureRequest) -> Process:
    """One process, as it is alone and as it is with Redis."""
    if request.param == "in memory":
        return Process(Nobody(), CountsHere(), PlacesHere())
    made: Process = request.getfixturevalue("new_process")()
    return made


def woken(wake: Wake, seconds: float = 2.0) -> bool:
    return wake.wait(seconds)


def until(what: Callable[[], bool], seconds: float = 3.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


def test_a_change_wakes_the_streams_of_that_conversation_alone(process: Process) -> None:
    with (
        process.streams.listen("a") as a,
        process.streams.listen("a") as too,
        process.streams.listen("b") as b,
    ):
        process.streams.wake("a")
        assert woken(a)
        assert woken(too)
        assert not woken(b, 0.1)


def test_somebody_writes_until_it_is_sent(process: Process) -> None:
    assert process.typing.note("a", Author.PATIENT)
    assert not process.typing.note("a", Author.PATIENT)  # no news
    assert process.typing.writing(Author.PATIENT) == {"a"}
    assert process.typing.writing(Author.ADVISOR) == set()
    assert process.typing.left("a", Author.PATIENT) > 0
    process.typing.over("a", Author.PATIENT)
    assert process.typing.writing(Author.PATIENT) == set()
    assert process.typing.note("a", Author.PATIENT)


def test_a_burst_passes_and_then_one_at_a_time(process: Process) -> None:
    for _ in range(RATE.burst):
        process.limits.check(RATE, "a")
    with pytest.raises(Problem) as refused:
        process.limits.check(RATE, "a")
    assert (refused.value.status, refused.value.retry_after) == (429, 1)
    process.limits.check(RATE, "b")  # others are not held up
    process.limits.check(Rate("other", burst=1, every=9.0), "a")  # nor other things
    time.sleep(RATE.every + 0.05)
    process.limits.check(RATE, "a")  # who was refused did not make it worse
    with pytest.raises(Problem):
        process.limits.check(RATE, "a")


def test_an_address_has_so_many_places_and_gets_them_back(process: Process) -> None:
    taken = [process.places.take("a", 3) for _ in range(3)]
    assert None not in taken
    assert process.places.take("a", 3) is None
    assert process.places.take("b", 3) is not None  # others are not held up
    process.places.give_back("a", taken[0] or "")
    again = process.places.take("a", 3)
    assert again is not None
    assert process.places.take("a", 3) is None


def test_processes_wake_each_other_at_once(new_process: Callable[[], Process]) -> None:
    one, other = new_process(), new_process()
    with other.streams.listen("a") as wake:
        for _ in range(5):
            began = time.monotonic()
            one.streams.wake("a")
            assert woken(wake)
            assert time.monotonic() - began < 0.2
    assert one.news == []  # nobody hears itself


def test_processes_see_who_writes_on_the_other(new_process: Callable[[], Process]) -> None:
    one, other = new_process(), new_process()
    one.typing.note("a", Author.PATIENT)
    until(lambda: other.typing.writing(Author.PATIENT) == {"a"})
    other.typing.over("a", Author.PATIENT)  # the message went to the other process
    until(lambda: one.typing.writing(Author.PATIENT) == set())


def test_limits_hold_for_all_processes_together(new_process: Callable[[], Process]) -> None:
    one, other = new_process(), new_process()
    one.limits.check(RATE, "a")
    other.limits.check(RATE, "a")
    one.limits.check(RATE, "a")
    for each in (one, other):
        with pytest.raises(Problem):
            each.limits.check(RATE, "a")


def test_places_are_those_of_all_processes_and_of_no_dead_one(
    redis_server: RedisServer, new_process: Callable[[], Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_limits, "LEASE_SECONDS", 1.0)
    one, other = new_process(), new_process()
    first = one.places.take("a", 2)
    assert first is not None
    assert other.places.take("a", 2) is not None
    assert one.places.take("a", 2) is None
    assert other.places.take("a", 2) is None
    one.places.give_back("a", first)
    assert one.places.take("a", 2) is not None
    time.sleep(0.6)
    one.places.renew()  # type: ignore[attr-defined]
    time.sleep(0.6)  # the other has not said for too long that its stream is open
    third = new_process()
    assert third.places.take("a", 2) is not None
    assert third.places.take("a", 2) is None
    redis_server.stop()
    assert third.places.take("a", 2) is not None  # now each counts for itself
    assert third.places.take("a", 2) is None
    redis_server.start()
    time.sleep(REST_SECONDS)
    one.places.renew()  # type: ignore[attr-defined]
    third.places.renew()  # type: ignore[attr-defined]
    assert new_process().places.take("a", 3) is None  # what is open is known again


def test_nothing_that_was_written_and_no_address_goes_through_redis(
    redis_server: RedisServer, new_process: Callable[[], Process]
) -> None:
    client = connect(redis_server.url)
    told: list[bytes] = []
    channel = client.pubsub(ignore_subscribe_messages=True)
    channel.subscribe(CHANNEL)
    channel.get_message(timeout=2)
    process = new_process()
    process.streams.wake("c" * 32)
    process.typing.note("c" * 32, Author.PATIENT)
    process.limits.check(RATE, "203.0.113.77")
    end = time.monotonic() + 2
    while len(told) < 2 and time.monotonic() < end:
        if message := channel.get_message(timeout=0.1):
            told.append(message["data"])
    assert [each.split(b" ")[1:] for each in told] == [
        [b"changed", b"c" * 32],
        [b"writes", b"patient", b"c" * 32],
    ]
    keys = client.keys("*")
    assert len(keys) == 1
    assert b"203.0.113.77" not in keys[0]
    assert 0 < client.pttl(keys[0]) <= RATE.burst * RATE.every * 1000  # who owes nothing is forgotten


@pytest.mark.parametrize("how", ["stopped", "hangs"])
def test_without_redis_each_process_counts_on_and_nobody_waits_for_it(
    redis_server: RedisServer, new_process: Callable[[], Process], how: str
) -> None:
    process = new_process()
    for _ in range(RATE.burst):
        process.limits.check(Rate("slow", burst=3, every=60.0), "a")
    if how == "stopped":
        redis_server.stop()
    else:
        redis_server.freeze()
    began = time.monotonic()
    with pytest.raises(Problem):  # nobody gets a fresh start because Redis is away
        process.limits.check(Rate("slow", burst=3, every=60.0), "a")
    for number in range(100):
        process.limits.check(RATE, f"caller {number}")
        process.streams.wake(f"conversation {number}")
    assert time.monotonic() - began < 2.0
    if how == "stopped":
        redis_server.start()
    else:
        redis_server.thaw()
    other = new_process()
    until(process.neighbours.hears.is_set, 10)  # type: ignore[attr-defined]
    with process.streams.listen("a") as wake:
        until(lambda: other.streams.wake("a") or woken(wake, 0.2), 15)
    with other.streams.listen("a") as wake:
        until(lambda: process.streams.wake("a") or woken(wake, 0.2), 15)
    time.sleep(REST_SECONDS)
    for each in (process, other, process):
        each.limits.check(RATE, "b")
    with pytest.raises(Problem):
        other.limits.check(RATE, "b")


def test_many_threads_use_redis_at_once(new_process: Callable[[], Process]) -> None:
    process, passed = new_process(), []
    wide = Rate("wide", burst=100, every=60.0)

    def ask() -> None:
        for _ in range(10):
            if process.counts.too_early(wide, "a") == 0:
                passed.append(1)

    threads = [threading.Thread(target=ask) for _ in range(40)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(passed) == wide.burst
