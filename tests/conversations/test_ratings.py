"""Thumbs and stars are kept as the patient gave them last."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from bot.conversations.database import Database
from bot.conversations.errors import ConversationNotFound, MessageNotFound
from bot.conversations.log import ConversationLog
from bot.conversations.model import Reply
from bot.conversations.ownership import Ownership
from bot.conversations.ratings import Ratings


@pytest.fixture
def conversation(log: ConversationLog) -> str:
    return log.create([Reply("smalltalk", "Hello.")]).id


def test_a_thumb_is_kept_for_replies_only_and_the_last_word_counts(
    log: ConversationLog, ratings: Ratings, conversation: str, database: Database
) -> None:
    log.append_patient_message(conversation, str(uuid.uuid4()), "hi")
    ratings.rate_message(conversation, 1, helpful=True)
    ratings.rate_message(conversation, 1, helpful=False)
    for seq in (2, 9):
        with pytest.raises(MessageNotFound):
            ratings.rate_message(conversation, seq, helpful=True)
    with database.read() as connection:
        given = connection.execute(sa.text("SELECT message_seq, helpful FROM feedback")).all()
    assert [(row.message_seq, bool(row.helpful)) for row in given] == [(1, False)]


def test_stars_may_be_given_after_the_end_and_changed(
    ratings: Ratings, ownership: Ownership, conversation: str, database: Database
) -> None:
    ownership.close(conversation, None)
    ratings.rate_conversation(conversation, 2, "slow")
    ratings.rate_conversation(conversation, 5)
    with database.read() as connection:
        given = connection.execute(sa.text("SELECT rating, rating_comment FROM conversations")).one()
    assert tuple(given) == (5, None)
    with pytest.raises(ValueError, match="1 to 5"):
        ratings.rate_conversation(conversation, 6)
    with pytest.raises(ConversationNotFound):
        ratings.rate_conversation("nobody", 5)
