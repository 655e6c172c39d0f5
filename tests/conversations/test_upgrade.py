"""A database of the first version, with conversations in it, is brought up to date and nothing is lost."""

from __future__ import annotations

import uuid
from pathlib import Path

from bot.conversations import migrations
from bot.conversations.database import Database
from bot.conversations.handoffs import Handoffs
from bot.conversations.inbox import Inbox
from bot.conversations.insights import Insights
from bot.conversations.log import ConversationLog
from bot.conversations.model import Reply, Status
from bot.conversations.privacy import Privacy
from bot.conversations.ratings import Ratings
from bot.conversations.turns import TurnQueue
from tests.conversations.conftest import HandClock
from tests.support.older_schema import copy_down

FIRST = "0001"
GREETING = (Reply("smalltalk", "Hello."),)


def test_conversations_of_the_first_version_go_on(
    database_url: str, tmp_path: Path, clock: HandClock
) -> None:
    newest = Database(f"sqlite:///{tmp_path / 'newest.sqlite3'}")
    migrations.upgrade(newest)
    log = ConversationLog(newest, clock)
    answered, waiting, asking = (log.create(GREETING) for _ in range(3))

    def ask(conversation: str, text: str) -> None:
        log.append_patient_message(conversation, str(uuid.uuid4()), text)

    ask(answered.id, "what are nk cells")
    turn = TurnQueue(newest, clock).claim(answered.id, "somebody")
    assert turn is not None
    log.append_replies(turn, (Reply("answer", "White blood cells."),))
    Ratings(newest, clock).rate_message(answered.id, 3, helpful=True)
    ask(waiting.id, "a person please")
    Handoffs(newest, clock).request(waiting.id)
    ask(asking.id, "is it safe")  # nobody has answered yet
    said = {each.id: log.messages_after(each.id) for each in (answered, waiting, asking)}

    database = Database(database_url)
    migrations.upgrade(database, FIRST)
    copied = copy_down(newest.engine, database.engine)
    assert copied["conversations"] == 3
    assert copied["turns"] == 3
    migrations.upgrade(database)

    log = ConversationLog(database, clock)
    assert {each: log.messages_after(each) for each in said} == said
    assert log.token_opens(answered.id, answered.token)
    assert log.state(waiting.id).status is Status.WAITING
    assert [row.id for row in Inbox(database).list("waiting", 1)] == [waiting.id]
    totals = Insights(database, clock=clock).figures(7).totals
    assert (totals["answered"], totals["thumbs_up"], totals["handed_off"]) == (1, 1, 1)
    queue = TurnQueue(database, clock)
    assert asking.id in queue.claimable()
    late = queue.claim(asking.id, "another")
    assert late is not None
    log.append_replies(late, (Reply("answer", "It is being studied."),))
    assert [each.author for each in log.messages_after(asking.id, 2)] == ["bot"]
    Privacy(database, clock).erase(answered.id, "patient")
    assert [row.id for row in Inbox(database).list("bot", 1)] == [asking.id]
    database.close()
    newest.close()
