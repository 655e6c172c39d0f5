"""kill -9 at every step of every transaction that changes a conversation: it happened wholly, or not at all."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.conversations.database import Database
from bot.conversations.handoffs import Handoffs
from bot.conversations.log import ConversationLog
from bot.conversations.model import Status
from bot.conversations.ownership import Ownership
from bot.conversations.schema import metadata
from bot.conversations.turns import LEASE_MS, TurnQueue
from tests.conversations.dying import ADA
from tests.conversations.takeovers import read
from tests.conversations.test_log import ANSWER, GREETING

CHECKOUT = Path(__file__).parents[2]
MOST_STEPS = 120

STATES = {
    "write": "bot",
    "emergency": "bot",
    "reply": "asked",
    "ask for a person": "asked",
    "take": "asked",
    "advisor writes": "advisor",
    "release": "advisor",
    "transfer": "advisor",
    "put back": "advisor",
    "close": "advisor",
    "cancel": "advisor",
}
"""What is done, and how the conversation is before."""


class Dying:
    """The helper process: does things in children that are killed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.conversations.dying"],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, url: str, what: str, arguments: dict[str, Any], die_at: int = 0) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"url": url, "what": what, "arguments": arguments, "die_at": die_at}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "failed" not in told, f"{what} failed"
        return told

    def end(self) -> None:
        self._process.communicate(timeout=30)


@pytest.fixture(scope="module")
def dying() -> Iterator[Dying]:
    process = Dying()
    yield process
    process.end()


@pytest.mark.parametrize("what", STATES)
def test_a_process_killed_at_any_step_leaves_all_or_nothing(
    database: Database, database_url: str, dying: Dying, what: str
) -> None:
    outcomes = set()
    for step in range(1, MOST_STEPS):
        arguments = prepare(database, STATES[what])
        before = stored(database, arguments["conversation"])
        told = dying.do(database_url, what, arguments, die_at=step)
        after = stored(database, arguments["conversation"])
        log = ConversationLog(database)
        read(log.messages_after(arguments["conversation"]))
        assert log.state(arguments["conversation"]).last_seq == len(after["messages"])
        if "killed" not in told:
            break
        outcomes.add(after != before)
        if after == before:
            # Nothing happened, and nothing stands in the way of doing it again.
            assert "done" in dying.do(database_url, what, arguments)
        else:
            assert after == stored_again(database, database_url, dying, what, arguments, after)
        if STATES[what] != "advisor" and what not in {"take", "reply", "emergency"}:
            answered_in_the_end(database, arguments["conversation"])
    else:
        pytest.fail(f"{what} has no end")
    assert step > 6, "the kill points did not work"
    assert outcomes == {True, False}, "killed before the commit it has no effect, behind it the whole effect"


def stored_again(
    database: Database, url: str, dying: Dying, what: str, arguments: dict[str, Any], after: dict[str, Any]
) -> dict[str, Any]:
    """What is stored when the same is asked for again, as whoever got no answer does: nothing more."""
    if what not in {"release", "transfer", "put back", "close", "cancel"}:  # these have lost their owner
        dying.do(url, what, arguments)
    return stored(database, arguments["conversation"])


def prepare(database: Database, state: str) -> dict[str, Any]:
    """A new conversation in this state, and what is needed to go on with it."""
    log = ConversationLog(database)
    conversation_id = log.create([GREETING]).id
    arguments: dict[str, Any] = {"conversation": conversation_id, "name": str(uuid.uuid4())}
    if state == "asked":
        accepted = log.append_patient_message(conversation_id, str(uuid.uuid4()), "hello", worker="w")
        assert accepted.turn is not None
        arguments["turn"] = dataclasses.asdict(accepted.turn)
        log.append_patient_message(conversation_id, str(uuid.uuid4()), "and this", worker="w")
    elif state == "advisor":
        Ownership(database).take(conversation_id, ADA)
    return arguments


def stored(database: Database, conversation_id: str) -> dict[str, list[Any]]:
    """Every row that belongs to a conversation, moments left out."""
    rows: dict[str, list[Any]] = {}
    with database.read() as connection:
        for table in metadata.sorted_tables:
            key = table.c.id if table.name == "conversations" else table.c.get("conversation_id")
            if key is not None:
                plain = [c for c in table.c if not c.name.endswith(("_at", "_until", "_since"))]
                found = connection.execute(
                    sa.select(*plain).where(key == conversation_id).order_by(*table.primary_key)
                )
                rows[table.name] = [tuple(row) for row in found]
    return rows


def answered_in_the_end(database: Database, conversation_id: str) -> None:
    """A web process that comes after the killed one answers everything that is open, once."""
    later = LEASE_MS + 1

    def clock() -> int:
        from bot.conversations.clock import system_clock

        return system_clock() + later

    log, queue = ConversationLog(database, clock), TurnQueue(database, clock)
    while (turn := queue.claim(conversation_id, "next")) is not None:
        assert len(log.append_replies(turn, [ANSWER]).messages) == 1
    messages = log.messages_after(conversation_id)
    asked = [message.seq for message in messages if message.author == "patient"]
    assert [message.in_reply_to for message in messages if message.in_reply_to] == asked
    assert log.state(conversation_id).status in {Status.BOT, Status.WAITING}
    read(messages)
    Handoffs(database).view(conversation_id)
