"""Several hosts on one PostgreSQL: whose clock counts, and what happens when all connections are taken."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from bot.conversations import migrations
from bot.conversations.database import Database
from bot.conversations.log import ConversationLog
from bot.conversations.model import Advisor, Reply
from bot.conversations.presence import Presence
from bot.conversations.turns import LEASE_MS, TurnQueue
from knowledge.store.model import JobAction, JobOrder
from knowledge.store.store import KnowledgeStore
from tests.support import postgres

GREETING = Reply("smalltalk", "Hello.")


class Host:
    """What one host does, seen with its own clock: `ahead` seconds ahead of the others."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, url: str, ahead: float) -> None:
        self._monkeypatch = monkeypatch
        self._ahead = ahead
        with self.at_work():
            self.database = Database(url)
            migrations.upgrade(self.database)
            self.knowledge = KnowledgeStore(url)
        self.log, self.queue = ConversationLog(self.database), TurnQueue(self.database)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        real, real_ns = time.time, time.time_ns
        with self._monkeypatch.context() as patched:
            patched.setattr(time, "time", lambda: real() + self._ahead)
            patched.setattr(time, "time_ns", lambda: real_ns() + round(self._ahead * 1e9))
            yield


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch, postgres_url: str) -> Iterator[tuple[Host, Host]]:
    """Two hosts whose clocks are half a minute apart."""
    postgres.empty(postgres_url)
    late, early = Host(monkeypatch, postgres_url, 0), Host(monkeypatch, postgres_url, 30)
    yield late, early
    for each in (late, early):
        each.database.close()
        each.knowledge.close()


@pytest.mark.parametrize("order", ["late first", "early first"])
def test_a_host_whose_clock_is_half_a_minute_ahead_takes_no_turn_away(
    hosts: tuple[Host, Host], order: str
) -> None:
    first, second = hosts if order == "late first" else hosts[::-1]
    with first.at_work():
        created = first.log.create([GREETING])
        turn = first.log.append_patient_message(created.id, "1" * 32, "Hello?", worker="first").turn
        assert turn is not None
    with second.at_work():
        assert second.queue.claimable() == []
        assert second.queue.claim(created.id, "second") is None
    time.sleep(LEASE_MS / 1000 + 0.3)
    with second.at_work():  # and when the first has died, it does take it, no later than it should
        assert second.queue.claimable() == [created.id]
        assert second.queue.claim(created.id, "second") is not None


def test_a_host_sees_at_once_what_another_with_a_wrong_clock_wrote(hosts: tuple[Host, Host]) -> None:
    late, early = hosts
    for writer, reader in ((late, early), (early, late)):
        with writer.at_work():
            created = writer.log.create([GREETING])
        with reader.at_work():
            assert created.id in reader.log.changed_since(reader.database.clock() - 1_000)
            Presence(reader.database).seen(Advisor(7, "Ada"))
        with writer.at_work():
            assert [each.id for each in Presence(writer.database).online()] == [7]


def test_a_publication_under_way_is_not_taken_over_by_a_worker_whose_clock_is_ahead(
    hosts: tuple[Host, Host],
) -> None:
    late, early = hosts
    with late.at_work():
        late.knowledge.jobs.ask(JobAction.PUBLISH, JobOrder(), by="Ada")
        assert late.knowledge.jobs.claim("late") is not None
    with early.at_work():
        assert not early.knowledge.jobs.due()
        assert early.knowledge.jobs.claim("early") is None


def test_the_clock_follows_the_server_when_the_hosts_own_is_put_right(
    hosts: tuple[Host, Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    late, early = hosts
    with early.at_work():
        before = early.database.clock()
    after = early.database.clock()  # the host's clock has just gone back by 30 s
    assert 0 <= after - before < 1_000
    with late.database.read() as connection:
        shown = connection.execute(
            sa.text("SELECT extract(epoch FROM clock_timestamp()) * 1000")
        ).scalar_one()
    assert abs(float(shown) - early.database.clock()) < 100


def test_who_finds_all_connections_taken_waits_and_nobody_fails(postgres_url: str) -> None:
    postgres.empty(postgres_url)
    database = Database(postgres_url, connections=2)
    migrations.upgrade(database)
    log = ConversationLog(database)
    most, seen = _watch_connections(postgres_url)

    def talk(number: int) -> int:
        created = log.create([GREETING])
        log.append_patient_message(created.id, f"{number:032d}", "Hello?")
        return len(log.messages_after(created.id))

    try:
        with ThreadPoolExecutor(40) as people:
            assert list(people.map(talk, range(200))) == [2] * 200
    finally:
        seen.set()
        database.close()
    assert most() == 2


def _watch_connections(url: str) -> tuple[Callable[[], int], threading.Event]:
    """How many connections besides ours there were at most until the event is set."""
    over, counts = threading.Event(), [0]

    def look() -> None:
        watching = Database(url, connections=1)
        count = sa.text(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        while not over.wait(0.01):
            with watching.read() as connection:
                counts.append(int(connection.execute(count).scalar_one()))
        watching.close()

    thread = threading.Thread(target=look, daemon=True)
    thread.start()

    def most() -> int:
        thread.join(5)
        return max(counts)

    return most, over


def test_no_step_of_the_log_needs_a_second_connection_while_it_holds_one(postgres_url: str) -> None:
    """Else as many greenlets as there are connections could wait for each other for ever."""
    postgres.empty(postgres_url)
    database = Database(postgres_url, connections=1)
    migrations.upgrade(database)
    log, queue = ConversationLog(database), TurnQueue(database)
    created = log.create([GREETING])
    turn = log.append_patient_message(created.id, "1" * 32, "Hello?", worker="w").turn
    assert turn is not None
    queue.renew([turn])
    log.append_replies(turn, [Reply("smalltalk", "Hello again.")], next_for="w")
    assert queue.claimable() == []
    assert [each.seq for each in log.messages_after(created.id)] == [1, 2, 3]
    database.close()
