"""A process that does one thing with the log and is killed in the middle: at its N-th step.

Run as a program: reads one JSON line `{"url", "what", "arguments", "die_at"}` after the other and does
each in a child of its own, which is killed by SIGKILL at step `die_at`. Steps are before each statement of
the transaction, before its commit and behind it. Answers with a JSON line: `killed`, or what came of it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from typing import Any

import psycopg  # noqa: F401 - once here, instead of in every child
from sqlalchemy import event

from bot.conversations.database import Database
from bot.conversations.errors import ConversationError
from bot.conversations.handoffs import Handoffs
from bot.conversations.log import ConversationLog
from bot.conversations.model import Advisor, Reply, Turn
from bot.conversations.ownership import Ownership

ADA, BEN = Advisor(1, "Ada"), Advisor(2, "Ben")
EMERGENCY = Reply("emergency", "Call for help now.", evidence={"red_flag": "breathing"})


def act(database: Database, what: str, arguments: dict[str, Any]) -> object:
    """Does one of the things that change a conversation."""
    log, ownership = ConversationLog(database), Ownership(database)
    conversation_id = arguments["conversation"]
    if what == "write":
        return log.append_patient_message(
            conversation_id, arguments["name"], "what are nk cells", worker="w"
        ).message.seq
    if what == "emergency":
        return log.append_patient_message(
            conversation_id, arguments["name"], "i cannot breathe", answered_with=[EMERGENCY]
        ).message.seq
    if what == "reply":
        return len(log.append_replies(Turn(**arguments["turn"]), [Reply("handoff", "Noted.")]).messages)
    if what == "advisor writes":
        return log.append_advisor_message(conversation_id, ADA, arguments["name"], "I am here.").message.seq
    if what == "ask for a person":
        return Handoffs(database).request(conversation_id)[0].seq
    act_on_owner = {
        "take": lambda: ownership.take(conversation_id, ADA),
        "release": lambda: ownership.release(conversation_id, ADA),
        "transfer": lambda: ownership.transfer(conversation_id, ADA, BEN),
        "put back": lambda: ownership.transfer(conversation_id, ADA, None),
        "close": lambda: ownership.close(conversation_id, ADA),
        "cancel": lambda: ownership.cancel(conversation_id),
    }
    return act_on_owner[what]()


def watch(database: Database, die_at: int) -> None:
    """Counts steps, and dies at this one."""
    steps = 0

    def step(*_: object) -> None:
        nonlocal steps
        steps += 1
        if steps == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "before_cursor_execute", step)
    commit = database.engine.dialect.do_commit

    def commit_watched(connection: Any) -> None:
        step()
        commit(connection)
        step()

    database.engine.dialect.do_commit = commit_watched  # type: ignore[method-assign]


def do_and_die(order: dict[str, Any]) -> None:
    """In a child process: does it, and says what came of it, if it lives so long."""
    database = Database(order["url"])
    watch(database, order["die_at"])
    try:
        told = {"done": act(database, order["what"], order["arguments"])}
    except ConversationError as refusal:
        told = {"refused": type(refusal).__name__}
    print(json.dumps(told), flush=True)


def main() -> None:
    """One child for each line."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                do_and_die(json.loads(line))
                status = 0
            except Exception:  # noqa: BLE001 - the test is told that it failed
                traceback.print_exc()
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            print(json.dumps({"killed": os.WTERMSIG(status)}), flush=True)
        elif status:
            print(json.dumps({"failed": status}), flush=True)


if __name__ == "__main__":
    main()
