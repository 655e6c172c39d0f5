"""A host vanishes from the network in the middle of a transaction; how long that holds anybody up, as JSON.

    python -m tests.conversations.cut_off

Run as a process of its own: it moves into a network of its own. Ends with 3 and a sentence where there can be none.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.conversations import migrations
from bot.conversations.database import Database
from bot.conversations.log import ConversationLog
from tests.support import postgres
from tests.support.postgres import PostgresServer
from tests.support.private_network import Cut, NetworkRefused, Place, PrivateNetwork

NEVER = 60.0
FREED = "seconds until others may write into the conversation again"
NOTICED = "seconds until who is cut off knows it"
BACK = "seconds from being back to reaching the database"
_LOCK = sa.text("SELECT 1 FROM conversations WHERE id = :id FOR UPDATE")


def main() -> int:
    """See above."""
    if missing := postgres.why_not():
        print(missing, file=sys.stderr)
        return 3
    try:
        network = PrivateNetwork()
    except NetworkRefused as reason:
        print(reason, file=sys.stderr)
        return 3
    server = PostgresServer(network.address)
    try:
        server.start()
        print(json.dumps(_measured(server.url, network.add(1))))
    finally:
        server.remove()
    return 0


def _measured(url: str, place: Place) -> dict[str, float]:
    here = Database(url)
    migrations.upgrade(here)
    conversation = ConversationLog(here).create([]).id
    found: dict[str, float] = {}
    with place.entered():
        there = Database(url)
        there.check()
        holding = there.engine.connect()
        holding.execute(_LOCK, {"id": conversation})
    place.cut_off(Cut.SILENT)
    cut_at = time.monotonic()

    def freed() -> None:
        with suppress(SQLAlchemyError), here.write() as connection:
            connection.execute(_LOCK, {"id": conversation})
            found[FREED] = round(time.monotonic() - cut_at, 1)

    def noticed() -> None:
        with place.entered(), suppress(SQLAlchemyError):
            there.check()
        found[NOTICED] = round(time.monotonic() - cut_at, 1)

    waiting = [threading.Thread(target=each, daemon=True) for each in (freed, noticed)]
    for each in waiting:
        each.start()
    for each in waiting:
        each.join(max(cut_at + NEVER - time.monotonic(), 0))
    found = dict(found)  # what comes later counts no more
    place.rejoin()
    began = time.monotonic()
    with place.entered():
        there.check()
    return found | {BACK: round(time.monotonic() - began, 1)}


if __name__ == "__main__":
    sys.exit(main())
