"""The worker as a process: killed at any moment, twice at once, without its database, without Rasa."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.conversations import migrations
from bot.conversations.clock import system_clock
from bot.conversations.database import Database
from bot.conversations.handoffs import Handoffs
from bot.conversations.heartbeats import FRESH_MS, Heartbeats
from bot.conversations.log import ConversationLog
from bot.conversations.model import Advisor, Reply, Status
from bot.conversations.ownership import Ownership
from bot.conversations.presence import Presence
from bot.conversations.privacy import BELONGINGS, Privacy
from bot.conversations.schema import conversations
from bot.worker.erasing import DAY_MS
from tests.support.fake_rasa import FakeRasa
from tests.support.worker_process import WorkerProcess

PATIENCE = 60.0
MANY = 120


def eventually(happens: Callable[[], object], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if happens():
            return
        time.sleep(0.02)
    raise AssertionError(f"it did not happen within {PATIENCE:.0f} s: {what}")


def converse(database: Database, days_ago: int, number: int) -> list[str]:
    """Conversations whose last message is some days old."""
    log = ConversationLog(database, lambda: system_clock() - days_ago * DAY_MS)
    ids = []
    for _ in range(number):
        created = log.create([Reply("smalltalk", "Hello.")])
        turn = log.append_patient_message(created.id, str(uuid.uuid4()), "What are they?", worker="w").turn
        assert turn is not None
        log.append_replies(turn, [Reply("answer", "White blood cells.")])
        ids.append(created.id)
    return ids


def left(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.execute(sa.select(conversations.c.id)).scalars())


def assert_whole(database: Database) -> None:
    """Every conversation is there with its three messages, or nothing of it is."""
    with database.read() as connection:
        there = set(connection.execute(sa.select(conversations.c.id)).scalars())
        for table in BELONGINGS:
            owners = set(connection.execute(sa.select(table.c.conversation_id)).scalars())
            assert owners <= there, f"{table.name} holds something of an erased conversation"
        counted = sa.text("SELECT conversation_id, count(*) FROM messages GROUP BY conversation_id")
        assert {row[0]: row[1] for row in connection.execute(counted)} == dict.fromkeys(there, 3)


def test_killed_again_and_again_during_a_sweep(
    database: Database, database_url: str, rasa: FakeRasa, tmp_path: Path
) -> None:
    old, fresh = converse(database, 5, MANY), converse(database, 0, 3)
    privacy = Privacy(database)
    for _ in range(4):
        before = len(left(database))
        worker = WorkerProcess(tmp_path, database_url, rasa.url, NKBOT_RETENTION_DAYS="2").start()
        eventually(lambda before=before: len(left(database)) <= before - 20, "some are erased")
        worker.kill()
        assert_whole(database)
        gone = set(old) - left(database)
        assert gone
        assert all(privacy.erased(each) for each in gone)
    assert len(left(database)) > len(fresh), "the sweep was over before it was killed: nothing was shown"
    worker = WorkerProcess(tmp_path, database_url, rasa.url, NKBOT_RETENTION_DAYS="2").start()
    eventually(lambda: left(database) == set(fresh), "the old ones are erased")
    eventually(lambda: not privacy.pending_erasures(), "all erasures are complete")
    assert worker.stop() == 0
    assert set(rasa.forgotten) == set(old)
    assert_whole(database)


def test_killed_again_and_again_while_rasa_is_asked_to_forget(
    database: Database, database_url: str, rasa: FakeRasa, tmp_path: Path
) -> None:
    erased = converse(database, 0, 60)
    privacy = Privacy(database)
    for each in erased:
        privacy.erase(each, "patient")
    for _ in range(3):
        before = len(rasa.forgotten)
        worker = WorkerProcess(tmp_path, database_url, rasa.url).start()
        eventually(lambda before=before: len(rasa.forgotten) > before, "Rasa is asked")
        worker.kill()
        confirmed = set(erased) - {each.conversation_id for each in privacy.pending_erasures()}
        assert confirmed <= set(rasa.forgotten)  # nothing is taken for complete that is not
    worker = WorkerProcess(tmp_path, database_url, rasa.url).start()
    eventually(lambda: not privacy.pending_erasures(), "all erasures are complete")
    assert worker.stop() == 0
    assert set(rasa.forgotten) == set(erased)


def test_two_workers_at_the_same_time_do_no_harm(
    database: Database, database_url: str, rasa: FakeRasa, tmp_path: Path
) -> None:
    old, fresh = converse(database, 5, MANY), converse(database, 0, 3)
    workers = [WorkerProcess(tmp_path, database_url, rasa.url, NKBOT_RETENTION_DAYS="2") for _ in range(2)]
    for worker in workers:
        worker.start()
    privacy = Privacy(database)
    eventually(lambda: left(database) == set(fresh), "the old ones are erased")
    eventually(lambda: not privacy.pending_erasures(), "all erasures are complete")
    for worker in workers:
        assert worker.stop() == 0
        assert "ERROR" not in worker.log()
    assert set(rasa.forgotten) == set(old)
    assert_whole(database)


def test_two_workers_tell_a_patient_once_that_the_advisor_vanished_and_offer_once_to_call_back(
    database: Database, database_url: str, rasa: FakeRasa, tmp_path: Path
) -> None:
    long_ago = system_clock() - 5 * 60_000
    earlier = Ownership(database, lambda: long_ago), Handoffs(database, lambda: long_ago)
    Presence(database, lambda: long_ago).seen(Advisor(1, "Mara"))
    Presence(database).seen(Advisor(2, "Jonas"))
    log = ConversationLog(database, lambda: long_ago)
    left_alone, waiting = log.create([]).id, log.create([]).id
    earlier[0].take(left_alone, Advisor(1, "Mara"))
    earlier[1].request(waiting)
    workers = [WorkerProcess(tmp_path, database_url, rasa.url) for _ in range(2)]
    for worker in workers:
        worker.start()
    there = Presence(database)

    def kinds(conversation_id: str) -> list[str]:
        there.seen(Advisor(2, "Jonas"))  # somebody is at the desk all the time
        return [message.kind for message in log.messages_after(conversation_id)]

    eventually(lambda: "callback_offer" in kinds(waiting), "a call back is offered")
    eventually(lambda: "returned" in kinds(left_alone), "the conversation is back in the queue")
    time.sleep(2.5)  # each worker looks again
    assert kinds(waiting).count("callback_offer") == 1
    assert kinds(left_alone).count("returned") == 1
    assert log.state(left_alone).status is Status.WAITING
    for worker in workers:
        assert worker.stop() == 0
        assert "ERROR" not in worker.log()


def test_without_rasa_everything_else_goes_on_and_the_erasure_is_made_up_for(
    database: Database, database_url: str, rasa: FakeRasa, tmp_path: Path
) -> None:
    rasa.forgets = False
    (erased,) = converse(database, 0, 1)
    privacy, heartbeats = Privacy(database), Heartbeats(database)
    privacy.erase(erased, "patient")
    worker = WorkerProcess(tmp_path, database_url, rasa.url).start()
    eventually(lambda: len(rasa.tokens) >= 2, "Rasa is asked again")
    eventually(lambda: (heartbeats.silent_for() or FRESH_MS) < FRESH_MS, "the worker reports")
    assert len(privacy.pending_erasures()) == 1
    rasa.forgets = True
    eventually(lambda: not privacy.pending_erasures(), "the erasure is complete")
    assert worker.stop() == 0
    assert "“erasures” failed" in worker.log()
    assert "works again" in worker.log()


def test_cut_connections_are_opened_anew(
    database: Database, database_url: str, rasa: FakeRasa, tmp_path: Path
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no connections that a server could cut")
    worker = WorkerProcess(tmp_path, database_url, rasa.url).start()
    heartbeats, privacy = Heartbeats(database), Privacy(database)
    eventually(lambda: heartbeats.last() is not None, "the worker reports")
    (erased,) = converse(database, 0, 1)
    cut = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    for _ in range(3):
        with database.write() as connection:
            assert connection.execute(cut).rowcount > 0
        time.sleep(0.7)
    privacy.erase(erased, "patient")
    eventually(lambda: not privacy.pending_erasures(), "the erasure is complete")
    assert worker.stop() == 0


def test_a_database_that_comes_later_is_used_when_it_is_there(rasa: FakeRasa, tmp_path: Path) -> None:
    place = tmp_path / "conversations.sqlite3"
    place.mkdir()
    worker = WorkerProcess(tmp_path / "var", f"sqlite:///{place}", rasa.url).start()
    eventually(lambda: "goes on trying" in worker.log(), "it says what is wrong")
    place.rmdir()
    eventually(lambda: "is at work" in worker.log(), "it begins")
    database = Database(f"sqlite:///{place}")
    migrations.upgrade(database)
    eventually(lambda: Heartbeats(database).last() is not None, "it reports")
    assert worker.stop() == 0
    database.close()


def test_a_wrong_setting_is_answered_with_a_sentence(rasa: FakeRasa, tmp_path: Path) -> None:
    worker = WorkerProcess(tmp_path, "mysql://nowhere", rasa.url).start()
    eventually(lambda: worker.log(), "it says something")
    eventually(lambda: worker._process is not None and worker._process.poll() is not None, "it ends")
    assert worker.log().startswith("NKBOT_DATABASE_URL must be")
    assert worker.stop() == 2
