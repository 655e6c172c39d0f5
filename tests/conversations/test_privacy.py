"""A conversation can be given out in one piece, and erased so that nothing of it is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.conversations import desk_schema
from bot.conversations.database import Database
from bot.conversations.errors import ConversationError, ConversationNotFound
from bot.conversations.log import ConversationLog
from bot.conversations.model import Reply, Wish
from bot.conversations.privacy import BELONGINGS, Privacy
from bot.conversations.ratings import Ratings
from bot.conversations.schema import conversations, metadata
from bot.conversations.unanswered_schema import unanswered_questions
from bot.conversations.work_items import WorkItems
from tests.conversations.conftest import HandClock

CANARY = "xylophonecanary"
KEPT = {"erasures", "audit"}
"""Tables that go on naming an erased conversation, by number only: the proof that it was erased, and who did."""


@pytest.fixture
def privacy(database: Database, clock: HandClock) -> Privacy:
    return Privacy(database, clock)


def fill(database: Database, log: ConversationLog, clock: HandClock) -> str:
    """A conversation with something in every table that can hold something of it."""
    created = log.create([Reply("smalltalk", "Hello.")])
    for number in range(3):
        clock.forward(1_000)
        accepted = log.append_patient_message(
            created.id, str(uuid.uuid4()), f"{CANARY} message {number} " + CANARY * 60, worker="w"
        )
        assert accepted.turn is not None
        answer = Reply("answer", f"{CANARY} answer", evidence={"searched": CANARY})
        log.append_replies(accepted.turn, [answer])
    log.append_patient_message(created.id, str(uuid.uuid4()), f"{CANARY} not answered yet", worker="w")
    Ratings(database, clock).rate_message(created.id, 3, helpful=False)
    WorkItems(database, clock).add_callback(
        created.id, Wish(CANARY, f"{CANARY}@example.org", CANARY, CANARY, CANARY)
    )
    with database.write() as connection:
        connection.execute(
            sa.insert(desk_schema.notes).values(
                conversation_id=created.id,
                advisor_id=1,
                advisor_name="Mara",
                text=f"{CANARY} note",
                created_at=clock.now,
            )
        )
        handoffs = metadata.tables["handoff_requests"]
        connection.execute(
            sa.insert(handoffs).values(
                conversation_id=created.id, message_seq=2, reason="asked", requested_at=clock.now
            )
        )
        connection.execute(
            sa.insert(unanswered_questions).values(
                conversation_id=created.id,
                message_seq=2,
                reply_seq=3,
                pinned=False,
                abstained=False,
                disliked=True,
                taken_over=False,
                asked_at=clock.now,
                noticed_at=clock.now,
                language="en",
                encoder="made up",
                vector=CANARY.encode(),
                answer_document="",
                answer_heading="",
            )
        )
        connection.execute(
            sa.update(conversations)
            .where(conversations.c.id == created.id)
            .values(rating=2, rating_comment=f"{CANARY} comment")
        )
    return created.id


def rows_about(database: Database, conversation_id: str) -> dict[str, int]:
    """How many rows of each table name the conversation."""
    found = {}
    with database.read() as connection:
        for table in metadata.sorted_tables:
            name = "id" if table is conversations else "conversation_id"
            if name in table.c:
                query = sa.select(sa.func.count()).where(table.c[name] == conversation_id)
                found[table.name] = connection.execute(query.select_from(table)).scalar_one()
    return found


def test_every_table_about_a_conversation_is_erased_or_has_a_reason_to_stay() -> None:
    about = {table.name for table in metadata.sorted_tables if "conversation_id" in table.c}
    assert about - KEPT == {table.name for table in BELONGINGS}


def test_the_export_holds_all_that_is_known(
    database: Database, log: ConversationLog, clock: HandClock, privacy: Privacy
) -> None:
    conversation = fill(database, log, clock)
    told = privacy.export(conversation)
    assert json.loads(json.dumps(told)) == told
    assert [message["seq"] for message in told["messages"]] == list(range(1, 9))
    assert told["messages"][2]["evidence"] == {"searched": CANARY}
    assert told["messages"][1]["created_at"] == "1970-01-01T00:16:41.000Z"
    assert told["notes"][0]["text"] == f"{CANARY} note"
    assert told["work_items"][0]["contact"] == f"{CANARY}@example.org"
    assert told["handoff_requests"][0]["reason"] == "asked"
    assert told["feedback"] == [
        {"message_seq": 3, "helpful": False, "given_at": told["feedback"][0]["given_at"]}
    ]
    assert told["conversation"]["rating_comment"] == f"{CANARY} comment"
    assert len(told["turns"]) == 4
    (question,) = told["unanswered_questions"]
    assert (question["message_seq"], question["disliked"]) == (2, True)
    assert "vector" not in question
    every_table = {table.name for table in BELONGINGS}
    assert every_table <= set(told)


def test_the_export_does_not_hand_out_the_key(
    log: ConversationLog, privacy: Privacy, database: Database
) -> None:
    created = log.create([])
    with database.read() as connection:
        known = connection.execute(sa.select(conversations.c.token_hash)).scalar_one()
    assert known not in json.dumps(privacy.export(created.id))


def test_the_export_of_a_stranger_is_refused(privacy: Privacy) -> None:
    with pytest.raises(ConversationNotFound):
        privacy.export("0" * 32)


def test_nothing_is_left_and_others_are_untouched(
    database: Database, log: ConversationLog, clock: HandClock, privacy: Privacy
) -> None:
    erased, other = fill(database, log, clock), fill(database, log, clock)
    before = privacy.export(other)
    privacy.erase(erased, "patient")
    left = rows_about(database, erased)
    assert {name for name, number in left.items() if number} == {"erasures"}
    assert privacy.erased(erased)
    assert not privacy.erased(other)
    assert privacy.export(other) == before


def test_an_erasure_is_remembered_until_rasa_has_confirmed(
    database: Database, log: ConversationLog, clock: HandClock, privacy: Privacy
) -> None:
    first, second = log.create([]).id, log.create([]).id
    privacy.erase(second, "patient")
    clock.forward(1)
    privacy.erase(first, "administrator", asked_by=7)
    assert [each.conversation_id for each in privacy.pending_erasures()] == [second, first]
    privacy.confirm(second)
    assert [each.conversation_id for each in privacy.pending_erasures()] == [first]
    assert Privacy(database).erased(second)


def test_a_restored_back_up_does_not_bring_back_what_was_erased(
    database: Database, log: ConversationLog, clock: HandClock, privacy: Privacy
) -> None:
    came_back, other = fill(database, log, clock), log.create([]).id
    privacy.erase(log.create([]).id, "patient")
    known = privacy.all_erased()
    never_in_the_back_up = "0" * 32
    assert privacy.erase_again([*known, came_back, never_in_the_back_up]) == 1
    assert {name for name, number in rows_about(database, came_back).items() if number} == {"erasures"}
    assert privacy.all_erased().count(known[0]) == 1
    assert privacy.erased(never_in_the_back_up)
    assert not privacy.erased(other)
    assert {each.conversation_id for each in privacy.pending_erasures()} >= {came_back, never_in_the_back_up}


def test_an_erased_conversation_takes_nothing_more(
    database: Database, log: ConversationLog, clock: HandClock, privacy: Privacy
) -> None:
    created = log.create([])
    turn = log.append_patient_message(created.id, str(uuid.uuid4()), CANARY, worker="w").turn
    assert turn is not None
    privacy.erase(created.id, "patient")
    late = [
        lambda: log.append_replies(turn, [Reply("answer", CANARY)]),
        lambda: log.append_patient_message(created.id, str(uuid.uuid4()), CANARY),
        lambda: Ratings(database, clock).rate_message(created.id, 1, helpful=True),
        lambda: WorkItems(database, clock).add_callback(created.id, Wish(CANARY, "a@b.example")),
        lambda: log.news(created.id, 0),
        lambda: log.token_opens(created.id, created.token),
        lambda: privacy.erase(created.id, "patient"),
    ]
    for each in late:
        with pytest.raises(ConversationNotFound):
            each()
    assert {name for name, number in rows_about(database, created.id).items() if number} == {"erasures"}


def test_writers_at_the_same_moment_leave_nothing_behind(database: Database, log: ConversationLog) -> None:
    """Whoever comes after the erasure is refused; whoever came before is erased."""
    privacy, items = Privacy(database), WorkItems(database)
    for _ in range(10):
        created = log.create([])
        ready = threading.Barrier(4)
        surprises: list[BaseException] = []

        def write(number: int, created: Any = created, ready: Any = ready, bad: Any = surprises) -> None:
            ready.wait()
            try:
                for _ in range(5):
                    log.append_patient_message(created.id, str(uuid.uuid4()), f"{CANARY} {number}")
                    items.add_callback(created.id, Wish(CANARY, "a@b.example"))
            except ConversationError:
                pass
            except BaseException as error:  # noqa: BLE001 - shown below
                bad.append(error)

        threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        ready.wait()
        privacy.erase(created.id, "patient")
        for thread in threads:
            thread.join()
        assert surprises == []
        assert {name for name, number in rows_about(database, created.id).items() if number} == {"erasures"}


def test_the_words_are_gone_from_the_files(
    database: Database, log: ConversationLog, clock: HandClock, privacy: Privacy, tmp_path: Path
) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL keeps its files to itself; its VACUUM is in the operator's guide")
    conversation, other = fill(database, log, clock), log.create([])
    log.append_patient_message(other.id, str(uuid.uuid4()), "staysbehind")
    files = list(tmp_path.glob("conversations.sqlite3*"))
    assert any(CANARY.encode() in file.read_bytes() for file in files)
    privacy.erase(conversation, "patient")
    assert privacy.scrub()
    files = list(tmp_path.glob("conversations.sqlite3*"))
    assert [file.name for file in files if CANARY.encode() in file.read_bytes()] == []
    assert any(b"staysbehind" in file.read_bytes() for file in files)


def test_a_reader_in_the_way_puts_the_scrubbing_off(
    database: Database, log: ConversationLog, clock: HandClock, privacy: Privacy, tmp_path: Path
) -> None:
    if not database.is_sqlite:
        pytest.skip("only SQLite has something to scrub")
    conversation = fill(database, log, clock)
    with database.read() as connection:
        connection.execute(sa.select(conversations.c.id)).all()
        privacy.erase(conversation, "patient")
        assert not privacy.scrub()
    assert privacy.scrub()
    assert not any(CANARY.encode() in file.read_bytes() for file in tmp_path.glob("conversations.sqlite3*"))


def test_only_what_is_old_enough_has_expired(
    log: ConversationLog, clock: HandClock, privacy: Privacy
) -> None:
    silent = log.create([Reply("smalltalk", "Hello.")]).id
    empty = log.create([]).id
    lively = log.create([Reply("smalltalk", "Hello.")])
    clock.forward(10_000)
    moment = clock.now
    log.append_patient_message(lively.id, str(uuid.uuid4()), "still here")
    fresh = log.create([]).id
    assert sorted(privacy.expired(moment)) == sorted([silent, empty])
    assert privacy.expired(moment, limit=1) in ([silent], [empty])
    assert sorted(privacy.expired(moment + 1)) == sorted([silent, empty, lively.id, fresh])


def test_a_crash_in_the_middle_of_an_erasure_leaves_all_or_nothing(
    database: Database, database_url: str, log: ConversationLog, clock: HandClock
) -> None:
    """A process is killed with signal 9 between the deletions, before the transaction ends."""
    conversation = fill(database, log, clock)
    before = rows_about(database, conversation)
    program = """
import os, signal, sys
import sqlalchemy as sa
from bot.conversations.database import Database
from bot.conversations.privacy import Privacy
database = Database(sys.argv[1])
@sa.event.listens_for(database.engine, "after_cursor_execute")
def after(connection, cursor, statement, *_):
    if statement.startswith("DELETE FROM messages"):
        os.kill(os.getpid(), signal.SIGKILL)
Privacy(database).erase(sys.argv[2], "patient")
"""
    done = subprocess.run([sys.executable, "-c", program, database_url, conversation], env=os.environ)
    assert done.returncode == -signal.SIGKILL
    assert rows_about(database, conversation) == before
    privacy = Privacy(database, clock)
    assert privacy.pending_erasures() == []
    privacy.erase(conversation, "patient")
    assert {name for name, number in rows_about(database, conversation).items() if number} == {"erasures"}
